"""Forms in the search: those of everybody, and internal ones for who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.contracts.search import Card, Entry
from cms.records.richtext import plain

from .models import Form


class FormDocument:
    """Forms of the register."""

    kind, label, icon, model = "form", _("Forms"), "clipboard-list", Form
    dependents = {"directory.OrganisationUnit": "unit"}

    def queryset(self) -> Any:
        """Return the forms in use, without those on trial."""
        rows = Form.objects.filter(is_active=True, test_mode=False).with_texts()
        return rows.select_related("unit__access_rule").prefetch_related("unit__texts")

    def entries(self, obj: Form) -> Iterable[Entry]:
        """Yield one entry a language."""
        for language in obj.languages():
            with translation.override(language):
                yield self._entry(obj, language)

    def _entry(self, obj: Form, language: str) -> Entry:
        own, unit = obj.kind == Form.Kind.OWN, obj.unit
        if unit and not (unit.access_rule.is_public or unit.access_rule_id == obj.access_rule_id):
            unit = None
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
                action_label=gettext("Fill in online") if own else "",
                action_url=obj.get_absolute_url() if own else "",
            ),
        )


DOCUMENTS = [FormDocument()]
