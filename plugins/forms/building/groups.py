"""Central field groups: which forms a change touches, and taking it over into their drafts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt

from cms.records.texts import default_language

from ..definition import edits
from ..definition.structure import Definition, DefinitionError, Field, from_json, to_json
from ..models import FieldGroup, Form, FormVersion
from ..posted import whole_number
from . import services
from .preview import Preview
from .views import form_for
from .words import Names

CHANGE, ADD = "forms.change_fieldgroup", "forms.add_fieldgroup"


@dataclass(frozen=True)
class Touched:
    """A form that holds fields of a group: whether the editor may change it, and in how many fields it differs."""

    form: Form
    version: FormVersion
    may_change: bool
    differs: int


def fields_of(group: FieldGroup) -> tuple[Field, ...]:
    """Return the fields of a group. Raises DefinitionError."""
    return read(group.data)


def read(data: Any) -> tuple[Field, ...]:
    """Return the fields of a list as JSON. Raises DefinitionError."""
    return from_json({"format": 1, "steps": [{"key": "group", "fields": data}]}).steps[0].fields


def marked(definition: Definition, group: str) -> list[Field]:
    """Return the fields of a form that came from the group; their setting "group" says so."""
    return [item for _step, item in definition.walk() if item.settings.get("group") == group]


def origin(item: Field, fields: Sequence[Field]) -> Field | None:
    """Return the field of the group that ``item`` was made of: by its key, with or without a prefix."""
    exact = next((one for one in fields if one.key == item.key), None)
    ends = sorted((one for one in fields if item.key.endswith(f"_{one.key}")), key=lambda one: -len(one.key))
    return exact or next(iter(ends), None)


def like(item: Field, new: Field, group: str) -> Field:
    """Return ``item`` as the group has it now; key, place and whether it must be answered stay the form's."""
    return edits.replace(
        item,
        type=new.type, label=new.label, help=new.help, example=new.example, options=new.options, sensitive=new.sensitive,
        retention_days=new.retention_days, settings={**new.settings, "group": group},
    )  # fmt: skip


def touched_by(group: FieldGroup, fields: Sequence[Field], user: Any) -> list[Touched]:
    """Return the forms whose draft or published version holds fields of the group."""
    states = [FormVersion.State.DRAFT, FormVersion.State.PUBLISHED]
    rows = FormVersion.objects.filter(state__in=states).select_related("form__unit").order_by("form", "state")
    newest: dict[int, FormVersion] = {}
    for version in rows:  # "draft" stands before "published"
        newest.setdefault(version.form_id, version)
    titles = Form.objects.with_texts().in_bulk(list(newest))
    found = []
    for version in newest.values():
        if items := marked(version.definition, group.key):
            differs = sum(
                (new := origin(item, fields)) is not None and like(item, new, group.key) != item for item in items
            )
            form = titles[version.form_id]
            found.append(Touched(form, version, services.may_change(user, version.form), differs))
    return found


@transaction.atomic
def save_group(*, group: FieldGroup, data: Any, title: str, take_over: Sequence[int], by: Any) -> int:
    """Store a group and take it over into the drafts of the forms ``take_over``; return in how many.

    Raises PermissionDenied, DefinitionError.
    """
    if by is not None and not by.has_perm(CHANGE):
        raise PermissionDenied
    fields = read(data)
    group.data, group.title = data, title
    group.save()
    changed = 0
    for one in touched_by(group, fields, by):
        if one.form.pk in take_over and one.differs:
            draft = services.open_draft(form=one.version.form, by=by)

            def edit(definition: Definition) -> Definition:
                for item in marked(definition, group.key):
                    if (new := origin(item, fields)) is not None:
                        other = like(item, new, group.key)
                        names = (
                            "type",
                            "label",
                            "help",
                            "example",
                            "options",
                            "sensitive",
                            "retention_days",
                            "settings",
                        )
                        definition = edits.change_field(
                            definition, item.key, **{name: getattr(other, name) for name in names}
                        )
                return definition

            words = _("Field group “%(title)s” taken over") % {"title": group.title}
            services.change_draft(version=draft, edit=edit, words=words, by=by)
            changed += 1
    return changed


@transaction.atomic
def group_of(*, version: FormVersion, key: str, title: str, by: Any) -> FieldGroup:
    """Make a central group of the set ``key`` of a draft; the fields remember where they belong.

    Raises PermissionDenied, EditError.
    """
    if by is not None and not by.has_perm(ADD):
        raise PermissionDenied
    item = version.definition.field(key)
    if not item.fields:
        raise edits.EditError(_("Only a set of questions can become a field group."))
    taken = set(FieldGroup.objects.values_list("key", flat=True))
    name = edits.free_key(taken, item.key)
    data = to_json(
        edits.replace(version.definition, steps=(edits.replace(version.definition.steps[0], fields=item.fields),))
    )
    group = FieldGroup.objects.create(key=name, title=title[:120], data=data["steps"][0]["fields"])

    def edit(definition: Definition) -> Definition:
        for inner in definition.field(key).fields:
            definition = edits.change_field(definition, inner.key, settings={**inner.settings, "group": name})
        return definition

    services.change_draft(version=version, edit=edit, words=_("Made a field group"), by=by)
    return group


# --- views -------------------------------------------------------------------------------------------


class GroupForm(forms.Form):
    """A group: what it takes over is a version of a form, so that it is edited like one."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    source = forms.ChoiceField(
        label=gettext_lazy("Take the fields from"),
        required=False,
        help_text=gettext_lazy(
            "A form in whose draft the fields of the group were changed. Empty: the fields stay as they are."
        ),
    )

    def __init__(self, group: FieldGroup, touched: Sequence[Touched], data: Any = None) -> None:
        super().__init__(data, initial={"title": group.title})
        self.group, self.touched = group, {str(one.form.pk): one for one in touched}
        choices = [(key, str(one.form)) for key, one in self.touched.items() if one.differs]
        self.fields["source"].choices = [("", "–"), *choices]

    def clean(self) -> dict[str, Any]:
        """Put the fields as JSON into ``data``. Raises ValidationError."""
        values = super().clean() or {}
        values["data"] = self.group.data
        if one := self.touched.get(values.get("source", "")):
            values["data"] = taken_from(one.version.definition, self.group)
        try:
            read(values["data"])
        except DefinitionError as error:
            raise ValidationError(str(error)) from error
        return values


def taken_from(definition: Definition, group: FieldGroup) -> list[dict[str, Any]]:
    """Return the group's fields as the form has them, under the group's own keys."""
    changed = {}
    for item in marked(definition, group.key):
        if (new := origin(item, fields_of(group))) is not None:
            settings = {name: value for name, value in item.settings.items() if name != "group"}
            changed[new.key] = edits.replace(item, key=new.key, required=new.required, settings=settings)
    fields = tuple(changed.get(one.key, one) for one in fields_of(group))
    step = edits.replace(definition.steps[0], fields=fields)
    return to_json(edits.replace(definition, steps=(step,), rules=()))["steps"][0]["fields"]


def group(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a group with the forms it touches; a change is stored after that was seen. Raises PermissionDenied."""
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    found = get_object_or_404(FieldGroup, pk=pk)
    form = GroupForm(found, touched_by(found, fields_of(found), request.user), request.POST or None)
    context: dict[str, Any] = {"group": found, "form": form, "touched": form.touched.values()}
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data["data"]
        if "confirmed" in request.POST:
            chosen = [whole_number(key) for key in request.POST.getlist("take_over")]
            number = save_group(
                group=found, data=data, title=form.cleaned_data["title"], take_over=chosen, by=request.user
            )
            messages.success(request, _("Stored; taken over into %(number)d drafts.") % {"number": number})
            return redirect("form_group", found.pk)
        context |= {"asked": True, "touched": touched_by(found, read(data), request.user)}
    return render(request, "forms/building/group.html", context)


@csrf_exempt  # as in preview.py
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the fields of a group as citizens see them; "source": as the draft of that form has them.

    Raises PermissionDenied, Http404.
    """
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    found, data = get_object_or_404(FieldGroup, pk=pk), None
    source = request.GET.get("source", "")
    if source.isascii() and source.isdigit() and (draft := form_for(request, int(source[:9])).draft()):
        data = taken_from(draft.definition, found)
    record = Form(slug=found.key)
    record.set_texts({("title", default_language()): found.title})
    languages = [code for code, _name in settings.LANGUAGES]
    step = {"key": "group", "title": {code: found.title for code in languages}, "fields": data or found.data}
    definition = from_json({"format": 1, "languages": languages, "steps": [step]})
    return Preview(request, record, definition).answer()


def make(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a central group of a set in the builder. Raises PermissionDenied."""
    form = form_for(request, pk)
    version, key = services.open_draft(form=form, by=request.user), request.POST.get("key", "")
    try:
        title = Names(version.definition).field(key)
        made = group_of(version=version, key=key, title=title, by=request.user)
    except (edits.EditError, KeyError) as error:
        messages.error(request, str(error))
        return redirect("form_build", form.pk)
    return redirect("form_group", made.pk)
