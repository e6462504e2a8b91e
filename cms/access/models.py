"""Interned access rules and the rule of each page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from . import lookups  # noqa: F401  registers "among"

PUBLIC = "public"
SIGNED_IN = "signed-in"
NOBODY = "nobody"

Clauses = list[list[dict[str, str]]]


def principal(who: str, *, start: str = "", end: str = "") -> dict[str, str]:
    """Return a principal; ``start`` and ``end`` are ISO times with zone.

    ``who`` is "public", "signed-in", "nobody", "group:<pk>", "unit:<pk>" (who works there or below), "person:<pk>" or
    "role:<group>@<unit>" (who has the role there, or in a unit above).
    """
    value = {"who": who}
    if start:
        value["from"] = start
    if end:
        value["until"] = end
    return value


def canonical(clauses: Iterable[Iterable[dict[str, str]]]) -> Clauses:
    """Return clauses sorted and without doubles; a clause with an unlimited "public" accepts everybody and is dropped."""
    unique = set()
    for clause in clauses:
        members = sorted({json.dumps(item, sort_keys=True) for item in clause})
        if json.dumps(principal(PUBLIC), sort_keys=True) not in members:
            unique.add(tuple(members))
    return [[json.loads(member) for member in clause] for clause in sorted(unique)]


class AccessRuleManager(models.Manager["AccessRule"]):
    """Gives the one row of each rule."""

    def intern(self, clauses: Iterable[Iterable[dict[str, str]]]) -> AccessRule:
        """Return the rule with these clauses (an AND of ORs), creating it when new. No clause: public."""
        value = canonical(clauses)
        key = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
        return self.get_or_create(key=key, defaults={"clauses": value})[0]

    def public(self) -> AccessRule:
        """Return the rule that everybody satisfies."""
        return self.intern([])

    def signed_in(self) -> AccessRule:
        """Return the rule that every signed-in person satisfies."""
        return self.intern([[principal(SIGNED_IN)]])

    def for_groups(self, *groups: Group) -> AccessRule:
        """Return the rule that members of any of ``groups`` satisfy; without groups nobody does."""
        return self.intern([[principal(f"group:{group.pk}") for group in groups] or [principal(NOBODY)]])


class AccessRule(models.Model):
    """Who may read: an AND of ORs over principals, each with an optional time window. Never changed once written."""

    key = models.CharField(max_length=64, unique=True, editable=False)
    clauses = models.JSONField(default=list, editable=False)

    objects = AccessRuleManager()

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")

    def __str__(self) -> str:
        return self.describe()

    @property
    def is_public(self) -> bool:
        """True when everybody satisfies the rule."""
        return not self.clauses

    def describe(self, names: dict[str, str] | None = None) -> str:
        """Return the rule in words. ``names``: what :func:`principal_names` returned, for lists of rules."""
        if not self.clauses:
            return gettext("public")
        names = principal_names() if names is None else names
        both, either = gettext("and"), gettext("or")
        return f" {both} ".join(
            f" {either} ".join(_describe_principal(item, names) for item in clause) for clause in self.clauses
        )


def principal_names() -> dict[str, str]:
    """Return what groups and units are called, by principal. Two queries."""
    from cms.directory.models import OrganisationUnit

    names = {f"group:{pk}": name for pk, name in Group.objects.values_list("pk", "name")}
    return names | {f"unit:{unit.pk}": str(unit) for unit in OrganisationUnit.objects.with_texts()}


def _describe_principal(item: dict[str, str], names: dict[str, str]) -> str:
    who = item["who"]
    kind = who.partition(":")[0]
    if kind == "group":
        # The standard roles have a name in the reader's language; others are called as the administration called them.
        who = gettext(names.get(who, gettext_noop("deleted group")))
    elif kind == "unit":
        who = names.get(who, gettext("deleted unit"))
    elif kind == "role":
        role, unit = who.removeprefix("role:").split("@")
        values = {"role": gettext(names.get(f"group:{role}", gettext_noop("deleted group"))),
                  "unit": names.get(f"unit:{unit}", gettext("deleted unit"))}  # fmt: skip
        who = gettext("role “%(role)s” in: %(unit)s") % values
    elif kind == "person":
        who = gettext("one person")
    else:
        who = {SIGNED_IN: gettext("signed in"), PUBLIC: gettext("public"), NOBODY: gettext("nobody")}.get(who, who)
    words = {"from": gettext("from"), "until": gettext("until")}
    window = " ".join(f"{word} {_moment(item[key])}" for key, word in words.items() if key in item)
    return f"{who} ({window})" if window else who


def _moment(value: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT")


class PageAccess(models.Model):
    """The rule of a page: all restrictions of the page and its ancestors. Written by ``cms.access.pages`` only."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="access")
    rule = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("access of a page")
        verbose_name_plural = _("access of pages")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.rule_id}"


class CollectionAccess(models.Model):
    """The rule of a media collection, by the same scheme as :class:`PageAccess`."""

    collection = models.OneToOneField(
        "wagtailcore.Collection", on_delete=models.CASCADE, primary_key=True, related_name="access"
    )
    rule = models.ForeignKey(AccessRule, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("access of a collection")
        verbose_name_plural = _("access of collections")

    def __str__(self) -> str:
        return f"{self.collection_id}: {self.rule_id}"


def default_rule_id() -> Any:
    """Default of the foreign keys of records: public."""
    return AccessRule.objects.public().pk


class RestrictedQuerySet(models.QuerySet):
    """Base of the querysets of records that carry ``access_rule``."""

    def visible_to(self, reader: Any) -> RestrictedQuerySet:
        """Return the rows that ``reader`` (a user or a request) may see. The only door to rows for a person."""
        from .rules import rule_ids_for

        return self.filter(access_rule__among=rule_ids_for(reader))


class RestrictedModel(models.Model):
    """Base of records with an audience."""

    access_rule = models.ForeignKey(
        AccessRule,
        on_delete=models.PROTECT,
        related_name="+",
        default=default_rule_id,
        verbose_name=_("audience"),
        help_text=_("Who may see this."),
    )

    class Meta:
        abstract = True
