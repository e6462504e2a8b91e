"""What helps editors, in tables of its own: policy, review dates, what the checks found, links, fingerprints of texts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Page

from cms.access.models import AccessRule
from cms.directory.models import OrganisationUnit


class Level(models.TextChoices):
    """What a finding of a rule means."""

    OFF = "off", _("don't check")
    WARN = "warn", _("warn")
    BLOCK = "block", _("do not publish")


def _rule(label: Any, default: str = Level.WARN) -> models.CharField:
    return models.CharField(label, max_length=5, choices=Level, default=default)


@register_setting(icon="tasks")
class EditingPolicy(BaseGenericSetting):
    """What the city demands of a page before it is published. One field a rule, named as the rule is."""

    heading_order = _rule(_("a level of headings is left out"))
    heading_empty = _rule(_("empty headings"))
    link_text = _rule(_("link texts that say nothing (“here”, “more”)"))
    link_address = _rule(_("addresses as link texts"))
    link_same_text = _rule(_("the same link text for different targets"))
    link_broken = _rule(_("links within the site that lead nowhere"))
    alt_text = _rule(_("pictures without a useful alternative text"))
    table_header = _rule(_("tables without header cells"))
    contrast = _rule(_("colours that can't be told apart"))
    capitals = _rule(_("words in capital letters"))
    reading_level = _rule(_("texts that are hard to read"))
    long_sentence = _rule(_("long sentences"))
    summary_missing = _rule(_("missing summary"))
    title_long = _rule(_("very long titles"))
    review_owner = _rule(_("nobody answers for the page"))
    display = _rule(_("blocks that can't be displayed"))

    sentence_words = models.PositiveSmallIntegerField(
        _("a sentence is long from so many words"), default=25, validators=[MinValueValidator(10)]
    )
    title_characters = models.PositiveSmallIntegerField(
        _("a title is very long from so many characters"), default=90, validators=[MinValueValidator(30)]
    )
    readability = models.PositiveSmallIntegerField(
        _("lowest readability"),
        default=30,
        validators=[MaxValueValidator(100)],
        help_text=_("Flesch reading ease: 0 is a legal text, 60 plain language, 100 a children's book."),
    )
    review_months = models.PositiveSmallIntegerField(
        _("months until a page is reviewed, unless its section says otherwise"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    remind_days = models.PositiveSmallIntegerField(
        _("days before the review date from which the owner is reminded"), default=14
    )

    RULES = (
        "heading_order", "heading_empty", "link_text", "link_address", "link_same_text", "link_broken", "alt_text",
        "table_header", "contrast", "capitals", "reading_level", "long_sentence", "summary_missing", "title_long",
        "review_owner", "display",
    )  # fmt: skip
    panels = [
        MultiFieldPanel([FieldPanel(name) for name in RULES], heading=_("Before a page is published")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("sentence_words", "title_characters", "readability")], heading=_("Limits")
        ),
        MultiFieldPanel([FieldPanel("review_months"), FieldPanel("remind_days")], heading=_("Review dates")),
    ]

    class Meta:
        verbose_name = _("Rules for editors")

    def level(self, rule: str) -> str:
        """Return what a finding of ``rule`` means."""
        return getattr(self, rule)


class PageReview(models.Model):
    """Who answers for a page, and when it must be looked at again. What is empty comes from the section above."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="review")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Gets the reminders. Empty: as in the section above."),
    )
    unit = models.ForeignKey(
        OrganisationUnit,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("or office"),
        help_text=_("Then the reminders go to the head of the office, or to its address."),
    )
    months = models.PositiveSmallIntegerField(
        _("review every so many months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
        help_text=_("Empty: as in the section above."),
    )
    for_below = models.BooleanField(_("also for the pages below that say nothing themselves"), default=False)
    next_on = models.DateField(_("next review"), db_index=True)
    last_on = models.DateField(_("last reviewed"), null=True, blank=True, editable=False)
    last_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        verbose_name = _("review date")
        verbose_name_plural = _("review dates")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.next_on}"


class PageCheck(models.Model):
    """What the checks found in the newest version of a page, as numbers for lists and the start page."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="check_result")
    warnings = models.PositiveSmallIntegerField(default=0)
    blocking = models.PositiveSmallIntegerField(default=0)
    rules = models.JSONField(default=dict)  # rule -> number
    readability = models.SmallIntegerField(null=True)
    checked_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("check of a page")
        verbose_name_plural = _("checks of pages")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.warnings + self.blocking}"


class ExternalAddress(models.Model):
    """An address outside that pages link to, and what its server said."""

    class State(models.TextChoices):
        NEW = "new", _("not checked yet")
        OK = "ok", _("works")
        TROUBLE = "trouble", _("did not answer lately")
        BROKEN = "broken", _("broken")
        REFUSED = "refused", _("can't be checked")

    digest = models.CharField(max_length=64, unique=True)
    url = models.TextField(_("address"))
    host = models.CharField(max_length=255, db_index=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.NEW, db_index=True)
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    moved_to = models.TextField(_("leads to"), blank=True)
    failures = models.PositiveSmallIntegerField(default=0)  # on different days
    failed_on = models.DateField(null=True)
    checked_at = models.DateTimeField(_("checked"), null=True)
    next_at = models.DateTimeField(db_index=True)
    ignored = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("address outside")
        verbose_name_plural = _("addresses outside")

    def __str__(self) -> str:
        return self.url

    @property
    def reason_text(self) -> str:
        """Why the address could not be asked, in the active language; the name of the error where we have no words."""
        return str(REASONS.get(self.reason, self.reason))


#: What may keep us from asking an address (cms.editing.links.fetching), in the reader's language.
REASONS = {
    "unknown name": _("the name of the server is unknown"),
    "no answer in time": _("the server does not answer in time"),
    "certificate is not valid": _("the server's certificate is not valid"),
    "too many redirects": _("it redirects in a circle"),
    "address inside the network": _("it leads into the internal network"),
    "address with a password": _("the address holds a password"),
    "no address of the web": _("this is no address of the web"),
}


class PageLink(models.Model):
    """A link on a live page, and where it stands."""

    class Problem(models.TextChoices):
        NONE = "", _("none")
        NO_PAGE = "no_page", _("the page is gone")
        NOT_LIVE = "not_live", _("the page is not published")
        NO_DOCUMENT = "no_document", _("the document is gone")
        NO_PATH = "no_path", _("there is nothing at this address")
        NO_ANCHOR = "no_anchor", _("the place on the page does not exist")
        EMPTY = "empty", _("the link has no target")

    page = models.ForeignKey(Page, models.CASCADE, related_name="outgoing_links")
    text = models.CharField(_("text"), max_length=200, blank=True)
    target = models.TextField(_("target"))  # "page:17", "document:4", "/path#anchor" or an address outside
    block_id = models.CharField(max_length=40, blank=True)
    place = models.CharField(_("place"), max_length=200, blank=True)
    address = models.ForeignKey(ExternalAddress, models.CASCADE, null=True, related_name="links")
    problem = models.CharField(_("problem"), max_length=12, choices=Problem, blank=True, db_index=True)
    ignored = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.target[:80]


class TextPrint(models.Model):
    """The fingerprint of a findable thing's text in one language, to find others with nearly the same."""

    kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=500)
    url = models.CharField(max_length=1000)
    rule = models.ForeignKey(AccessRule, models.PROTECT, related_name="+")
    signature = models.JSONField(default=list)
    title_signature = models.JSONField(default=list)

    class Meta:
        verbose_name = _("fingerprint of a text")
        verbose_name_plural = _("fingerprints of texts")
        constraints = [models.UniqueConstraint(fields=["kind", "object_id", "language"], name="text_print_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class PrintBand(models.Model):
    """A slice of a fingerprint: texts that share one are compared, others never meet."""

    text_print = models.ForeignKey(TextPrint, models.CASCADE, related_name="bands")
    band = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("slice of a fingerprint")
        verbose_name_plural = _("slices of fingerprints")

    def __str__(self) -> str:
        return str(self.band)


#: What editors see alone; of their care only the date of the last review is shown to readers.
UNSEEN = [
    "editing.EditingPolicy", "editing.ExternalAddress", "editing.PageCheck", "editing.PageLink", "editing.PrintBand",
    "editing.TextPrint",
]  # fmt: skip
