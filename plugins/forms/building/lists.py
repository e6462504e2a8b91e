"""Lists for forms in the Wagtail admin, typed in or taken over from a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet

from ..models import ReferenceList
from ..models.reference import MOST

#: A greater file is no list of streets; a longer entry no street.
LARGEST, LONGEST = 2_000_000, 200
#: So many wrong rows are named, the rest is counted.
NAMED = 10
#: A first row that begins with one of these is a heading.
HEADINGS = frozenset(
    {"wert", "value", "schlüssel", "key", "bezeichnung", "label", "name", "eintrag", "entry", "straße", "street"}
)


class ReferenceListForm(WagtailAdminModelForm):
    """A list; a file takes the place of the entries."""

    file = forms.FileField(
        label=gettext_lazy("Take over from a CSV file"),
        required=False,
        help_text=gettext_lazy(
            "It replaces all entries. First column: what is stored; second column, if there is one: what people read."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].required = False
        self.fields["lines"].widget.attrs["rows"] = 20

    def clean(self) -> dict[str, Any]:
        """Put what the file holds in the place of the entries."""
        cleaned = super().clean()
        if "file" in self.errors:
            return cleaned
        if upload := cleaned.get("file"):
            try:
                cleaned["lines"] = "\n".join(lines_of(upload))
            except ValidationError as error:
                self.add_error("file", error)
        elif not cleaned.get("lines", "").strip():
            self.add_error("lines", _("Type in entries, or choose a file."))
        return cleaned


def lines_of(upload: Any) -> list[str]:
    """Return the entries of a CSV file, one a line as a list keeps them. Raises ValidationError, naming wrong rows."""
    if upload.size > LARGEST:
        raise ValidationError(_("The file is too large."))
    found, wrong, seen = [], [], {}
    for number, row in _rows(_text(upload.read())):
        value, label = (*(cell.strip() for cell in row), "", "")[:2]
        if (not value and not label) or (number == 1 and value.casefold() in HEADINGS):
            continue
        if not value:
            wrong.append(_("Row %(row)d: the first column is empty.") % {"row": number})
        elif "|" in value or "|" in label:
            wrong.append(_("Row %(row)d: “|” can’t be part of an entry.") % {"row": number})
        elif len(value) > LONGEST or len(label) > LONGEST:
            wrong.append(_("Row %(row)d: more than %(most)d characters.") % {"row": number, "most": LONGEST})
        elif value in seen:
            wrong.append(_("Row %(row)d: stands in row %(first)d already.") % {"row": number, "first": seen[value]})
        else:
            seen[value] = number
            found.append(f"{value} | {label}" if label and label != value else value)
    if wrong:
        more = len(wrong) - NAMED
        also = [ngettext("One more row is wrong.", "%(number)d more rows are wrong.", more) % {"number": more}]
        raise ValidationError([*wrong[:NAMED], *(also if more > 0 else [])])
    if not found:
        raise ValidationError(_("There is no entry in the file."))
    if len(found) > MOST:
        raise ValidationError(_("At most %(number)d entries.") % {"number": MOST})
    return found


def _text(content: bytes) -> str:
    """Return the text of a file as spreadsheets write it: UTF-8, else Windows. Raises ValidationError."""
    if b"\0" in content:
        raise ValidationError(_("This is no CSV file. Save the table as “CSV (UTF-8)”."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of the line, cells). Raises ValidationError."""
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    # What stands most often in the first line separates; without any, all is one column.
    reader = csv.reader(text.splitlines(), delimiter=delimiter if first.count(delimiter) else ";")
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise ValidationError(_("Row %(row)d can’t be read.") % {"row": reader.line_num}) from error


def number_of_entries(row: ReferenceList) -> int:
    """Return how many entries the list has."""
    return len(row.entries())


class ReferenceListViewSet(SnippetViewSet):
    """Lists for forms."""

    model = ReferenceList
    icon = "list-ol"
    list_display = [
        "title",
        "key",
        Column("entries", label=gettext_lazy("Entries"), accessor=number_of_entries),
        "changed_at",
    ]
    search_fields = ["title", "key"]
    copy_view_enabled = False
    inspect_view_enabled = False
    edit_handler = ObjectList(
        [FieldPanel("title"), FieldPanel("key"), FieldPanel("file"), FieldPanel("lines")],
        base_form_class=ReferenceListForm,
    )
