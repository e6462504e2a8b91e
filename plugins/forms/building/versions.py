"""Versions of a form: list, what changed, publish, withdraw, copy, export, import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.records.texts import default_language

from ..definition.changes import diff
from ..exchange import files, xdatenfelder
from ..models import Form, FormVersion
from ..posted import whole_number
from . import proofs, publishing, services
from .views import form_for


class PublishForm(forms.Form):
    """What goes with publishing."""

    note = forms.CharField(
        label=gettext_lazy("What changed"), max_length=300, help_text=gettext_lazy("For colleagues: in one sentence.")
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have read the warnings and publish all the same."), required=False
    )


def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions, newest first, with what changed since the one before."""
    form = form_for(request, pk)
    return _page(request, form, PublishForm())


def _page(request: HttpRequest, form: Form, publish: PublishForm, refused: Any = None) -> HttpResponse:
    rows = list(form.versions.select_related("changed_by").order_by("-number")[:50])
    language = (get_language() or "de").split("-")[0]
    listed = []
    for position, version in enumerate(rows):
        before = rows[position + 1] if position + 1 < len(rows) else None
        changes = diff(before.definition, version.definition, language=language) if before else None
        listed.append((version, before, changes))
    draft = next((row for row in rows if row.state == FormVersion.State.DRAFT), None)
    context = {
        "form": form,
        "versions": listed,
        "draft": draft,
        "published": next((row for row in rows if row.state == FormVersion.State.PUBLISHED), None),
        "findings": proofs.findings(draft) if draft else [],
        "failed": proofs.failed(draft) if draft else [],
        "publish": publish,
        "refused": refused,
        "may_publish": services.may_publish(request.user, form),
        "may_add": request.user.has_perm(publishing.ADD),
    }
    return render(request, "forms/building/versions.html", context)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Do something with the versions: "deed" is publish, withdraw, copy, draft or test."""
    form = form_for(request, pk)
    deed = request.POST.get("deed", "")
    if deed == "publish":
        return _publish(request, form)
    if deed == "withdraw":
        publishing.withdraw(form=form, by=request.user)
        messages.success(request, _("Withdrawn. Fillings that are under way can still be finished."))
    elif deed == "copy":
        version = form.draft() or form.published() or form.versions.first()
        if version is None:
            raise Http404
        twin = publishing.copy_form(form=form, version=version, by=request.user)
        messages.success(request, _("Copied. The copy is not in use yet."))
        return redirect("form_build", twin.pk)
    elif deed == "draft":
        _draft_of(request, form)
        return redirect("form_build", form.pk)
    else:
        raise Http404
    return redirect("form_versions", form.pk)


def _publish(request: HttpRequest, form: Form) -> HttpResponse:
    publish, draft = PublishForm(request.POST), form.draft()
    if draft is None:
        messages.error(request, _("There is no draft."))
        return redirect("form_versions", form.pk)
    if not publish.is_valid():
        return _page(request, form, publish)
    try:
        version = publishing.publish(version=draft, by=request.user, **publish.cleaned_data)
    except publishing.NotProved as refused:
        return _page(request, form, publish, refused)
    messages.success(request, _("Version %(number)d is published.") % {"number": version.number})
    return redirect("form_versions", form.pk)


def _draft_of(request: HttpRequest, form: Form) -> None:
    """Make the chosen version the draft: the way back to an older one."""
    version = form.versions.filter(number=whole_number(request.POST.get("number", ""))).first()
    if version is None:
        raise Http404
    words = _("Version %(number)d taken as the draft") % {"number": version.number}
    services.new_draft(form=form, definition=version.definition, by=request.user, words=words)


def export(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Give a version with its tests as a JSON file."""
    form = form_for(request, pk)
    version = get_object_or_404(FormVersion.objects.select_related("form"), form=form, number=number)
    tests = tuple(proofs.filling_of(proof) for proof in version.proofs.all())
    response = HttpResponse(files.to_bytes(files.exported(version, tests)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{form.slug}-{number}.json"'
    return response


class ImportForm(forms.Form):
    """A form from a file: ``content`` is what was read, ``notes`` what could not be taken over."""

    file = forms.FileField(
        label=gettext_lazy("File"), help_text=gettext_lazy("JSON of our export, or XDatenfelder 2 or 3 (XML).")
    )
    content: files.Exported
    notes: Sequence[xdatenfelder.Note] = ()

    def clean_file(self) -> Any:
        """Read the file. Raises ValidationError with what is wrong in it."""
        upload = self.cleaned_data["file"]
        if upload.size > files.LARGEST:
            raise ValidationError(_("The file is too large."))
        raw = upload.read()
        try:
            if raw.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
                found = xdatenfelder.imported(raw)
                self.content = files.Exported(found.definition, {default_language(): {"title": found.title}})
                self.notes = found.notes
            else:
                self.content = files.from_bytes(raw)
        except files.ExchangeError as error:
            where = _("Line %(line)d: ") % {"line": error.line} if error.line else ""
            raise ValidationError(f"{where}{error.message}") from error
        return upload


def import_form(request: HttpRequest) -> HttpResponse:
    """Take a form from a file as a draft, and show what could not be taken over. Raises PermissionDenied."""
    if not request.user.has_perm(publishing.ADD):
        raise PermissionDenied
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = publishing.import_form(content=form.content, by=request.user)
        messages.success(request, _("Imported as a draft. It is not in use yet."))
        if not form.notes:
            return redirect("form_build", made.pk)
        return render(request, "forms/building/import.html", {"form": ImportForm(), "made": made, "notes": form.notes})
    return render(request, "forms/building/import.html", {"form": form})
