"""What the page of components shows: sample data for every component in each of its states."""

from __future__ import annotations

from datetime import date, time
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.access.pages import visible_in_collections

from .contrast import MODES, PAIRS, ratio, tokens
from .finders import current

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
PICTURES = ("cathedral", "bridge", "type-case", "wheel", "old-town", "river", "museum", "market")


class SampleForm(forms.Form):
    """A form with every kind of field."""

    name = forms.CharField(label="Name", help_text="Vor- und Nachname")
    mail = forms.EmailField(label="E-Mail")
    district = forms.ChoiceField(label="Stadtteil", choices=[("", "–"), ("altstadt", "Altstadt")], required=False)
    file_number = forms.CharField(label="Aktenzeichen", disabled=True, required=False, initial="33-2026-0117")
    message = forms.CharField(label="Nachricht", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    consent = forms.BooleanField(label="Ich bin einverstanden")


def samples(request: HttpRequest) -> dict[str, Any]:
    """The context of ``theming/components.html``; image and document are the first that everybody may see."""
    wrong = SampleForm({"name": "", "mail": "keine Adresse", "message": "Das bleibt stehen."}, prefix="wrong")
    wrong.is_valid()
    found = current()
    return {
        "long": LONG,
        "form": SampleForm(prefix="empty"),
        "wrong_form": wrong,
        "states": ["rest", "hover", "focus", "active"],
        "tones": ["info", "success", "warning", "error", "staff"],
        "letters": [
            {"letter": letter, "url": f"#{letter}" if count else "", "count": count, "is_current": letter == "B"}
            for letter, count in zip("ABCDEFGH", [12, 4, 0, 1, 9, 2, 5, 0], strict=True)
        ],
        "items": [
            {"title": "Erste Frage", "text": format_html("<p>{}</p>", "Antwort"), "url": "#one", "label": "Erster Link"},
            {"title": LONG, "text": format_html("<p>{}</p>", "Antwort"), "url": "#two", "label": LONG, "note": "lang"},
        ],
        "fees": [
            {"label": "Ausweis", "amount": "37,00 €", "condition": "ab 24 Jahren"},
            {"label": "Ausweis", "amount": "22,80 €", "condition": "unter 24 Jahren"},
        ],
        "papers": [
            {"label": "Biometrisches Foto", "note": "", "required": True},
            {"label": "Verlustanzeige", "note": "wenn der alte Ausweis weg ist", "required": False},
        ],
        "rows": [
            {"day": _("Monday"), "times": [{"opens": time(8), "closes": time(12)}], "is_today": True},
            {"day": _("Tuesday"), "times": []},
        ],
        "exceptions": [{"date": date(2026, 12, 24), "text": _("closed")}],
        "status": SimpleNamespace(is_open=True, label=_("open now until %(time)s") % {"time": "12:00"}),
        "lines": ["Große Bleiche 46", "55116 Mainz"],
        "first_page": Paginator(range(30), 10).page(1),
        "page_of_many": Paginator(range(200), 10).page(8),
        "page_numbers": list(Paginator(range(200), 10).get_elided_page_range(8)),
        "terms": [{"term": "Gebühr", "text": "37,00 €"}, {"term": "Dauer", "text": "3 Wochen"}],
        "steps": [{"title": "Termin vereinbaren"}, {"title": "Ausweis abholen", "text": "mit dem alten Ausweis"}],
        "header": ["Stadtteil", "Restmüll", "Papier", "Bioabfall", "Gelber Sack", "Sperrmüll", "Nächster Termin"],
        "table_rows": [
            ["Altstadt", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "auf Anfrage", "1. Dezember"],
            ["Drais", "Freitag", "Montag", "Dienstag", "Mittwoch", "auf Anfrage", "4. Dezember"],
        ],
        "trail": [{"title": _("Start page"), "url": "/"}, {"title": "Kultur", "url": "#kultur"}],
        "section_items": [
            {"title": "Museen", "url": "#museums", "is_current": True},
            {"title": LONG, "url": "#long", "is_current": False},
        ],
        "languages": [
            {"code": "de", "name": "Deutsch", "url": "#de", "is_current": True},
            {"code": "en", "name": "English", "url": "#en", "is_current": False},
        ],
        "pictures": PICTURES,
        "image": visible_in_collections(None, get_image_model().objects.all()).first(),
        "documents": [
            {"document": document, "title": document.title}
            for document in visible_in_collections(None, get_document_model().objects.all())[:1]
        ],
        "tokens": ["paper", "surface", "surface-2", "ink", "ink-2", "line", "line-strong", "accent", "accent-fill", "second",
                   "second-tint", "deep", "link", "mark", "good", "warn", "bad", "info"],
        "sections": ["", *dict.fromkeys(found.merged("sections"))],
        "contrasts": [
            {"pair": f"--{ink} / --{paper}", "least": least, "reached": [
                ratio(values[ink], values[paper]) for values in (tokens(found, mode=mode) for mode in MODES)]}
            for ink, paper, least in PAIRS
        ],
    }  # fmt: skip
