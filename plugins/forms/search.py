"""Forms in the search: those of everybody, and internal ones for who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cms.contracts.search import Card, Entry
from cms.records.richtext import plain
from search.indexing import mark

from .models import Form, FormService
from .models.forms import OPEN


def mark_services(keys: Iterable[str]) -> None:
    """Have the entries of these services ("service:12") built again: they name the form as what one can do."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        kind, _colon, pk = key.partition(":")
        by_kind.setdefault(kind, []).append(pk)
    for kind, ids in by_kind.items():
        mark(kind, ids)


def mark_forms(forms: Iterable[Form]) -> None:
    """Have the entries of these forms built again, and those of the services that are applied for with them."""
    numbers = [form.pk for form in forms]
    mark("form", numbers)
    mark_services(FormService.objects.filter(form__in=numbers).values_list("key", flat=True))


class FormDocument:
    """Forms of the register."""

    kind, label, icon, model = "form", _("Forms"), "clipboard-list", Form
    dependents = {
        "directory.OrganisationUnit": "unit",
        "forms.FormVersion": "versions",
        "content.CityDocument": "document",
    }

    def queryset(self) -> Any:
        """Return what people are offered: not what is on trial, or built and not published yet."""
        rows = Form.objects.offered().with_texts()
        return rows.select_related("unit__access_rule", "document").prefetch_related("unit__texts")

    def entries(self, obj: Form) -> Iterable[Entry]:
        """Yield one entry a language."""
        for language in obj.languages():
            with translation.override(language):
                yield self._entry(obj, language)

    def _entry(self, obj: Form, language: str) -> Entry:
        unit = obj.unit
        if unit and not (unit.access_rule.is_public or unit.access_rule_id == obj.access_rule_id):
            unit = None
        label, address = {
            Form.Kind.OWN: (
                _("Take part") if obj.purpose == Form.Purpose.SURVEY else _("Fill in online"),
                obj.get_absolute_url(),
            ),
            Form.Kind.LINK: (_("Go to the form"), obj.url),
            Form.Kind.PDF: (_("Open the PDF"), obj.document.url if obj.document else ""),
        }[Form.Kind(obj.kind)]
        on_offer = obj.offer() == OPEN
        return Entry(
            language=language,
            title=obj.text("title", language),
            url=obj.get_absolute_url(),
            rule_id=obj.access_rule_id,
            summary=obj.text("summary", language),
            body=plain(obj.text("body", language)),
            keywords=(*obj.text_list("keywords", language), *([obj.number] if obj.number else [])),
            unit_id=unit.pk if unit else None,
            card=Card(
                facts=(("unit", unit.text("name", language)),) if unit else (),
                action_label=str(label) if on_offer else "",
                action_url=address if on_offer else "",
            ),
        )


DOCUMENTS = [FormDocument()]
