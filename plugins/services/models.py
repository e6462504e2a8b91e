"""The service record: one row whatever the language, texts as child rows, drafts and revisions by Wagtail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)

from cms.access.models import RestrictedModel, RestrictedQuerySet
from cms.directory.models import Location, OrganisationUnit
from cms.records.fields import LocalizedField
from cms.records.money import CentsField
from cms.records.texts import ImportedText, RecordText, TextedQuerySet, TextedRecord, localized, unique_text


class LifeSituation(TextedRecord, ClusterableModel):
    """A situation in life under which people look for services: birth, moving house, losing a job."""

    TEXT_FIELDS = ("title", "summary")
    title_field = "title"

    slug = models.SlugField(_("address of the page"), max_length=120, unique=True)
    icon = models.CharField(_("icon"), max_length=40, blank=True, help_text=_("Name of a lucide icon."))
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = TextedQuerySet.as_manager()

    class Meta:
        ordering = ["sort_order", "slug"]
        verbose_name = _("life situation")
        verbose_name_plural = _("life situations")

    def get_absolute_url(self) -> str:
        """Return the path of the page in the active language."""
        return reverse("services:life_situation", args=[self.slug])


class LifeSituationText(RecordText):
    """Title and summary of a life situation."""

    record = ParentalKey(LifeSituation, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = unique_text("life_situation_text")


class ServiceQuerySet(RestrictedQuerySet, TextedQuerySet):
    """Services for readers."""

    def visible_to(self, reader: Any) -> ServiceQuerySet:
        """Return the published services that ``reader`` (a user or a request) may see."""
        return super().visible_to(reader).filter(live=True)

    def for_cards(self) -> ServiceQuerySet:
        """Prefetch what a service card shows."""
        return self.with_texts().with_children(*Service.SHOWN_CHILDREN)


class Service(
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    PreviewableMixin,
    RestrictedModel,
    TextedRecord,
    ClusterableModel,
):
    """A service of the city (German: Leistung): what it is, who does it, where, for how much, with which papers."""

    TEXT_FIELDS = (
        "title", "summary", "body", "requirements", "procedure", "papers_note", "fee_note", "processing_time_note",
        "alternative_titles", "keywords", "staff_note",
    )  # fmt: skip
    HAS_IMPORTED_TEXTS = True
    SHOWN_CHILDREN = ("fees", "online_services")
    title_field = "title"

    slug = models.SlugField(_("address of the page"), max_length=160, unique=True)
    leika_key = models.CharField(
        _("LeiKa keys"), max_length=200, blank=True, help_text=_("Keys of the federal catalogue, separated by commas.")
    )
    processing_days_min = models.PositiveSmallIntegerField(_("processing time from (days)"), null=True, blank=True)
    processing_days_max = models.PositiveSmallIntegerField(_("processing time up to (days)"), null=True, blank=True)
    life_situations = ParentalManyToManyField(
        LifeSituation, blank=True, related_name="services", verbose_name=_("life situations")
    )
    is_sample = models.BooleanField(
        _("sample data"), default=False, help_text=_("Shown with a note that this is another city's data.")
    )
    is_popular = models.BooleanField(_("among the most wanted"), default=False)
    source = models.CharField(_("source"), max_length=40, blank=True, editable=False)
    source_id = models.CharField(_("key at the source"), max_length=80, blank=True, editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    _revisions = GenericRelation("wagtailcore.Revision", related_query_name="service")
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="service",
        for_concrete_model=False,
    )

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source=""), name="service_source_unique"
            ),
        ]

    @property
    def revisions(self) -> Any:
        """The revisions of this service, for Wagtail."""
        return self._revisions

    def clean(self) -> None:
        """Refuse a processing time that ends before it begins. Raises ValidationError."""
        super().clean()
        low, high = self.processing_days_min, self.processing_days_max
        if low is not None and high is not None and low > high:
            raise ValidationError({"processing_days_max": _("The longest time must not be below the shortest.")})

    def get_absolute_url(self) -> str:
        """Return the path of the service's page in the active language."""
        return reverse("services:service", args=[self.slug])

    @property
    def full_url(self) -> str:
        """Return the address with host, for the admin's "view live" link."""
        return f"{settings.SITE_URL.rstrip('/')}{self.get_absolute_url()}"

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        """Return the template of the public page."""
        return "services/service.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        """Return the context of the public page for the draft."""
        from .presentation import service_context

        return {**super().get_preview_context(request, mode_name), **service_context(self, request)}

    def scope_units(self) -> list[str]:
        """Return the paths of the units that carry the service out: whoever has a role there, has it here."""
        return [responsibility.unit.path for responsibility in self.responsibilities.select_related("unit")]


class ServiceText(RecordText):
    """One text written by the editors."""

    record = ParentalKey(Service, on_delete=models.CASCADE, related_name="texts")

    class Meta:
        constraints = unique_text("service_text")


class ServiceImportedText(ImportedText):
    """One text from an imported catalogue; outside the editors' revisions."""

    record = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="imported_texts")

    class Meta:
        constraints = unique_text("service_imported_text", layered=True)


class ServiceFee(Orderable):
    """A fee in integer cents: one amount, a range, or only words."""

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="fees")
    label = LocalizedField(_("for what"))
    amount_cents = CentsField(
        _("amount (€)"), null=True, blank=True, help_text=_("For example 37.00; 0 is free of charge.")
    )
    amount_max_cents = CentsField(_("up to (€)"), null=True, blank=True)
    condition = LocalizedField(_("condition"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_max_cents=None) | models.Q(amount_cents__lte=models.F("amount_max_cents")),
                name="fee_in_order",
            )
        ]

    def __str__(self) -> str:
        return localized(self.label)

    def clean(self) -> None:
        """Refuse a range that ends below its beginning or has none. Raises ValidationError."""
        if self.amount_max_cents is not None and (
            self.amount_cents is None or self.amount_cents > self.amount_max_cents
        ):
            raise ValidationError({"amount_max_cents": _("The upper amount must not be below the amount.")})


class ServicePaper(Orderable):
    """A paper to bring or to upload."""

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="papers")
    label = LocalizedField(_("paper"))
    note = LocalizedField(_("note"), blank=True)
    required = models.BooleanField(_("always needed"), default=True)

    class Meta(Orderable.Meta):
        verbose_name = _("paper")
        verbose_name_plural = _("papers")

    def __str__(self) -> str:
        return localized(self.label)


class LegalBasis(Orderable):
    """A law or statute the service rests on."""

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="legal_bases")
    label = LocalizedField(_("law and paragraph"))
    url = models.URLField(_("link"), blank=True, max_length=500)

    class Meta(Orderable.Meta):
        verbose_name = _("legal basis")
        verbose_name_plural = _("legal bases")

    def __str__(self) -> str:
        return localized(self.label)


class OnlineService(Orderable):
    """A way to do it online: application, form, appointment, information."""

    class Kind(models.TextChoices):
        ONLINE = "online", _("Apply online")
        FORM = "form", _("Form")
        APPOINTMENT = "appointment", _("Appointment")
        INFO = "info", _("Information")

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="online_services")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.ONLINE)
    label = LocalizedField(_("title"))
    url = models.CharField(_("link"), max_length=1000, validators=[URLValidator(schemes=["http", "https"])])

    class Meta(Orderable.Meta):
        verbose_name = _("online service")
        verbose_name_plural = _("online services")

    def __str__(self) -> str:
        return localized(self.label)


class ServiceResponsibility(Orderable):
    """A unit that carries out the service (German: Zuständigkeit)."""

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="responsibilities")
    unit = models.ForeignKey(OrganisationUnit, models.CASCADE, related_name="+", verbose_name=_("unit"))
    note = LocalizedField(_("note"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        constraints = [models.UniqueConstraint(fields=["service", "unit"], name="responsibility_unique")]

    def __str__(self) -> str:
        return str(self.unit)


class ServiceLocation(Orderable):
    """A place where the service is carried out."""

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, models.CASCADE, related_name="+", verbose_name=_("location"))
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration of an appointment (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(600)],
    )
    appointment_url = models.URLField(_("appointment link"), blank=True, max_length=1000)

    class Meta(Orderable.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [models.UniqueConstraint(fields=["service", "location"], name="service_place_unique")]

    def __str__(self) -> str:
        return str(self.location)


class ImportedState(models.Model):
    """What an import last set on a record, so that the next one tells a change at the source from an editor's change."""

    source = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    source_id = models.CharField(max_length=80)
    values = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "kind", "source_id"], name="imported_state_unique")]
        verbose_name = _("state of an import")
        verbose_name_plural = _("states of an import")

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.source_id}"
