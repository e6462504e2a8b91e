"""The page that shows every component with its states."""

from __future__ import annotations

from datetime import time
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from cms.access.rules import reader_levels


class SampleForm(forms.Form):
    """A form with every kind of field, shown with errors."""

    name = forms.CharField(label="Name", help_text="Vor- und Nachname")
    mail = forms.EmailField(label="E-Mail")
    district = forms.ChoiceField(label="Stadtteil", choices=[("", "–"), ("altstadt", "Altstadt")], required=False)
    message = forms.CharField(label="Nachricht", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    consent = forms.BooleanField(label="Ich bin einverstanden")


def components(request: HttpRequest) -> HttpResponse:
    """All components with sample data, for designers: shown in the demo and to staff."""
    if not getattr(settings, "DEMO_ACCOUNTS_VISIBLE", False) and "staff" not in reader_levels(request):
        raise Http404
    form = SampleForm({"name": "", "mail": "keine Adresse", "message": "Das bleibt stehen."})
    form.is_valid()
    context = {
        "form": form,
        "tones": ["info", "success", "warning", "error", "staff"],
        "letters": [
            {"letter": letter, "url": f"#{letter}" if count else "", "count": count, "is_current": letter == "B"}
            for letter, count in zip("ABCDEFGH", [12, 4, 0, 1, 9, 2, 5, 0], strict=True)
        ],
        "items": [
            {"title": "Erste Frage", "text": format_html("<p>{}</p>", "Antwort"), "url": "#", "label": "Erster Link"},
            {"title": "Zweite Frage", "text": format_html("<p>{}</p>", "Antwort"), "url": "#", "label": "Zweiter Link"},
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
        "status": SimpleNamespace(is_open=True, label=_("open now until %(time)s") % {"time": "12:00"}),
        "lines": ["Große Bleiche 46", "55116 Mainz"],
        "page_of_many": Paginator(range(60), 10).page(2),
        "terms": [{"term": "Gebühr", "text": "37,00 €"}, {"term": "Dauer", "text": "3 Wochen"}],
        "steps": [{"title": "Termin vereinbaren"}, {"title": "Ausweis abholen", "text": "mit dem alten Ausweis"}],
        "header": ["Stadtteil", "Tag"],
        "table_rows": [["Altstadt", "Montag"], ["Drais", "Freitag"]],
        "pictures": ["cathedral", "bridge", "type-case", "wheel", "old-town", "river", "museum", "market"],
        "tokens": ["paper", "surface", "ink", "accent", "second", "link", "good", "warn", "bad"],
    }
    return render(request, "theming/components.html", context)
