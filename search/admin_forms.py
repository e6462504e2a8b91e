"""Forms of the search in the admin, in which editors name records by title or address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from .models.curation import names
from .records import find_record

HELP = _("The exact title, or the address on this site, for example /leistungen/personalausweis-beantragen/.")


class BestBetForm(WagtailAdminModelForm):
    """A best bet whose record is named by title or address."""

    record = forms.CharField(label=_("result"), max_length=500, help_text=HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["record"].initial = self.instance.title

    def clean_record(self) -> str:
        """Find the record; keep the old one when its name was not changed, though it may be gone."""
        text: str = self.cleaned_data["record"]
        if not self.instance.pk or text != self.instance.title:
            entry = find_record(text, reader=self.for_user)
            self.instance.kind, self.instance.object_id, self.instance.title = entry.kind, entry.object_id, entry.title
        return text


class JudgedQueryForm(WagtailAdminModelForm):
    """A judged query whose expected results are named one a line."""

    records = forms.CharField(
        label=_("expected results"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, the best first: the exact title, or the address on this site."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["records"].initial = names(self.instance.expected)

    def clean_records(self) -> str:
        """Find each record; a line that did not change keeps its record. All lines that fail are named."""
        text: str = self.cleaned_data["records"]
        known: dict[str, list[dict[str, Any]]] = {}
        for row in self.instance.expected:  # several may have one title: they were named by their addresses
            known.setdefault(row["title"], []).append(row)
        found, errors = [], []
        for line in dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()):
            try:
                entry = None if line in known else find_record(line, reader=self.for_user)
            except ValidationError as error:
                errors += error.messages
                continue
            found += (
                known[line] if entry is None else [{"kind": entry.kind, "id": entry.object_id, "title": entry.title}]
            )
        if errors:
            raise ValidationError(errors)
        self.instance.expected = list({(row["kind"], str(row["id"])): row for row in found}.values())
        return text
