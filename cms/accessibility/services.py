"""Taking reports, answering them, keeping evidence."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from cms.accounts import rights
from cms.accounts.models import User
from cms.events.services import record
from cms.notifications.services import notify, notify_many

from .models import CONTACT_KEPT_DAYS, AccessibilitySettings, AuditRun, BarrierReport
from .roles import OFFICERS_GROUP

State = BarrierReport.State
#: Rules have names such as "color-contrast"; anything else is no finding of ours.
RULE = re.compile(r"[a-z][a-z0-9-]{1,60}")
#: How many addresses are kept with a rule.
EXAMPLES = 20


@transaction.atomic
def report_barrier(
    *, text: str, address: str = "", name: str = "", email: str = "", language: str = "de"
) -> BarrierReport:
    """Store what somebody could not use, tell those who care, and send a receipt if there is an address.

    Raises ValidationError for an empty or overlong text.
    """
    row = BarrierReport(text=text, address=address, name=name, email=email, language=language)
    row.full_clean(exclude=["owner"])
    row.save()
    record(kind="barrierreport", object_id=row.pk, verb="received")
    notify_many(
        topic="barriers",
        template="accessibility/mail/new.txt",
        to=officers(),
        context={"report": row, "url": _admin_url(row)},
        key=lambda to: f"barrier-{row.pk}-new-{getattr(to, 'pk', to)}",
    )
    if email:
        notify(
            topic="barriers",
            template="accessibility/mail/receipt.txt",
            to=email,
            language=language,
            context={"report": row},
            key=f"barrier-{row.pk}-receipt",
        )
    return row


def officers() -> list[Any]:
    """Return who is told of barriers: those with the role, else the address of the city, if there is one."""
    rights.derive_all_due()
    people = list(User.objects.filter(groups__name=OFFICERS_GROUP, is_active=True).order_by("pk"))
    address = AccessibilitySettings.load().email
    return people or ([address] if address else [])


def _admin_url(row: BarrierReport) -> str:
    return settings.SITE_URL + reverse("barrier_reports:edit", args=[row.pk])


@transaction.atomic
def save_report(*, report: BarrierReport, by: Any) -> BarrierReport:
    """Store what somebody decided about a report; a new answer goes to the person. Raises PermissionDenied, ValidationError."""
    if not by.has_perm("accessibility.change_barrierreport"):
        raise PermissionDenied
    report.full_clean()
    before = BarrierReport.objects.select_for_update().get(pk=report.pk)
    now = timezone.now()
    if report.state == State.SOLVED and before.state != State.SOLVED:
        report.solved_at = now
    elif report.state != State.SOLVED:
        report.solved_at = None
    new_answer = bool(report.answer) and report.answer != before.answer
    if new_answer:
        report.answered_at = now
    report.save()
    log(report, "wagtail.edit", user=by, content_changed=True)
    record(kind="barrierreport", object_id=report.pk, verb="changed", actor=by)
    if new_answer and report.email:
        notify(
            topic="barriers",
            template="accessibility/mail/answer.txt",
            to=report.email,
            language=report.language,
            context={"report": report, "enforcement": AccessibilitySettings.load()},
        )
    return report


def remind() -> int:
    """Write to whoever cares about reports that are a week from their last day or beyond it; once a week each."""
    today = timezone.localdate()
    rows = BarrierReport.objects.filter(answered_at=None, due__lte=today + timedelta(days=7)).exclude(
        state=State.SOLVED
    )
    count = 0
    for row in rows.select_related("owner"):
        week = (today - row.due).days // 7
        to = [row.owner] if row.owner and row.owner.is_active else officers()
        notify_many(
            topic="barriers",
            template="accessibility/mail/reminder.txt",
            to=to,
            context={"report": row, "url": _admin_url(row)},
            key=lambda one, row=row, week=week: f"barrier-{row.pk}-due-{week}-{getattr(one, 'pk', one)}",
        )
        count += 1
    return count


def forget_contacts() -> int:
    """Forget who reported barriers that are gone since half a year; what was reported stays. Returns of how many."""
    over = timezone.now() - timedelta(days=CONTACT_KEPT_DAYS)
    return (
        BarrierReport.objects.filter(solved_at__lt=over).exclude(name="", email="").update(name="", email="", answer="")
    )


@transaction.atomic
def keep_run(
    *, findings: dict[str, dict[str, Any]], pages: int, tool: str, checked_on: date | None = None, by: Any = None
) -> AuditRun:
    """Store an automatic check. ``findings``: rule -> {help, impact, pages: addresses}; empty when nothing was found.

    Raises PermissionDenied when ``by`` may not, ValidationError for what can't be a check.
    """
    if by is not None and not by.has_perm("accessibility.add_auditrun"):
        raise PermissionDenied
    today = timezone.localdate()
    run = AuditRun(
        method=AuditRun.Method.AUTOMATIC,
        checked_on=checked_on or today,
        tool=tool,
        pages=pages,
        findings={
            rule: {
                "help": str(found.get("help", ""))[:300],
                "impact": str(found.get("impact") or "")[:20],
                "count": len(found["pages"]),
                "pages": sorted(found["pages"])[:EXAMPLES],
            }
            for rule, found in sorted(findings.items())
        },
    )
    if run.checked_on > today:
        raise ValidationError(_("A check can't lie in the future."))
    run.full_clean()
    run.save()
    log(run, "wagtail.create", user=by, content_changed=True)
    return run


def read_axe(data: Any) -> dict[str, Any]:
    """Return what :func:`keep_run` takes, from the results of axe-core as JSON: one result a page, or a list of them.

    Raises ValidationError for anything else.
    """
    results = data if isinstance(data, list) else [data]
    findings: dict[str, dict[str, Any]] = {}
    addresses: set[str] = set()
    tool, day = "axe-core", None
    try:
        for result in results:
            addresses.add(str(result["url"]))
            engine = result.get("testEngine") or {}
            tool = f"{engine.get('name', 'axe-core')} {engine.get('version', '')}".strip()
            day = date.fromisoformat(str(result["timestamp"])[:10])
            for found in result["violations"]:
                if not RULE.fullmatch(found["id"]):
                    raise ValueError(found["id"])
                row = findings.setdefault(
                    found["id"], {"help": found.get("help", ""), "impact": found.get("impact"), "pages": set()}
                )
                row["pages"].add(str(result["url"]))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValidationError(_("This is not a list of results of axe-core.")) from error
    if not addresses:
        raise ValidationError(_("This is not a list of results of axe-core."))
    return {"findings": findings, "pages": len(addresses), "tool": tool, "checked_on": day}
