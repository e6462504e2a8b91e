"""Images with rights and expiry, and what is known of a document beside its file."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    ImageQuerySet,
    SourceImageIOError,
    get_upload_to,
)
from wagtail.search import index
from wagtail.tasks import delete_file_from_storage_task

from .cleaning import cleaned
from .fields import CleanedImageField

#: Tables that no public page shows by themselves.
UNSEEN = ("media.CityRendition", "media.PageCollection")


class ImageLicence(models.Model):
    """A row of the code list of licences; rows of an older version stay, for the images that carry them."""

    code = models.SlugField(_("code"), max_length=40)
    list_version = models.CharField(_("version of the list"), max_length=20)
    name = models.CharField(_("name"), max_length=120)
    url = models.URLField(_("text of the licence"), blank=True)
    is_current = models.BooleanField(_("may be chosen"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["code", "list_version"], name="media_licence_code")]
        verbose_name = _("licence")
        verbose_name_plural = _("licences")

    def __str__(self) -> str:
        return gettext(self.name)


class CityImageQuerySet(ImageQuerySet):
    """Images by what is the matter with them."""

    def expired(self, today: date | None = None) -> CityImageQuerySet:
        """Return the images that may not be shown any more."""
        return self.filter(expires_on__lt=today or timezone.localdate())

    def shown(self, today: date | None = None) -> CityImageQuerySet:
        """Return the images that readers see, as far as time is concerned."""
        return self.exclude(expires_on__lt=today or timezone.localdate())

    def expiring(self, days: int, today: date | None = None) -> CityImageQuerySet:
        """Return the images whose last day is one of the next ``days``, today being the first."""
        today = today or timezone.localdate()
        return self.filter(expires_on__range=(today, today + timedelta(days=days)))


class CityImage(AbstractImage):
    """An uploaded image. Its file never holds a place, a device or a person's data, whoever stores it."""

    file = CleanedImageField(
        verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height"
    )
    credit = models.CharField(
        _("credit"),
        max_length=200,
        blank=True,
        help_text=_(
            "Who holds the rights, as it is shown below the picture, for example “Jana Rhein / City of Mainz”."
        ),
    )
    licence = models.ForeignKey(
        ImageLicence, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("licence")
    )
    source_url = models.URLField(_("source"), max_length=500, blank=True, help_text=_("Address where it comes from."))
    caption = models.CharField(
        _("caption"), max_length=250, blank=True, help_text=_("Used where a page has no caption of its own.")
    )
    expires_on = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("After this day nobody sees the picture any more, for example because a licence ends."),
    )
    consent = models.CharField(
        _("consent of persons shown"),
        max_length=200,
        blank=True,
        help_text=_("Where the consent is filed (file number), no names. Empty when nobody can be recognised."),
    )
    animated = models.BooleanField(_("animated"), default=False, editable=False)
    is_cleaned = models.BooleanField(_("without personal metadata"), default=False, editable=False)
    problem = models.CharField(_("problem with the file"), max_length=200, blank=True, editable=False)

    objects = CityImageQuerySet.as_manager()
    admin_form_fields = (
        *(name for name in Image.admin_form_fields if not name.startswith("focal_point")),
        "credit",
        "licence",
        "source_url",
        "caption",
        "expires_on",
        "consent",
        *(name for name in Image.admin_form_fields if name.startswith("focal_point")),
    )
    search_fields = [
        *AbstractImage.search_fields,
        index.SearchField("credit"),
        index.SearchField("caption"),
        index.FilterField("expires_on"),
    ]

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        indexes = [models.Index(fields=["file"], name="media_city_image_file")]

    def _set_image_file_metadata(self) -> None:
        self.clean_file_content()
        super()._set_image_file_metadata()

    def clean_file_content(self) -> None:
        """Replace a file that is not stored yet by one without personal metadata. Raises what Pillow raises."""
        if self.file and not self.file._committed and not getattr(self.file.file, "is_cleaned", False):
            self.file = cleaned(self.file.file, self.file.name).file

    def file_is_new(self, content: Any) -> None:
        """Take over what is known of a file that is about to be stored."""
        self.animated, self.is_cleaned, self.problem = content.is_animated_image, True, ""
        self._sizes_wanted = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the image; its sizes are made after the commit when the file is new."""
        from .services import prepare_renditions

        if self.file and not self.file._committed and not self.file_hash:
            self._set_image_file_metadata()
            self.file.seek(0)
        self.clean_file_content()
        super().save(*args, **kwargs)
        if self.__dict__.pop("_sizes_wanted", False):
            prepare_renditions(image=self)

    def generate_rendition_file(self, filter: Any, *, source: Any = None) -> Any:
        """Return the file of a size. A damaged original is as good as a missing one: ``SourceImageIOError``."""
        try:
            return super().generate_rendition_file(filter, source=source)
        # Decoders fail in any way on damaged files; Wagtail's lists and choosers know how to go on after this one.
        except Exception as error:
            raise SourceImageIOError(str(error)) from error

    @property
    def default_alt_text(self) -> str:
        """The text for those who can't see the picture. Never the title: that is often the name of a file."""
        return self.description

    def is_expired(self, today: date | None = None) -> bool:
        """Return whether readers see the image no more."""
        return self.expires_on is not None and self.expires_on < (today or timezone.localdate())

    @property
    def ends_at(self) -> datetime | None:
        """The moment from which it is not shown, in the city's time."""
        return end_of_day(self.expires_on) if self.expires_on else None


def end_of_day(day: date) -> datetime:
    """Return the midnight that ends ``day`` in the city's time."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


class CityRendition(AbstractRendition):
    """A size and format of an image."""

    image = models.ForeignKey(CityImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="media_city_rendition_spec"
            )
        ]
        indexes = [models.Index(fields=["file"], name="media_city_rendition_file")]


class DocumentDetails(models.Model):
    """What is known of a document: its lasting address, its version, and how accessible it is."""

    document = models.OneToOneField(
        "content.CityDocument", on_delete=models.CASCADE, primary_key=True, related_name="details"
    )
    address = models.CharField(_("address"), max_length=255)
    version = models.PositiveIntegerField(_("version"), default=1)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    note = models.CharField(_("what has changed"), max_length=200, blank=True)
    findings = models.JSONField(_("hints on accessibility"), default=list)
    is_barrier = models.BooleanField(_("not accessible"), default=False)
    checked_hash = models.CharField(max_length=40, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("details of a document")
        verbose_name_plural = _("details of documents")

    def __str__(self) -> str:
        return self.address


class DocumentVersion(models.Model):
    """An earlier file of a document, for those who may change it. Its name goes on leading to the current file."""

    document = models.ForeignKey("content.CityDocument", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    file = models.FileField(_("file"), upload_to="documents", max_length=255, db_index=True)
    file_size = models.PositiveBigIntegerField(_("size"), null=True)
    note = models.CharField(_("what had changed"), max_length=200, blank=True)
    stored_at = models.DateTimeField(_("since"))
    replaced_at = models.DateTimeField(_("until"), default=timezone.now)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("replaced by")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="media_document_version")]
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")

    def __str__(self) -> str:
        return f"{self.document_id} v{self.number}"

    @property
    def filename(self) -> str:
        """The name of the file without its folder."""
        return PurePosixPath(self.file.name).name


class PageCollection(models.Model):
    """Where those whose role is limited to a page put their uploads."""

    page = models.ForeignKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    collection = models.OneToOneField("wagtailcore.Collection", on_delete=models.CASCADE, related_name="+")

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("collection of a page")
        verbose_name_plural = _("collections of pages")

    def __str__(self) -> str:
        return f"{self.page_id}: {self.collection_id}"


def delete_after_commit(file: Any) -> None:
    """Delete a stored file as soon as the transaction that gave it up is committed."""
    storage, name = file.storage, file.name
    if name:
        transaction.on_commit(lambda: delete_file_from_storage_task.enqueue(storage.deconstruct(), name))
