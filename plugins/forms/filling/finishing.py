"""The end of a filling: the summary, sending, the receipt; going on later, throwing away, files."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import npgettext
from django.views.decorators.http import require_GET

from cms.limits import count
from cms.records.texts import current_language

from ..definition.logic import evaluate
from ..definition.structure import Definition, text_in
from ..models import Filling, Form
from . import confirming, files, guard, identifying, sending, services
from . import content as contents
from .content import Content
from .human import HumanCheck
from .opening import NotOpen, definition_of
from .steps import elsewhere, frame, language_of, may_see
from .summary import summary

State = Filling.State
#: Mails with a link that one sender may ask for in an hour.
MAILS = 5


@guard.private
def check(request: HttpRequest, token: str) -> HttpResponse:
    """Everything once more, with links to change it; a POST sends it."""
    filling, content = services.find(token, lock=request.method == "POST")
    if away := elsewhere(request, filling, content):
        return away
    definition = definition_of(filling.version)
    language = language_of(filling, definition)
    if request.method == "POST":
        if "reopen" in request.POST:
            sending.reopen(filling=filling)
            return redirect("forms:check", token)
        if "signed" in request.FILES or "attach" in request.POST:
            return _attach(request, filling, content, definition, language)
        if "mail_code" in request.POST or "confirm" in request.POST:
            return _confirm(request, filling, content, definition, language)
        return _send(request, filling, content, definition, language)
    found = services.evaluated(definition, content)
    missing = services.first_open(definition, found, content)
    if missing is not None:
        return redirect("forms:step", token, missing)
    return _summary(request, filling, content, definition, language)


def _attach(
    request: HttpRequest, filling: Filling, content: Content, definition: Definition, language: str
) -> HttpResponse:
    """Keep the PDF that the person has signed."""
    try:
        files.keep_signed(filling=filling, content=content, upload=request.FILES.get("signed"))
    except ValidationError as error:
        text = " ".join(error.messages)
        return _summary(request, filling, content, definition, language, message=text, wrong_file=True)
    contents.write(filling, content)
    filling.save(update_fields=["sealed", "updated_at"])
    response = redirect("forms:check", content.token)
    response["Location"] += "#signature"
    return response


def _confirm(
    request: HttpRequest, filling: Filling, content: Content, definition: Definition, language: str
) -> HttpResponse:
    """Mail a code to an address of the answers, or take the one that was typed."""
    open_ones = {
        one.key: (one, mail)
        for one, mail in confirming.waiting(filling, content, definition, services.evaluated(definition, content))
    }
    wanted = open_ones.get(request.POST.get("mail_code") or request.POST.get("confirm", ""))
    message, wrong = "", ""
    if wanted is not None:
        one, mail = wanted
        if "confirm" in request.POST:
            typed = request.POST.get(f"code-{one.key}", "")[:40]
            if not confirming.confirm(filling=filling, content=content, field=one, mail=mail, typed=typed):
                message = _("This is not the code, or it is too old. You can have a new one sent.")
                wrong = one.key
        elif count(request, name="forms mail", window=guard.HOUR) > MAILS:
            message = _("Many mails have been asked for from your connection. Please try again in an hour.")
        else:
            try:
                confirming.send_code(filling=filling, content=content, field=one, mail=mail, language=language)
            except ValidationError:
                message = _("No mail can be sent to this address. Please correct it.")
    if message:
        return _summary(request, filling, content, definition, language, message=message, wrong_code=wrong)
    response = redirect("forms:check", content.token)
    response["Location"] += "#confirm"
    return response


def _send(
    request: HttpRequest, filling: Filling, content: Content, definition: Definition, language: str
) -> HttpResponse:
    if not identifying.is_here(request, filling):
        return redirect(f"{reverse('forms:identify', args=[content.token])}?failed=elsewhere")
    human = HumanCheck(request, filling)
    if not human.passes():
        return _summary(request, filling, content, definition, language, message=human.message)
    try:
        with transaction.atomic():
            submission = sending.submit(filling=filling, content=content)
    except sending.NotReady as error:
        return redirect("forms:step", content.token, error.step)
    except sending.Blocked as error:
        text = " ".join(text_in(texts, language) for texts in error.messages)
        return _summary(request, filling, content, definition, language, message=text)
    except sending.NeedsIdentity:
        return redirect("forms:identify", content.token)
    except sending.NeedsConfirmation:
        text = _("Please confirm your e-mail address by the code first.")
        return _summary(request, filling, content, definition, language, message=text)
    except sending.NeedsSignature:
        text = _("Please add the signed PDF first.")
        return _summary(request, filling, content, definition, language, message=text, wrong_file=True)
    except sending.FilesRefused:
        text = _("The virus scanner has refused one of your files. Please take it out.")
        return _summary(request, filling, content, definition, language, message=text)
    except NotOpen as error:
        return _summary(request, filling, content, definition, language, reason=error.reason)
    if submission is None:
        return redirect("forms:check", content.token)
    if submission.filling_id is None:
        return guard.closed(
            render(request, "forms/thanks.html", {"record": filling.version.form, "content_language": language})
        )
    return redirect("forms:sent", content.token)


def _summary(
    request: HttpRequest,
    filling: Filling,
    content: Content,
    definition: Definition,
    language: str,
    *,
    message: str = "",
    reason: str = "",
    wrong_code: str = "",
    wrong_file: bool = False,
) -> HttpResponse:
    """Show the summary. ``wrong_code``: key of the e-mail field whose code was not the one; ``wrong_file``: whether the
    message is about the signed PDF.
    """
    found = services.evaluated(definition, content)
    context = {
        **frame(filling, content, language),
        "parts": summary(definition, found, language, doubts=True, vouched=content.claims),
        "who": identifying.shown_by(filling),
        "price_cents": found.price_cents,
        "files": {str(row.identifier): row for row in filling.files.all()},
        "signatures": [
            {"mail": sending.signature_mail(row), "state": row.get_state_display(), "declined": row.state == "declined"}
            for row in filling.signatures.all()
        ],
        "signers": [mail for _field, mail in sending.signers(definition, found)],
        "to_confirm": [
            {
                "key": one.key,
                "label": text_in(one.label, language),
                "mail": mail,
                "is_sent": confirming.is_sent(content, one.key, mail),
            }
            for one, mail in confirming.waiting(filling, content, definition, found)
        ],
        "confirmed": [mail for key, mail in content.confirmed.items() if found.answers.get(key) == mail],
        "message": message,
        "wrong_code": wrong_code,
        "wrong_file": wrong_file,
        "reason": reason,
        "human": HumanCheck(request, filling),
        **kept_for(filling.version.form),
        "signed": files.signed(filling, content) if filling.version.form.asks == Form.Requirement.QUALIFIED else None,
    }
    return render(request, "forms/check.html", context)


def kept_for(form: Form) -> dict[str, str]:
    """Return in words how long the answers are kept, and how long after the case is closed ("" for not)."""
    return {"kept": _span(form.retention_days), "kept_done": _span(form.retention_done_days)}


def _span(days: int | None) -> str:
    """Return a number of days as people say it behind "after", "" for none."""
    if days is None:
        return ""
    if days and days % 365 == 0:
        return npgettext("deleted after", "%(n)d year", "%(n)d years", days // 365) % {"n": days // 365}
    return npgettext("deleted after", "%(n)d day", "%(n)d days", days) % {"n": days}


@guard.private
@require_GET
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt: number of the case, its status page, what is still to be done."""
    filling, content = services.find(token)
    if filling.state != State.SENT:
        return redirect("forms:fill", token)
    definition = definition_of(filling.version)
    submission = filling.submission
    case = submission.case
    context = {
        **frame(filling, content, language_of(filling, definition)),
        "submission": submission,
        "reference": content.reference,
        "status_path": content.status_path,
        "mail": sending.mail_of(filling, definition, evaluate(definition, submission.answers)) if case else "",
        "expected_on": case.expected_on if case else None,
    }
    return render(request, "forms/sent.html", context)


# --- later, files ---------------------------------------------------------------------------------------------------


@guard.private
def save(request: HttpRequest, token: str) -> HttpResponse:
    """Go on later: a code to write down, the link by mail."""
    filling, content = services.find(token, lock=request.method == "POST")
    if away := elsewhere(request, filling, content):
        return away
    context: dict[str, Any] = frame(filling, content, language_of(filling, definition_of(filling.version)))
    context["url"] = request.build_absolute_uri(services.path_of(token))
    if request.method == "POST":
        mail = request.POST.get("mail", "").strip()[:254]
        context["mail"] = mail
        if mail and count(request, name="forms mail", window=guard.HOUR) > MAILS:
            context["error"] = _(
                "Many mails have been asked for from your connection. Please write down the code instead."
            )
            mail = ""
        try:
            code = services.save_for_later(filling=filling, content=content, mail=mail, language=current_language())
        except ValidationError:
            context["error"] = _("Please enter a valid email address, such as name@example.org.")
        else:
            context.update(code=code, mailed=mail)
    return render(request, "forms/save.html", context)


@guard.private
def discard(request: HttpRequest, token: str) -> HttpResponse:
    """Throw the filling away, after asking once."""
    filling, content = services.find(token, lock=request.method == "POST")
    if filling.state == State.SENT:
        return redirect("forms:sent", token)
    if request.method == "POST":
        services.discard(filling=filling)
        return render(request, "forms/gone.html", {"discarded": True, "record": filling.version.form})
    context = frame(filling, content, language_of(filling, definition_of(filling.version)))
    return render(request, "forms/discard.html", context)


@guard.private
@require_GET
def file(request: HttpRequest, token: str, identifier: Any) -> HttpResponse:
    """Hand out a file to who has added it."""
    filling, _content = services.find(token)
    row = files.find(filling, str(identifier))
    if row is None or row.scan == row.Scan.REFUSED or not may_see(request, filling.version.form):
        raise Http404
    response = HttpResponse(row.read(), content_type=row.kind)
    response["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
