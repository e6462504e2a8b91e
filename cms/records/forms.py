"""Admin forms of records: each text a field of its own for every language."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.rich_text import get_rich_text_editor_widget

from cms.access.forms import AudienceChoiceField

from .richtext import clean, plain
from .texts import default_language

#: What editors may use in records' texts.
RICH_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link"]


class TextSpec:
    """How one text of a record is edited."""

    def __init__(
        self,
        name: str,
        label: Any,
        *,
        kind: str = "line",
        required: bool = False,
        help_text: Any = "",
        max_length: int = 0,
    ) -> None:
        self.name, self.label, self.kind = name, label, kind
        self.required, self.help_text = required, help_text
        self.length = max_length or {"line": 255, "lines": 5_000, "area": 2_000, "rich": 200_000}[kind]

    def cleaned(self, value: str) -> str:
        """Return what is stored of ``value``."""
        value = value.strip()
        return clean(value) if self.kind == "rich" else value

    def form_field(self, language: str) -> forms.Field:
        """Return the form field for one language; only the default language can be required."""
        attrs = {"lang": language}
        if self.kind == "rich":
            widget: Any = get_rich_text_editor_widget(features=RICH_FEATURES)
        elif self.kind == "line":
            widget = forms.TextInput(attrs=attrs)
        else:
            widget = forms.Textarea(attrs={**attrs, "rows": 3})
        return forms.CharField(
            label=self.label,
            required=self.required and language == default_language(),
            help_text=self.help_text,
            widget=widget,
            max_length=self.length,
        )


class RecordForm(WagtailAdminModelForm):
    """Base of the admin forms made by :func:`record_form`; writes the texts into the record's child rows."""

    text_specs: tuple[TextSpec, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        layers = {(row.field, row.language): row.value for row in self.instance.texts.all()}
        imported = self._imported()
        for spec in self.text_specs:
            for language, _name in settings.TEXT_LANGUAGES:
                name = field_name(spec.name, language)
                self.initial.setdefault(name, layers.get((spec.name, language), ""))
                if below := imported.get((spec.name, language)):
                    # An empty field shows the imported text; so it is not required, and the editor sees what is there.
                    self.fields[name].required = False
                    self.fields[name].help_text = _("Imported: %(text)s") % {"text": plain(below)[:300]}

    def _imported(self) -> dict[tuple[str, str], str]:
        if not (self.instance.HAS_IMPORTED_TEXTS and self.instance.pk):
            return {}
        rows = sorted(self.instance.imported_texts.all(), key=lambda row: -row.priority)
        return {(row.field, row.language): row.value for row in rows if row.value}

    def _post_clean(self) -> None:
        super()._post_clean()
        values = {}
        for spec in self.text_specs:
            for language, _name in settings.TEXT_LANGUAGES:
                key = field_name(spec.name, language)
                if key in self.cleaned_data:
                    values[spec.name, language] = spec.cleaned(self.cleaned_data[key])
        self.instance.set_texts(values)


def field_name(name: str, language: str) -> str:
    """Return the name of the form field of a text in a language."""
    return f"text_{language}_{name}"


def record_form(specs: tuple[TextSpec, ...], base: type = RecordForm) -> type:
    """Return a form class with a field for each of ``specs`` in each language and, for restricted records, the audience."""
    fields: dict[str, Any] = {
        field_name(spec.name, language): spec.form_field(language)
        for spec in specs
        for language, _name in settings.TEXT_LANGUAGES
    }
    return type("RecordForm", (base,), {**fields, "text_specs": specs, "__module__": __name__})


def audience_field() -> AudienceChoiceField:
    """Return the form field for ``access_rule``."""
    return AudienceChoiceField(label=_("Audience"), help_text=_("Who may see this."))


def text_panels(specs: tuple[TextSpec, ...]) -> list[ObjectList]:
    """Return one tab a language with a panel for each text."""
    return [
        ObjectList(
            [MultiFieldPanel([FieldPanel(field_name(spec.name, language)) for spec in specs], heading=_("Texts"))],
            heading=name,
        )
        for language, name in settings.TEXT_LANGUAGES
    ]


class RestrictedRecordForm(RecordForm):
    """Base form of records with an audience."""

    access_rule = audience_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The add view gives no initial values: without this a new record could not be saved before choosing.
        if not self.initial.get("access_rule"):
            self.initial["access_rule"] = self.instance.access_rule_id
