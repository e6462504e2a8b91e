"""Words that German compounds of public administration and city life are made of.

Written for this project. One spelling in the singular (or the form used in compounds) is enough: inflections and
linking letters are recognised. Compounds of other words here don't belong in it, nor prefixes such as "Unter".
"""

from __future__ import annotations

from search.analysis.folding import fold

_NOUNS = """
Abbruch Abfall Abfertigung Abfuhr Abgabe Abgas Abgeltung Abgeordneter Abhängigkeit Abholung Abitur Abkommen Ablage
Ablauf Ablehnung Abmeldung Abnahme Abonnement Abrechnung Abriss Absage Abschiebung Abschlag Abschluss Abschnitt
Abschrift Absender Absicht Abstammung Abstand Abstimmung Abteilung Abwasser Abwehr Abzug Achse Adoption Adresse Afrika
Agentur Ahorn Akademie Akte Akten Aktion Alarm Alarmierung Alkohol Allee Allergie Allgemein Alltag Alter Alters
Ambulanz Amnestie Ampel Amt Analyse Anbau Anbieter Andenken Aneignung Anerkenntnis Anerkennung Anfänger Anfrage Angabe
Angebot Angehörige Angel Angler Angriff Angst Anhalt Anhang Anhänger Anhörung Ankauf Ankunft Anlage Anlass Anlauf
Anleitung Anlieger Anmelde Anmeldung Anmietung Annahme Anordnung Anpassung Anpflanzung Anrede Anruf Ansage Ansatz
Anschluss Anschrift Ansicht Ansiedlung Ansprache Anspruch Anstalt Anteil Antenne Antrag Antwort Anwalt Anwendung
Anwesen Anwohner Anzahl Anzeige Apfel Apotheke App Aquarium Arbeit Arbeitgeber Arbeitnehmer Architekt Architektur
Archiv Argument Armut Artikel Arzt Asbest Asche Assistenz Asyl Asylbewerber Atelier Atom Attest Aufbau Aufbewahrung
Aufenthalt Auferlegung Auffahrt Aufforderung Aufführung Aufgabe Aufgebot Aufhebung Aufklärung Auflage Auflösung
Aufnahme Aufruf Aufsatz Aufschub Aufsicht Auftrag Auftritt Aufwand Aufwendung Aufzeichnung Aufzug Auge Auktion Ausbau
Ausbesserung Ausbeutung Ausbilder Ausbildung Ausblick Ausdehnung Ausdruck Auseinandersetzung Ausfall Ausflug Ausfuhr
Ausführung Ausfüllung Ausgabe Ausgang Ausgleich Aushang Aushilfe Auskunft Auslage Ausland Ausländer Auslegung
Auslieferung Ausnahme Ausrüstung Aussage Ausschreibung Ausschuss Aussicht Aussiedler Ausstattung Ausstellung Ausstieg
Austausch Austritt Ausübung Auswahl Auswanderer Auswanderung Ausweis Ausweisung Auswertung Auszahlung Auszeichnung
Auszubildende Auszug Auto Automat Autor Änderung Bad Bagger Bahn Bahnhof Balkon Ball Band Bank Bankett Bargeld Barock
Barriere Basar Basis Bastel Batterie Bau Bauer Bauherr Bauleit Baum Baustein Bäcker Bäckerei Beachtung Beamte Beamter
Beauftragte Bebauung Becken Bedarf Beeinträchtigung Beendigung Beerdigung Befähigung Befestigung Beförderung Befragung
Befreiung Befund Begabung Begegnung Beginn Beglaubigung Begleitung Begrenzung Begründung Begrüßung Begutachtung
Behandlung Behauptung Behälter Behelf Behinderte Behinderung Behörde Beihilfe Beirat Beisetzung Beistand Beitrag
Beitritt Bekanntmachung Bekleidung Belag Belastung Beleg Belegung Belehrung Beleuchtung Bemessung Benutzer Benutzung
Bepflanzung Beratung Berechnung Berechtigung Bereich Bereinigung Bereitschaft Berg Bericht Berichtigung Beruf Berufung
Besatzung Beschaffung Beschädigung Beschäftigung Bescheid Bescheinigung Beschilderung Beschleunigung Beschluss
Beschränkung Beschreibung Beschwerde Beseitigung Besichtigung Besitz Besitzer Besonderheit Besprechung Bestand
Bestattung Bestätigung Bestellung Besteuerung Bestimmung Besuch Besucher Betäubung Beteiligung Beton Betrag Betreiber
Betreten Betreuer Betreuung Betrieb Betrug Bett Beurkundung Beurlaubung Beurteilung Bevölkerung Bewachung Bewährung
Bewässerung Bewegung Bewerber Bewerbung Bewertung Bewilligung Bewirtschaftung Bewirtung Bewohner Bezahlung Bezirk
Bezug Bezüge Bibliothek Bier Bild Bildung Bildungs Binnen Biologie Biotonne Birne Bischof Blase Blatt Blech Blei Blick
Blind Blitz Blume Blumen Blut Boden Bohrung Boot Botanik Bote Botschaft Börse Brand Braun Braut Breitband Brett Brief
Brille Brot Brunnen Brut Brücke Buch Buchung Budget Bund Bundestag Burg Bus Butter Buß Bühne Bündnis Bürger Bürgerin
Bürgermeister Bürgerschaft Bürgersteig Bürgschaft Büro Café Camping Chef Chemie Chor Christ Chronik Club Computer
Container Dach Dampf Darlehen Darstellung Datei Daten Datum Dauer Dämmung Debatte Deck Decke Deich Delegation Demenz
Demonstration Denkmal Deponie Design Dezernat Diabetes Diagnose Dialog Diät Diebe Diebstahl Diebstähle Diener Dienst
Dienstleistung Differenz Digital Diplom Direktor Diskriminierung Disziplin Doktor Dokument Dolmetscher Dom Doppel Dorf
Dose Dozent Droge Drogen Druck Duldung Durchführung Dusche Ehe Ehegatte Ehre Ehrenamt Eigenheim Eigenschaft Eigentum
Eigentümer Eignung Eimer Ein Einbau Einberufung Einbürgerung Einfahrt Einfluss Einfuhr Einführung Eingabe Eingang
Eingliederung Eingriff Einheit Einkauf Einkommen Einladung Einlage Einlass Einleitung Einnahme Einrede Einreise
Einrichtung Einsatz Einschätzung Einschreibung Einschulung Einsendung Einsicht Einsprache Einspruch Einstellung
Einstieg Einteilung Eintrag Eintragung Eintritt Einverständnis Einwand Einwanderung Einwilligung Einwohner Einwurf
Einzahlung Einzel Einzug Eis Eisen Elektrizität Elektro Elektronik Element Eltern Elternabend Empfang Empfänger
Empfehlung Energie Engagement Engpass Enkel Entbindung Enteignung Entfernung Entgegennahme Entgelt Enthaltung
Entlassung Entnahme Entschädigung Entscheid Entscheidung Entschuldung Entsorgung Entspannung Entstehung Entwässerung
Entwicklung Entwurf Entzug Epidemie Erb Erbbau Erbe Erbschaft Erde Erdgas Erdgeschoss Ereignis Erfahrung Erfassung
Erfolg Erfüllung Ergänzung Ergebnis Erhaltung Erhebung Erholung Erhöhung Erinnerung Erklärung Erkrankung Erlass
Erlaubnis Erlebnis Erledigung Erlös Ermächtigung Ermäßigung Ermittlung Ernährung Ernennung Erneuerung Ernte Eröffnung
Erreichbarkeit Errichtung Ersatz Erscheinung Erschließung Erstattung Erteilung Ertrag Erwachsene Erwartung Erweiterung
Erwerb Erwerbslos Erzeuger Erzeugnis Erziehung Essen Ethik Europa Evangelisch Event Examen Exil Existenz Experte
Export Extra Fabrik Fach Fahne Fahrer Fahrerlaubnis Fahrgast Fahrrad Fahrschule Fahrt Fahrzeug Fakultät Fall Familie
Farbe Fassade Fastnacht Faust Fähigkeit Fähre Fälligkeit Fehler Feier Feiertag Feld Fenster Ferien Fern Fernseh
Fernsehen Fertigung Fest Festival Festnahme Feuer Feuerwehr Feuerwerk Figur Filiale Film Finanz Finanzierung Finder
Finger Firma Fisch Fischer Fischerei Fitness Flagge Flamme Flasche Fläche Fleisch Fliege Flieger Flucht Flug Flughafen
Flur Flurstück Fluss Flüchtling Folie Folter Fond Fonds Form Formular Forscher Forschung Forst Fortbildung Fortschritt
Forum Foto Förder Förderer Förderung Fracht Frage Fraktion Franchise Frau Frei Freiheit Freiwillig Freizeit
Freizügigkeit Fremdsprache Freude Freund Freundschaft Friede Frieden Friedhof Friseur Frist Frucht Fund Fundament
Fundbüro Funk Funktion Futter Fußball Fußgänger Führer Führerin Führerschein Führung Füllung Galerie Garage Garten Gas
Gast Gastronomie Gaststätte Gattung Gebäude Gebet Gebiet Gebirge Gebot Gebrauch Geburt Geburtstag Gebühr Gedächtnis
Gedenk Gefahr Gefangene Gefährdung Gefängnis Geflüchtete Geflügel Gegend Gegenstand Gehalt Gehör Gehörlos Gehweg
Geistliche Gelände Geld Geltung Gemälde Gemeinde Gemeinschaft Gemüse Genehmigung Generation Genossenschaft Gerät
Geräte Geräusch Gericht Geruch Gerüst Gesamt Gesang Geschädigte Geschäft Geschenk Geschichte Geschirr Geschlecht
Geschwindigkeit Geschwister Geselle Gesellschaft Gesetz Gesicht Gespräch Gestalt Gestaltung Gestank Gestattung Gestein
Gesuch Gesundheit Getränk Getreide Gewalt Gewähr Gewährung Gewässer Gewehr Gewerbe Gewerkschaft Gewicht Gewinn
Gewitter Gewohnheit Gewürz Gift Gipfel Girokonto Gitter Glas Glauben Glaubens Gleich Gleichstellung Gleis Glocke Glück
Gottesdienst Grab Graben Granit Gras Gräber Gremium Grenze Grippe Größe Grund Grundbuch Grundsatz Grundschule
Grundstück Gruppe Gruß Grün Gründer Gründung Gutachten Gutachter Guthaben Gutschein Güter Gymnasium Haar Hafen Haft
Haftpflicht Haftung Halle Hals Halter Haltestelle Haltung Hand Handel Handlung Handwerk Hardware Haupt Haus Haushalt
Händler Härte Hebamme Hecke Heft Heil Heilig Heilpraktiker Heilung Heim Heimat Heirat Heizung Helfer Helm Herbst
Herkunft Hersteller Herstellung Herz Hilfe Himmel Hinterbliebene Hinweis Hitze Hobby Hochschule Hochwasser Hochzeit
Hof Holz Honig Honorar Hort Hose Hospital Hospiz Hotel Höhe Höhle Hund Hunger Hütte Hygiene Identifikation Identität
Imbiss Imker Immobilie Impf Impfung Import Index Industrie Infekt Infektion Information Inhaber Inhalt Initiative
Inkasso Inklusion Inland Innen Insekt Insel Insolvenz Inspektion Installation Instanz Institut Instrument Integration
Interesse Internet Invalidität Inventar Investition Jagd Jahr Jahrgang Jahrmarkt Jäger Jobcenter Journalist Jubilar
Jubiläum Jugend Jugendamt Jugendliche Justiz Kabel Kalender Kamera Kamin Kammer Kampf Kanal Kandidat Kanone Kantine
Kanzlei Kapelle Kapital Karneval Karriere Karte Kartei Kartell Kartoffel Kasse Kataster Katastrophe Kategorie Kater
Katholisch Katze Kauf Kaution Käse Käufer Kehr Keller Kenntnis Kennzeichen Kerze Kessel Kette Kilometer Kind
Kindergarten Kindertagesstätte Kino Kiosk Kirche Kirmes Kirsche Kita Klage Klasse Klärung Kleid Kleider Kleidung
Kleingarten Kleinkind Kletter Klima Klingel Klinik Kloster Klub Knochen Koch Kohle Kolleg Kollege Kombination Komitee
Kommission Kommunal Kommune Kommunikation Kompetenz Komposition Kompost Konferenz Konfession Konflikt Konkurs Konsulat
Kontakt Kontingent Konto Kontrolle Konzept Konzert Kooperation Kopie Korb Korrektur Korruption Kosten Körper Kraft
Kraftfahrzeug Kranken Krankenhaus Krankheit Kräuter Krebs Kredit Kreis Kreuz Kreuzung Krieg Kriminal Kriminalität
Krippe Krise Kriterium Kultur Kunde Kunst Kuratorium Kurs Kurve Kurz Küche Kündigung Künstler Küste Labor Laden Ladung
Lager Lampe Land Landschaft Landtag Landwirt Laptop Laser Last Lasten Lateinisch Laterne Laub Lauf Länder Länge Lärm
Läufer Leben Lebensmittel Lebenspartner Leder Legende Legislatur Legitimation Lehre Lehrer Lehrgang Lehrling Leiche
Leicht Leih Leihe Leistung Leiter Leitung Lektion Lernen Leser Lesung Leucht Licht Liebe Liefer Lieferung Liegenschaft
Liegeplatz Liga Linie Linse Liste Literatur Lizenz Lohn Lokal Lotterie Luft Luxus Lücke Magazin Magister Mahnung
Makler Maler Management Manager Mandat Mangel Mann Marathon Marine Marke Marketing Markierung Markt Maschine Massage
Masse Material Mathematik Matrose Mauer Maurer Maß Maßnahme Mädchen Männer Mechanik Medien Medikament Medium Medizin
Meer Mehrheit Mehrweg Meister Melde Melder Meldung Menge Mengen Mensa Mensch Mental Merkblatt Merkmal Messe Messer
Messung Metall Methode Metzger Miete Mieter Migrant Migration Mikro Milch Militär Million Minderheit Minderjährige
Minderung Mindest Mineral Minister Minute Missbrauch Mission Mitarbeiter Mitglied Mittag Mitte Mitteilung Mittel
Mobbing Mobil Mobilität Mode Modell Moderne Monat Mosaik Moschee Motiv Motor Motorrad Möbel Mulde Museum Musik Muskel
Muster Musterung Mutter Mühle Müll Mündung Münze Nachbar Nachfolge Nachfrage Nachhilfe Nachlass Nachmittag Nachrichten
Nacht Nachtrag Nachweis Nachwuchs Nachzug Nahrung Nahverkehr Name Nation Nationalität Natur Naturalisation Naturschutz
Navigation Nebel Nebenwohnung Nennung Netz Neubau Neugeborene Niederlassung Niederschlag Niederschrift Normal Not
Notar Note Notfall Notruf Novelle Nummer Nutz Nutzer Nutzung Oase Obdach Obdachlose Oberbürgermeister Oberfläche
Oberschule Objekt Obmann Obst Ofen Offizier Oldtimer Olympia Omnibus Online Oper Opfer Optik Option Orchester Ordner
Ordnung Organ Organisation Orientierung Original Ort Ortsbeirat Ortschaft Osten Ostern Öffentlichkeit Öffner Öffnung
Öko Paar Pacht Paket Palast Panne Panzer Papier Parade Park Parken Parlament Partei Partner Partnerschaft Pass Passage
Passagier Passant Patent Patient Pauschale Pause Pavillon Pächter Pendler Pension Periode Person Personal
Personenstand Pfad Pfand Pfarr Pfarrer Pferd Pfingst Pflanze Pflaster Pflege Pfleger Pflicht Pforte Pfosten Phase
Philosophie Physik Plakat Plakette Plan Planer Planet Planung Plastik Platte Platz Podium Pokal Politik Polizei
Polizist Pool Portal Porto Porträt Post Posten Potenzial Praktikum Praxis Prämie Präsident Präsidium Prävention
Predigt Preis Presse Priester Prinz Prinzip Priorität Privat Probe Produkt Produktion Profil Prognose Programm Projekt
Prospekt Protest Protokoll Provision Prozess Prüfung Psyche Psychiatrie Psychologe Psychologie Psychotherapie Publikum
Pumpe Putz Pyrotechnik Quadrat Qualifikation Qualität Quartier Quelle Quittung Quote Rabatt Rad Radio Rasen Rassismus
Rat Ratgeber Rathaus Ratten Rauch Raum Rätsel Räumung Reaktion Reaktor Realschule Rechen Rechner Rechnung Recht Rechte
Rede Redner Referat Reform Regal Regelung Regen Regierung Region Register Rehabilitation Reichweite Reifen Reinigung
Reise Reisepass Reit Reiter Rekord Rektor Religion Renn Rennen Rente Rentner Reparatur Reptil Republik Reserve
Reservierung Residenz Restaurant Restmüll Resultat Rettung Revier Revision Rezept Rhein Richter Richtung Ring Rohr
Rolle Rollstuhl Roman Route Ruder Ruhe Rund Rundfunk Rundgang Rück Rücken Rückgabe Rücknahme Rücktritt Rüstung Saal
Sache Sachverständige Saison Salz Samen Sammlung Samstag Sand Sanierung Satellit Satzung Sauber Sänger Säugling
Schacht Schachtel Schaden Schadstoff Schalter Schatten Schatz Schau Schaukel Schätzung Scheibe Scheidung Schein
Schicht Schieds Schiene Schieß Schießen Schiff Schiffahrt Schild Schilf Schimmel Schirm Schlacht Schlaf Schlag Schlamm
Schlichtung Schließung Schlitten Schloss Schlosser Schlucht Schlüssel Schmied Schmuck Schmutz Schnee Schneider Schnell
Schnitt Schokolade Schornstein Schornsteinfeger Schottland Schöffe Schrank Schranke Schraube Schreib Schreiben Schrift
Schritt Schrott Schuh Schuld Schulden Schuldner Schule Schulter Schulung Schusswaffe Schutz Schüler Schütze Schützen
Schwamm Schwanger Schwangerschaft Schwarz Schweiz Schweiß Schwerbehindert Schwerbehinderung Schwester Schwimm
Schwimmer Schwung See Seelsorge Segel Seite Sekretär Sektor Sekunde Selbst Selbstauskunft Selbsthilfe Seminar Senat
Sender Sendung Senioren Separat Serie Service Sexual Sicherheit Sicherstellung Sicherung Sicht Siedlung Siegel
Signatur Silber Silvester Situation Sitz Sitzung Skate Skulptur Smog Software Solar Soldat Solidarität Sommer Sonder
Sonne Sonntag Sonntags Sorge Sozial Spalte Sparkasse Spaziergang Spätaussiedler Speicher Speise Spende Sperr Sperre
Spezial Spiegel Spiel Spieler Spielplatz Spital Sponsor Sport Sprache Sprech Sprechstunde Spreng Staat Staats
Staatsangehörigkeit Stadion Stadt Stadtplan Stadtrat Stand Standesamt Station Statistik Status Stau Staub Stätte
Steinbruch Stelle Stellplatz Stellung Stempel Steppe Sterbe Stern Steuer Steuerung Stiege Stiftung Stilllegung Stimme
Stimmung Stipendiat Stipendium Stoff Störung Strafe Straftat Strahlung Strand Strauch Straße Strecke Streife Streifen
Streit Strom Struktur Student Studie Studium Stufe Stunde Stundung Stütze Suche Sucht Summe Symbol Synagoge Synode
System Tabak Tabelle Tablet Tablette Tafel Tag Tagesmutter Tagespflege Tagung Talent Tank Tanz Tapete Tarif Tasche
Tatort Taufe Tausch Taxi Täter Tätigkeit Team Technik Teil Teilhabe Teilnahme Telefon Telekommunikation Tempel Tempo
Tennis Teppich Termin Terrasse Test Testament Text Textil Theater Thema Themen Therapie Thermo These Ticket Tief Tier
Tisch Titel Tochter Tod Toilette Tonne Tor Totschein Tour Tourismus Tourist Tracht Tradition Trainer Training Traktor
Transfer Transport Trau Trauer Traum Trauung Träger Treff Treffpunkt Treibhaus Trennung Treppe Tresor Trink
Trinkwasser Trocken Trümmer Tuberkulose Tunnel Turm Turnier Tür Ufer Uhr Umbau Umfang Umfeld Umfrage Umgang Umgebung
Umkehr Umlage Umland Umlauf Umleitung Ummeldung Umsatz Umschreibung Umschulung Umstand Umtausch Umwandlung Umwelt
Umzug Unfall Unfähigkeit Ungeziefer Uniform Union Universität Unschuld Untätigkeit Unterbringung Unterführung
Untergrund Unterhalt Unterkunft Unterlage Unterlagen Untermiete Unternehmen Unterricht Unterschrift Unterstand
Unterstützung Untersuchung Urheber Urkunde Urlaub Urne Ursache Ursprung Urteil Überblick Überfall Überführung Übergabe
Übergang Überlassung Überleitung Übermittlung Übernachtung Übernahme Überprüfung Überschuldung Überschuss
Überschwemmung Übersetzer Übersetzung Übersicht Überstunden Übertragung Überwachung Überweisung Übung Variante Vater
Vaterschaft Vegetation Ventil Verabschiedung Veranstalter Veranstaltung Verantwortung Verarbeitung Verband
Verbandskasten Verbeamtung Verbesserung Verbindung Verbot Verbrauch Verbraucher Verbrechen Verbrennung Verdacht
Verdichtung Verdienst Verein Vereinbarung Vereinigung Vererbung Verfahren Verfahrens Verfall Verfassung Verfolgung
Verfügung Vergabe Vergangenheit Vergehen Vergleich Vergnügen Vergnügung Vergünstigung Vergütung Verhalten Verhandlung
Verhältnis Verhütung Verjährung Verkauf Verkäufer Verkehr Verkündung Verlag Verlängerung Verlegung Verleih Verletzung
Verlust Vermeidung Vermerk Vermessung Vermieter Vermietung Vermisst Vermittlung Vermögen Vernichtung Verordnung
Veröffentlichung Verpackung Verpflichtung Verrechnung Versammlung Versand Verschmutzung Versendung Versetzung
Versicherung Versorgung Verstand Verständigung Versteigerung Verstorbene Verstoß Versuch Verteidigung Verteiler
Verteilung Vertrag Vertrauen Vertreter Vertretung Vertrieb Verwahrung Verwaltung Verwandte Verwandtschaft Verwarnung
Verweis Verwendung Verwertung Verzeichnis Verzicht Verzögerung Verzug Video Vieh Vielfalt Viertel Virus Visum Vogel
Volk Volkshochschule Vollmacht Vollstreckung Vollzeit Vollzug Volumen Voranfrage Voraussetzung Vorbehalt Vorbereitung
Vorbescheid Vorbild Vordruck Vorfahrt Vorfall Vorgang Vorgarten Vorhaben Vorkauf Vorlage Vormund Vormundschaft Vorname
Vorrang Vorrat Vorschlag Vorschrift Vorschule Vorschuss Vorsicht Vorsitz Vorsitzende Vorsorge Vorstand Vorstellung
Vorteil Vortrag Vorverfahren Vorverkauf Waage Wache Wachstum Waffe Wagen Wagnis Wahl Wahlschein Waise Wald Wand Wander
Wandern Wanderung Wappen Ware Warn Warnung Warte Wartung Wasch Wasser Wähler Währung Wärme Wäsche Weber Wechsel Wecker
Weg Wehr Weide Weiher Weihnacht Wein Weiter Weiterbildung Welt Werber Werbung Werk Werkstatt Werktag Wertstoff Wertung
Wettbewerb Wetter Wickel Wider Widerruf Widerspruch Widmung Wiese Wild Winkel Winter Winzer Wirkung Wirtschaft Wissen
Wissenschaft Wissenschaftler Witterung Witwe Woche Wochenende Wohl Wohn Wohngeld Wohnort Wohnsitz Wohnung Wohnungslose
Wunde Wunsch Wüste Zahl Zahlung Zahn Zauber Zähler Zecke Zeichen Zeit Zeitung Zensur Zensus Zentrale Zentrum Zeremonie
Zerstörung Zertifikat Zettel Zeuge Zeugnis Ziege Ziegel Ziel Zigarette Zimmer Zins Zirkel Zirkus Zitrone Zivil Zoll
Zone Zoo Zucht Zucker Zufahrt Zufall Zuflucht Zufluss Zug Zugang Zukunft Zulage Zulassung Zunft Zuordnung
Zusammenarbeit Zusammenführung Zusatz Zuschlag Zuschuss Zustand Zuständigkeit Zustellung Zustimmung Zuteilung
Zuverlässigkeit Zuwanderer Zuwanderung Zuweisung Zuwendung Zuzahlung Zuzug Zügel Zweck Zweig Zweirad Zweitschrift
Zweitwohnsitz Zweitwohnung Zwilling
"""

NOUNS: frozenset[str] = frozenset(fold(noun) for noun in _NOUNS.split())
