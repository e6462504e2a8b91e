"""Words that German compounds of public administration and city life are made of.

Written for this project. One spelling in the
singular (or the form used in compounds) is enough: inflections and linking letters are recognised.
"""

from __future__ import annotations

from search.analysis.folding import fold

_NOUNS = """
Abfall Abgabe Abgeordneter Abholung Abitur Abmeldung Abschluss Abschrift Absender Abstimmung Abteilung Abwasser
Adoption Adresse Agentur Akte Aktion Alarm Allee Alter Ampel Amt Änderung Anerkennung Anfrage Angebot Angehörige Angel
Anhänger Anhörung Ankunft Anlage Anlieger Anmelde Anmeldung Annahme Anschrift Anspruch Antrag Anwalt Anwohner Anzeige
Apotheke App Arbeit Arbeitgeber Arbeitnehmer Archiv Arzt Asyl Asylbewerber Aufenthalt Auffahrt Aufführung Aufgabe Aufnahme
Aufsicht Auftrag Aufzug Auge Ausbildung Ausfuhr Ausgabe Ausgleich Auskunft Ausland Ausländer Ausnahme Ausrüstung
Aussage Ausschreibung Ausschuss Ausstellung Austausch Austritt Ausweis Auszug Auto Bad Bahn Bahnhof Ball Bank Barriere
Bau Bauer Baum Bau Beamte Bebauung Bedarf Beförderung Befreiung Begleitung Begutachtung Behandlung Behinderte Behinderung Behörde
Beihilfe Beirat Beitrag Bekanntmachung Belehrung Beratung Bereich Bereitschaft Berg Bericht Beruf Bescheid Bescheinigung
Beschluss Beschwerde Besitz Bestattung Besuch Besucher Beteiligung Betreuung Betrieb Bett Beurkundung Bevölkerung Bewegung
Bewerber Bewerbung Bewilligung Bewohner Bezirk Bibliothek Bild Bildung Biologie Biotonne Blatt Blind Boden Boot Brand Brief
Brücke Brunnen Buch Buchung Bühne Bund Bürger Bürgermeister Büro Buß Bus Café Camping Chor Computer Dach Dampf Daten Datum Dauer
Deich Demonstration Denkmal Deponie Dezernat Dialog Diebstahl Dienst Dienstleistung Digital Dokument Dolmetscher Dom Dorf Druck
Durchführung Ehe Ehegatte Ehre Ehrenamt Eigentum Eigentümer Ein Einbürgerung Einfahrt Eingabe Einkommen Einladung
Einreise Einrichtung Einschulung Einsicht Einsatz Eintrag Eintragung Eintritt Einwohner Einzug Eis Elektro Eltern Empfang
Energie Entgelt Entlassung Entschädigung Entsorgung Entwässerung Entwicklung Erbe Erb Erde Erfahrung Erhebung Erholung Erklärung
Erlaubnis Ermäßigung Ernährung Ersatz Erteilung Erwachsene Erweiterung Erwerb Erziehung Essen Examen Export Fach Fahne Fahrer Fahrerlaubnis
Fahrgast Fahrrad Fahrschule Fahrt Fahrzeug Fall Familie Farbe Fassade Fastnacht Feier Feiertag Feld Ferien Fest Feuer Feuerwehr
Feuerwerk Film Finanz Finger Firma Fisch Fischerei Flasche Fläche Flucht Flüchtling Flughafen Fluss Förderung Form Formular Foto
Frau Frei Freiheit Freiwillig Freizeit Freizügigkeit Fremdsprache Frieden Friedhof Frist Führer Führerschein Führung Fund Fundbüro Fußball Fußgänger
Garage Garten Gas Gast Gaststätte Gebäude Gebiet Gebühr Geburt Geburtstag Gefahr Geflüchtete Geld Gelände Gemeinde Genehmigung
Generation Gericht Geschäft Geschichte Geschlecht Geschwindigkeit Gesetz Gesicht Gespräch Gesundheit Gewalt Gewerbe Gewässer Gift Glas Gleichstellung
Gottesdienst Grab Grenze Grün Grund Grundbuch Grundschule Grundstück Gruppe Gutachten Gutschein Gymnasium Hafen Haftung Halle
Halter Haltestelle Haltung Hand Handel Handlung Handwerk Haupt Haus Haushalt Hebamme Heft Heil Heim Heimat Heirat Heizung Hilfe Hinweis Hochschule
Hochwasser Hochzeit Hof Holz Hort Hotel Hund Hygiene Identifikation Immobilie Impfung Import Industrie Information Inklusion Innen Insel Institut
Integration Interesse Internet Inventar Jagd Jahr Jahrmarkt Jubiläum Jugend Jugendliche Jugendamt Kabel Kanal Kanzlei Karte Kasse Katastrophe Kater Katze
Kauf Käufer Kaution Keller Kenntnis Kennzeichen Kind Kindergarten Kindertagesstätte Kino Kirche Kirmes Kita Klage Klasse Klima Kosten
Klinik Klub Kommission Kommunal Konferenz Konto Kontrolle Konzept Konzert Kopie Körper Kosten Kraft Kraftfahrzeug Kranken Krankenhaus Krankheit Kredit Kreis Kreuzung
Krieg Kriminalität Krippe Küche Kultur Kunde Kunst Künstler Kurs Kurz Laden Lager Land Lärm Last Laub Leben Lebensmittel Leben Lebenspartner Leder Legitimation Lehre
Lehrer Leicht Leistung Leiter Leitung Lernen Leser Licht Liebe Liefer Linie Liste Literatur Lizenz Lohn Lotterie Luft Mädchen Mahnung Makler
Mann Männer Markt Maschine Maß Maßnahme Material Mauer Medien Medizin Meer Mehrweg Meister Meldung Melde Mensch Messe Messung Miete Mieter
Mikro Milch Minderheit Minister Mitarbeiter Mitglied Mittag Mitte Mitteilung Mobilität Möbel Monat Motor Motorrad Müll Museum Musik Mutter
Nachbar Nachhilfe Nachmittag Nachrichten Nacht Nachweis Nachzug Name Natur Naturschutz Netz Niederlassung Not Notar Note Notfall Nummer Nutzung
Obdach Objekt Obst Öffentlichkeit Öffnung Öko Online Oper Orchester Ordnung Organ Ort Ortsbeirat Osten Ostern Paar Pacht Papier Parade Park
Parken Partei Partner Partnerschaft Pass Patent Patient Pause Person Personal Personenstand Pflanze Pflege Pflicht Pfand Planung Plan Plakat Platz Politik
Polizei Portal Post Praktikum Praxis Preis Presse Privat Probe Programm Projekt Prüfung Publikum Qualifikation Quartier Quittung Rad Radio
Rat Rathaus Ratten Rauch Raum Realschule Rechnung Recht Referat Regelung Regen Region Register Reinigung Reise Reisepass Religion Rente Reparatur
Reservierung Restaurant Rettung Rhein Richter Ring Rohr Rolle Rück Rückgabe Ruhe Rund Rundfunk Saal Sache Samen Sammlung Sand Sanierung Satzung
Sauber Schaden Schadstoff Schacht Schau Scheidung Schein Schiff Schiffahrt Schild Schlacht Schließung Schloss Schlüssel Schmutz Schnee Schrank Schrift Schuld
Schule Schüler Schulung Schutz Schwanger Schwangerschaft Schwerbehindert Schwimm See Seite Selbst Selbstauskunft Selbsthilfe Senioren Service Sicherheit
Siedlung Signatur Silvester Sitzung Smog Software Sonne Sonder Sorge Sozial Sparkasse Speise Sperre Sperr Spiel Spielplatz Sport Sprache Sprech Sprechstunde Staat
Staatsangehörigkeit Stadion Stadt Stadtplan Stadtrat Stand Standesamt Statistik Status Stätte Stau Stelle Stellplatz Steuer Stiftung Stimme Stipendium Stoff
Strafe Strand Straße Strecke Streit Strom Student Studie Studium Stufe Stunde Suche Sucht System Tafel Tag Tagesmutter Tagespflege Tagung Tank Tanz Tarif
Tasche Tätigkeit Tausch Taxi Technik Teil Teilnahme Teilhabe Telefon Termin Test Text Theater Ticket Tief Tier Tochter Tod Tonne Tor Tourismus Tracht
Träger Transport Trauung Trau Treffpunkt Treppe Trink Trinkwasser Tür Turm Turnier Übergang Übernachtung Überprüfung Übersetzer Übersetzung Übersicht Übertragung
Überwachung Ufer Uhr Umbau Umgebung Umgang Umland Ummeldung Umschreibung Umschulung Umwelt Umzug Unfall Union Universität Untätigkeit Unterhalt
Unterkunft Unterlage Unternehmen Unterricht Unterschrift Unterstützung Untersuchung Urkunde Urlaub Urteil Vater Vaterschaft Veranstalter Veranstaltung
Verband Verbot Verbrauch Verbraucher Verein Verfahren Verfassung Vergabe Vergleich Vergnügung Verhandlung Verhältnis Verhütung Verkauf Verkehr Verlag Verlängerung
Verletzung Verlust Vermessung Vermietung Vermittlung Vermögen Verordnung Verpackung Verpflichtung Versammlung Versicherung Versorgung Verstorbene Vertrag Vertreter
Vertretung Verwaltung Verzeichnis Video Viertel Volk Volkshochschule Vollmacht Vormund Vorname Vorsorge Vorstand Vorstellung Vortrag Vorschuss Waage Waffe Wahl
Wahlschein Wähler Wald Wand Wandern Ware Wärme Warn Warte Wasser Wechsel Weg Wehr Weihnacht Wein Weiter Weiterbildung Welt Werbung Werk Werkstatt
Wertstoff Wettbewerb Wetter Wider Widerspruch Wiese Winter Wirtschaft Wissen Wissenschaft Witwe Woche Wohn Wohngeld Wohnort Wohnsitz Wohnung
Wohnungslose Wunsch Zahl Zahlung Zahn Zeichen Zeit Zeitung Zentrum Zertifikat Zettel Zeuge Zeugnis Ziel Zimmer Zins Zirkus Zivil Zoll Zoo Zone Zug Zugang
Zukunft Zulassung Zuschuss Zustand Zustimmung Zuwendung Zuzug Zweck Zweitwohnung
"""

NOUNS: frozenset[str] = frozenset(fold(noun) for noun in _NOUNS.split())
