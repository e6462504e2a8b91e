"""Drafts become versions: publish, withdraw, copy, import."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.records.texts import default_language

from .. import prover
from ..definition.structure import text_in
from ..exchange.files import Exported
from ..models import Filling, Form, FormVersion, Submission
from ..search import mark_forms
from . import proofs, services

State = FormVersion.State
ADD = "forms.add_form"


class NotProved(Exception):
    """The draft has errors, or warnings nobody has confirmed. ``errors``: whether it can't be published at all."""

    def __init__(self, *, errors: bool, findings: list[dict[str, Any]], failed: list[Any]) -> None:
        super().__init__(_("The form has errors.") if errors else _("The form has warnings."))
        self.errors, self.findings, self.failed = errors, findings, failed


@transaction.atomic
def publish(*, version: FormVersion, note: str, by: Any, confirmed: bool = False) -> FormVersion:
    """Publish a draft: the version before becomes a former one, fillings that are under way stay on it.

    The prover and the kept tests run before. Raises NotProved, services.NotADraft, PermissionDenied.
    """
    draft = FormVersion.objects.select_for_update().select_related("form").get(pk=version.pk)
    if by is not None and not services.may_publish(by, draft.form):
        raise PermissionDenied
    if draft.state != State.DRAFT:
        raise services.NotADraft
    found = [one for one in proofs.findings(draft) if one["severity"] != prover.NOTE]
    errors = any(one["severity"] == prover.ERROR for one in found)
    failed = proofs.failed(draft)
    if errors or ((found or failed) and not confirmed):
        raise NotProved(errors=errors, findings=found, failed=failed)
    proofs.keep(version=draft)
    draft.form.versions.filter(state=State.PUBLISHED).update(state=State.FORMER)
    draft.state, draft.note, draft.published_at, draft.changed_by = State.PUBLISHED, note[:300], timezone.now(), by
    draft.save(update_fields=["state", "note", "published_at", "changed_by", "changed_at"])
    draft.states.all().delete()
    mark_forms([draft.form])
    log(instance=draft.form, action="forms.published", user=by, data={"version": draft.number})
    return draft


@transaction.atomic
def withdraw(*, form: Form, by: Any) -> None:
    """Take the published version back: nobody can begin it any more, fillings under way can be finished.

    Raises PermissionDenied.
    """
    if by is not None and not services.may_publish(by, form):
        raise PermissionDenied
    published = form.published()
    if published is not None:
        published.state = State.FORMER
        published.save(update_fields=["state", "changed_at"])
        mark_forms([form])
        log(instance=form, action="forms.withdrawn", user=by, data={"version": published.number})


def what_keeps(form: Form) -> str:
    """Return why a form can't be deleted, "" when it can: what people began or sent must not lose what it answers."""
    sent = Submission.objects.filter(version__form=form).count()
    begun = Filling.objects.filter(version__form=form).exclude(state=Filling.State.SENT).count()
    if not sent and not begun:
        return ""
    return _(
        "“%(title)s” can't be deleted: %(sent)d submissions and %(begun)d fillings under way belong to it. Take it out of use instead; what was sent is erased when its time is over."
    ) % {"title": form.title, "sent": sent, "begun": begun}


@transaction.atomic
def copy_form(*, form: Form, version: FormVersion, by: Any) -> Form:
    """Make a new form, not in use yet, with the texts of ``form`` and its version as draft. Raises PermissionDenied."""
    if by is not None and not (by.has_perm(ADD) and services.may_change(by, form)):
        raise PermissionDenied
    twin = Form(
        slug=services.free_slug(f"{form.slug}-kopie"), kind=form.kind, purpose=form.purpose, unit=form.unit, owner=form.owner,
        legal_basis=form.legal_basis, requirement=form.requirement, requirement_source=form.requirement_source,
        asks=form.asks, digital_level=form.digital_level, expected_days=form.expected_days, retention_days=form.retention_days, retention_done_days=form.retention_done_days,
        retention_withdrawn_days=form.retention_withdrawn_days,
        access_rule=form.access_rule, is_active=False,
    )  # fmt: skip
    texts = {(row.field, row.language): row.value for row in form.texts.all()}
    for (field, language), text in texts.items():
        if field == "title":
            texts[field, language] = _("%(title)s (copy)") % {"title": text}
    twin.set_texts(texts)
    twin.save()
    services.new_draft(form=twin, definition=version.definition, by=by, words=_("Copied"))
    log(instance=twin, action="forms.copied", user=by, data={"from": form.pk})
    return twin


@transaction.atomic
def import_form(*, content: Exported, by: Any) -> Form:
    """Make a new form, not in use yet, with what a file holds as draft. Raises PermissionDenied, DefinitionError."""
    if by is not None and not by.has_perm(ADD):
        raise PermissionDenied
    attributes = {name: value for name, value in content.attributes.items() if name != "number"}
    title = text_in({code: texts.get("title", "") for code, texts in content.texts.items()}, default_language())
    form = Form(slug=services.free_slug(title), is_active=False, **attributes)
    form.set_texts({(field, code): text for code, texts in content.texts.items() for field, text in texts.items()})
    form.save()
    draft = services.new_draft(form=form, definition=content.definition, by=by, words=_("Imported"))
    proofs.store(version=draft, fillings=content.tests)
    log(instance=form, action="forms.imported", user=by)
    return form
