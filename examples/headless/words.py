"""The words of the front end itself, and how it writes days and sizes."""

from __future__ import annotations

from datetime import datetime

LANGUAGES = ("de", "en", "de-simple")

GERMAN = {
    "skip": "Zum Inhalt springen", "menu": "Hauptmenü", "breadcrumb": "Brotkrumen", "home": "Startseite",
    "languages": "Sprachen", "footer": "Rechtliches", "city": "Stadt Mainz",
    "reviewed": "Zuletzt geprüft", "part_of": "Teil einer Schritt-für-Schritt-Anleitung", "step": "Schritt",
    "section": "In diesem Bereich", "sections": "Bereiche", "wishes": "Häufig gesucht", "situations": "Lebenslagen",
    "open_places": "Wann wir für Sie da sind", "all_places": "Alle Standorte und ihre Öffnungszeiten",
    "or_call": "Oder rufen Sie einfach an", "call": "Am Telefon", "call_hours": "Montag bis Freitag, 8 bis 18 Uhr",
    "hours": "Öffnungszeiten", "closed": "geschlossen", "by_appointment": "mit Termin",
    "weekdays": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "phone": "Telefon", "email": "E-Mail", "step_free": "stufenlos zugänglich",
    "barrier": "Diese Datei ist nicht barrierefrei.", "other_form": "Fragen Sie uns nach einer anderen Fassung.",
    "version": "Version {number} vom {day}", "online": "online", "sample": "Beispieldaten",
    "sample_text": "Dieser Eintrag stammt aus dem Katalog einer anderen Stadt und zeigt nur, wie es aussähe.",
    "information": "Information", "warning": "Warnung", "emergency": "Notfall", "as_of": "Stand",
    "easy": "In Leichter Sprache", "picture": "Bild:", "table": "Tabelle", "numbers": "Zahlen als Tabelle",
    "source": "Quelle", "in_unit": "in", "transcript": "Text zum Film", "without_speech": "ohne Sprache",
    "video_consent": "Der Film liegt bei {host}. Mit dem Klick erfährt diese Website Ihre IP-Adresse und kann Cookies setzen.",
    "video_play": "„{title}“ auf {host} ansehen", "new_window": "(öffnet ein neues Fenster)",
    "video_load": "Film herunterladen ({kind}, {size})",
    "glance": "Auf einen Blick", "fee": "Gebühr", "bring": "Mitbringen", "all_papers": "alle Unterlagen",
    "how_long": "Wie lange es dauert", "where": "Wo", "all_of_them": "alle {number} Orte", "who": "Wer",
    "another_site": "andere Website", "body": "Beschreibung", "requirements": "Voraussetzungen", "procedure": "Ablauf",
    "papers": "Unterlagen", "only_if": "nur wenn es zutrifft", "fees": "Gebühren", "what_for": "Wofür", "amount": "Betrag",
    "time": "Bearbeitungszeit", "ways": "Online und Formulare", "way_online": "Online beantragen",
    "way_form": "Formular", "way_appointment": "Termin", "way_info": "Information", "responsible": "Zuständig",
    "legal": "Rechtsgrundlagen", "belongs": "Gehört zu", "places": "Wo und wann",
    "takes": "ein Termin dauert {number} Minuten", "book": "Termin vereinbaren",
    "lang_de": "Deutsch", "lang_en": "Englisch", "lang_tr": "Türkisch", "lang_ar": "Arabisch", "lang_uk": "Ukrainisch",
    "lang_ru": "Russisch", "lang_fr": "Französisch",
    "not_found": "Diese Seite gibt es hier nicht.", "problem": "Das hat nicht geklappt.",
    "at_the_city": "Auf der Website der Stadt nachsehen",
}  # fmt: skip
ENGLISH = {
    "skip": "Skip to content", "menu": "Main menu", "breadcrumb": "Breadcrumb", "home": "Start page",
    "languages": "Languages", "footer": "Legal", "city": "City of Mainz",
    "reviewed": "Last reviewed", "part_of": "Part of a step-by-step", "step": "Step",
    "section": "In this section", "sections": "Sections", "wishes": "Most wanted", "situations": "Life situations",
    "open_places": "When we are there for you", "all_places": "All locations and their opening hours",
    "or_call": "Or simply call", "call": "By telephone", "call_hours": "Monday to Friday, 8 am to 6 pm",
    "hours": "Opening hours", "closed": "closed", "by_appointment": "by appointment",
    "weekdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "phone": "Phone", "email": "E-mail", "step_free": "step-free access",
    "barrier": "This file is not accessible.", "other_form": "Ask us for another form.",
    "version": "version {number} of {day}", "online": "online", "sample": "Sample data",
    "sample_text": "This entry comes from another city’s catalogue and only shows how it would look.",
    "information": "Information", "warning": "Warning", "emergency": "Emergency", "as_of": "As of",
    "easy": "In Leichte Sprache", "picture": "Picture:", "table": "Table", "numbers": "Numbers as a table",
    "source": "Source", "in_unit": "in", "transcript": "Transcript", "without_speech": "without speech",
    "video_consent": "The film is on {host}. With the click that site learns your address on the net and may set cookies.",
    "video_play": "Play “{title}” on {host}", "new_window": "(opens in a new window)",
    "video_load": "Download film ({kind}, {size})",
    "glance": "At a glance", "fee": "Fee", "bring": "Bring along", "all_papers": "all papers",
    "how_long": "How long it takes", "where": "Where", "all_of_them": "all {number} places", "who": "Who",
    "another_site": "another website", "body": "Description", "requirements": "Requirements", "procedure": "Procedure",
    "papers": "Papers", "only_if": "only if it applies", "fees": "Fees", "what_for": "What for", "amount": "Amount",
    "time": "Processing time", "ways": "Online and forms", "way_online": "Apply online", "way_form": "Form",
    "way_appointment": "Appointment", "way_info": "Information", "responsible": "Who is responsible",
    "legal": "Legal bases", "belongs": "Belongs to", "places": "Where and when",
    "takes": "an appointment takes {number} minutes", "book": "Book an appointment",
    "lang_de": "German", "lang_en": "English", "lang_tr": "Turkish", "lang_ar": "Arabic", "lang_uk": "Ukrainian",
    "lang_ru": "Russian", "lang_fr": "French",
    "not_found": "There is no such page here.", "problem": "That did not work.",
    "at_the_city": "Look at the city’s own site",
}  # fmt: skip


def words_of(language: str) -> dict[str, str]:
    """Return the words of a language."""
    return ENGLISH if language == "en" else GERMAN


def day(iso: str, language: str) -> str:
    """Return a date or time as people write the day: 28.11.2026, in English 11/28/2026."""
    return datetime.fromisoformat(iso).strftime("%m/%d/%Y" if language == "en" else "%d.%m.%Y")


def moment(iso: str, language: str) -> str:
    """Return day and time."""
    return f"{day(iso, language)} {datetime.fromisoformat(iso):%H:%M}"


def clock(text: str) -> str:
    """Return "8:00" for "08:00"."""
    return text.removeprefix("0") if text[:2] != "00" else text[1:]


def size(number: int, language: str) -> str:
    """Return bytes as people read them."""
    value, unit = float(number), "Bytes" if language != "en" else "bytes"
    for larger in ("KB", "MB", "GB"):
        if value < 1024:
            break
        value, unit = value / 1024, larger
    text = str(number) if unit.lower() == "bytes" else f"{value:.1f}"
    return f"{text if language == 'en' else text.replace('.', ',')} {unit}"


def shortened(text: str, most: int) -> str:
    """Return at most so many words."""
    found = text.split()
    return " ".join(found) if len(found) <= most else " ".join(found[:most]) + " …"
