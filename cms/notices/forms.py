"""Forms of notices: one for editors, a short one for emergencies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page
from wagtail.snippets.widgets import AdminSnippetChooser

from cms.accounts import rights
from cms.directory.models import OrganisationUnit
from cms.records.forms import audience_field
from cms.records.texts import default_language

from .links import validate_link
from .models import Notice
from .services import EMERGENCY_HOURS, EMERGENCY_RIGHT, emergency, may_place
from .targets import target_models

LANGUAGES = getattr(settings, "TEXT_LANGUAGES", settings.LANGUAGES)


class NoticeForm(WagtailAdminModelForm):
    """A notice. What it can be about has a chooser for each kind of record: see :func:`notice_form`."""

    access_rule = audience_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial.get("access_rule"):
            self.initial["access_rule"] = self.instance.access_rule_id
        for widget in self.fields["text"].widget.widgets:
            widget.__class__ = forms.Textarea
            widget.attrs["rows"] = 2
        self.kinds = {kind: f"target_{kind}" for kind in target_models()}
        for kind, name in list(self.kinds.items()):
            model = target_models()[kind]
            if model is not Page and not hasattr(model, "snippet_viewset"):  # nothing to choose it with
                del self.fields[name], self.kinds[kind]
            elif self.instance.kind == kind and self.instance.object_id.isdigit():
                self.initial[name] = int(self.instance.object_id)
        self._offer_what_is_allowed()

    def _offer_what_is_allowed(self) -> None:
        user = self.for_user
        units = OrganisationUnit.objects.with_texts().order_by("path")
        self.fields["unit"].queryset = units
        if user is None or user.has_perm("notices.change_notice"):
            everywhere = True
        else:
            everywhere = False
            allowed = [unit.pk for unit in units if rights.may(user, "notices.change_notice", unit)]
            self.fields["unit"].queryset = units.filter(pk__in=allowed)
        if not everywhere:
            places = [Notice.Place.UNIT, Notice.Place.RECORD] if allowed else [Notice.Place.RECORD]
            self.fields["place"].choices = [(place.value, place.label) for place in places]
            if not rights.scoped_assignments(user, "notices.change_notice"):  # only the pages of a section
                for kind, name in list(self.kinds.items()):
                    if kind != "page":
                        del self.fields[name], self.kinds[kind]
        if user is not None and not user.has_perm(EMERGENCY_RIGHT):
            self.fields["severity"].choices = [
                choice
                for choice in Notice.Severity.choices
                if choice[0] != Notice.Severity.EMERGENCY or choice[0] == self.instance.severity
            ]

    def clean(self) -> dict[str, Any]:
        """Note what the notice is about, and refuse a place where the person has no right."""
        cleaned = super().clean()
        place = cleaned.get("place")
        self.instance.kind = self.instance.object_id = ""
        if place == Notice.Place.RECORD:
            chosen = {kind: cleaned[name] for kind, name in self.kinds.items() if cleaned.get(name)}
            if len(chosen) != 1:
                self.add_error("place", _("Choose exactly one thing below that the notice is about."))
                return cleaned
            [(kind, found)] = chosen.items()
            self.instance.kind, self.instance.object_id = kind, str(found.pk)
        probe = Notice(
            severity=cleaned.get("severity") or Notice.Severity.INFORMATION,
            place=place or Notice.Place.SITE,
            unit=cleaned.get("unit") if place == Notice.Place.UNIT else None,
            kind=self.instance.kind,
            object_id=self.instance.object_id,
        )
        complete = place and (place != Notice.Place.UNIT or probe.unit)
        if self.for_user is not None and complete and not may_place(self.for_user, probe):
            self.add_error("place", _("You may not put a notice there."))
        return cleaned


def notice_form() -> type[NoticeForm]:
    """Return the form with a chooser for each kind of record that can have a notice."""
    choosers: dict[str, Any] = {}
    for kind, model in target_models().items():
        widget = AdminPageChooser() if model is Page else AdminSnippetChooser(model)
        choosers[f"target_{kind}"] = forms.ModelChoiceField(
            model._default_manager.all(), required=False, widget=widget, label=model._meta.verbose_name
        )
    return type("NoticeForm", (NoticeForm,), {**choosers, "__module__": __name__})


class EmergencyForm(forms.Form):
    """What an emergency publisher fills in: the fewest words that help."""

    easy_text = forms.CharField(
        label=_("In Leichte Sprache"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    link = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=500,
        validators=[validate_link],
        help_text=_("Where more is said: https://… or a path of this site such as /leistungen/."),
    )
    hours = forms.TypedChoiceField(
        label=_("How long"),
        coerce=int,
        choices=[
            (count, ngettext_lazy("%(n)d hour", "%(n)d hours", "n") % {"n": count})
            for count in (1, 3, 6, 12, 24, 48, 72)
        ],
        initial=EMERGENCY_HOURS,
        help_text=_("It can be ended earlier at any time."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts: dict[str, forms.Field] = {}
        for code, name in LANGUAGES:
            own = {"required": code == default_language()}
            texts[f"headline_{code}"] = forms.CharField(
                label=_("What is the matter? (%(language)s)") % {"language": name},
                max_length=120,
                widget=forms.TextInput(attrs={"lang": code}),
                **own,
            )
            texts[f"text_{code}"] = forms.CharField(
                label=_("What are people to do? (%(language)s)") % {"language": name},
                max_length=500,
                widget=forms.Textarea(attrs={"rows": 3, "lang": code}),
                **own,
            )
        self.fields = {**texts, **self.fields}

    def clean(self) -> dict[str, Any]:
        """Refuse a text in another language without its title."""
        cleaned = super().clean()
        for code, _name in LANGUAGES:
            if cleaned.get(f"text_{code}") and not cleaned.get(f"headline_{code}") and code != default_language():
                self.add_error(f"headline_{code}", _("A text needs its title in the same language."))
        return cleaned

    def notice(self) -> Notice:
        """Return the notice, not stored. Call after is_valid()."""
        values = self.cleaned_data
        texts = {
            field: {code: values[f"{field}_{code}"] for code, _name in LANGUAGES if values[f"{field}_{code}"]}
            for field in ("headline", "text")
        }
        return emergency(
            headline=texts["headline"],
            text=texts["text"],
            easy_text=values["easy_text"],
            link=values["link"],
            hours=values["hours"],
        )
