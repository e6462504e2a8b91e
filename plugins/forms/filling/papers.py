"""Paper: the empty form (page and PDF) and the PDF of what was sent."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import override
from django.views.decorators.http import require_safe

from cms.limits import count
from cms.records.texts import current_language

from ..definition.logic import evaluate
from ..models import CoSignature, Filling, Form, FormVersion
from . import content as contents
from . import guard, pdf, services
from .identifying import shown_by
from .opening import definition_of
from .paper import fees, general_rules, paper
from .sending import signature_mail
from .signatures import code_of
from .steps import language_of, may_see
from .summary import summary

#: PDFs one sender may have made in a minute.
MOST = 30


def _version(request: HttpRequest, slug: str, number: int | None) -> FormVersion:
    """Return a version that was published once. Raises Http404."""
    form = get_object_or_404(Form.objects.visible_to(request).with_texts().select_related("unit"), slug=slug)
    rows = form.versions.exclude(state=FormVersion.State.DRAFT)
    if number is None:
        rows = rows.filter(state=FormVersion.State.PUBLISHED)
    elif number < 2**31:
        rows = rows.filter(number=number)
    else:
        raise Http404
    version = get_object_or_404(rows)
    version.form = form
    return version


def _context(version: FormVersion) -> dict[str, Any]:
    definition = definition_of(version)
    language = definition.language(current_language())
    url = settings.SITE_URL + version.form.get_absolute_url()
    return {
        "record": version.form,
        "version": version,
        "steps": paper(definition, language),
        "general": general_rules(definition, language),
        "fees": fees(definition, language),
        "content_language": language,
        "url": url,
        "qr": pdf.qr_code(url),
        "can_print": pdf.is_possible(),
    }


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """All questions of the published version on one page, to read or to print from the browser."""
    return guard.closed(render(request, "forms/paper.html", _context(_version(request, slug, None))))


@require_safe
def pdf_of_version(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """The empty form as a PDF."""
    version = _version(request, slug, number)
    if count(request, name="forms pdf") > MOST:
        return guard.too_many(request)
    context = _context(version)
    name = f"{slugify(version.form.number or version.form.slug)}-v{version.number}.pdf"
    return _answer(request, "forms/pdf/paper.html", context, context["content_language"], name)


@guard.private
@require_safe
def submission(request: HttpRequest, token: str) -> HttpResponse:
    """What was sent, as a PDF, for who holds the filling."""
    filling, content = services.find(token)
    if filling.state != Filling.State.SENT or not may_see(request, filling.version.form):
        raise Http404
    if count(request, name="forms pdf") > MOST:
        return guard.too_many(request)
    definition = definition_of(filling.version)
    context = submission_context(filling.submission, language_of(filling, definition), content.reference)
    name = f"{slugify(content.reference or filling.version.form.slug)}.pdf"
    return _answer(request, "forms/pdf/submission.html", context, context["content_language"], name)


@guard.private
@require_safe
def to_sign(request: HttpRequest, token: str) -> HttpResponse:
    """What has been filled in, as the PDF that is signed with a qualified signature before it is sent."""
    filling, content = services.find(token)
    form = filling.version.form
    if filling.state != Filling.State.OPEN or form.asks != Form.Requirement.QUALIFIED or not may_see(request, form):
        raise Http404
    if count(request, name="forms pdf") > MOST:
        return guard.too_many(request)
    definition = definition_of(filling.version)
    language = language_of(filling, definition)
    context = {
        "record": form,
        "version": filling.version,
        "parts": summary(definition, services.evaluated(definition, content), language),
        "content_language": language,
        "code": code_of(content),
    }
    return _answer(request, "forms/pdf/submission.html", context, language, f"{slugify(form.slug)}.pdf")


def submission_context(sent: Any, language: str, reference: str) -> dict[str, Any]:
    """Return what the PDF of a submission shows."""
    definition = definition_of(sent.version)
    found = evaluate(definition, sent.answers)
    return {
        "record": sent.version.form,
        "version": sent.version,
        "submission": sent,
        "reference": reference,
        "who": shown_by(sent.filling) if sent.filling else {},
        "parts": summary(
            definition, found, language, vouched=contents.read(sent.filling).claims if sent.filling else ()
        ),
        "agreed": [
            {"mail": signature_mail(row), "at": row.decided_at}
            for row in CoSignature.objects.filter(filling=sent.filling_id, state=CoSignature.State.AGREED)
        ],
        "content_language": language,
    }


def _answer(request: HttpRequest, template: str, context: dict[str, Any], language: str, name: str) -> HttpResponse:
    try:
        made = pdf.make(template, context, language)
    except pdf.NoPdf:
        with override(language):
            return guard.closed(render(request, "forms/no_pdf.html", context, status=503))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return guard.closed(response)
