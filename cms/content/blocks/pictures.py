"""Blocks of pictures and sound."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StructBlockValidationError

from .records import BodyRecords, DocumentReference, ImageReference, reader_of
from .text import LONGEST_TEXT, SafeTextBlock

PICTURES_GROUP = _("Pictures and sound")
VIDEO_KINDS = {"mp4": "video/mp4", "webm": "video/webm"}


def gallery_of(context: dict[str, Any] | None) -> Any:
    """Return the ``cms.media.pictures.Gallery`` of the page that is rendered: all its images, as its reader may see them."""
    from cms.media.pictures import Gallery  # media needs the models of pages, and those need their blocks

    return Gallery.of(reader_of(context), (context or {}).get("page"))


#: Drawings of the theme that editors may use, by file name in the theme's pictures.
PICTURES = [
    ("cathedral", _("Cathedral")),
    ("bridge", _("Bridge over the Rhine")),
    ("type-case", _("Type case")),
    ("wheel", _("Wheel of Mainz")),
    ("old-town", _("Old town")),
    ("river", _("River with ships")),
    ("museum", _("Museum")),
    ("market", _("Market")),
]


def described(value: Any) -> None:
    """Insist on a text for those who can't see the image. Raises StructBlockValidationError."""
    if not value["decorative"] and not value["alt"].strip():
        raise StructBlockValidationError(
            block_errors={"alt": ValidationError(_("Describe the image, or mark it as only decoration."))}
        )


class ImageBlock(blocks.StructBlock):
    """An image with its alternative text, or marked as decoration."""

    image = ImageReference(label=_("Image"))
    alt = blocks.CharBlock(
        required=False,
        max_length=250,
        label=_("Alternative text"),
        help_text=_("What can be seen, for people who can't see it, and for the search."),
    )
    decorative = blocks.BooleanBlock(required=False, label=_("Only decoration"))
    caption = blocks.CharBlock(required=False, max_length=250, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Image")
        group = PICTURES_GROUP
        description = _("A photo with a text for people who can't see it.")
        template = "content/blocks/image.html"

    def get_preview_value(self) -> Any:
        """Return the newest image that everybody may see."""
        return self.normalize({"image": newest_image(), "alt": _("Example"), "caption": _("A caption explains more.")})

    def clean(self, value: Any) -> Any:
        """Insist on a text for those who can't see the image. Raises ValidationError."""
        result = super().clean(value)
        described(result)
        return result

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Drop an image the reader may not see."""
        context = super().get_context(value, parent_context)
        context["image"] = gallery_of(parent_context).get(value["image"])
        return context


def newest_image() -> Any:
    """Return the newest image that everybody may see, for previews; None without any."""
    from wagtail.images import get_image_model

    from .records import visible

    return visible(get_image_model(), None).order_by("-pk").first()


class GalleryBlock(blocks.StructBlock):
    """Several images side by side; each opens in full size."""

    title = blocks.CharBlock(required=False, max_length=150, label=_("Title"))
    images = blocks.ListBlock(ImageBlock(), min_num=2, max_num=24, label=_("Images"))

    class Meta:
        icon = "image"
        label = _("Gallery")
        group = PICTURES_GROUP
        description = _("Several photos side by side.")
        template = "content/blocks/gallery.html"

    def get_preview_value(self) -> Any:
        """Return the newest images that everybody may see."""
        item = ImageBlock().get_preview_value()
        return self.normalize({"title": _("Impressions"), "images": [item, item]})

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``items`` (image, its texts) as the reader may see them."""
        context = super().get_context(value, parent_context)
        gallery = gallery_of(parent_context)
        found = [(item, gallery.get(item["image"])) for item in value["images"]]
        context["items"] = [{"image": image, "texts": item} for item, image in found if image]
        return context


class PictureBlock(blocks.StructBlock):
    """One of the theme's drawings."""

    picture = blocks.ChoiceBlock(choices=PICTURES, label=_("Drawing"), search_index=False)
    alt = blocks.CharBlock(
        required=False, max_length=250, label=_("Alternative text"), help_text=_("Empty for a decoration.")
    )
    caption = blocks.CharBlock(required=False, max_length=250, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Drawing")
        group = PICTURES_GROUP
        description = _("One of the city's own drawings.")
        template = "content/blocks/picture.html"
        preview_value = {"picture": "bridge", "alt": _("Bridge over the Rhine")}


class VideoBlock(blocks.StructBlock):
    """A film of our own, or a link to one elsewhere. Nothing is loaded before the click."""

    title = blocks.CharBlock(max_length=150, label=_("Title"))
    file = DocumentReference(
        required=False, label=_("File"), help_text=_("MP4 or WebM from the documents. Or enter an address below.")
    )
    url = blocks.URLBlock(
        required=False,
        label=_("or address"),
        help_text=_("Of a film on another site. It opens there, after a click and a hint on data protection."),
    )
    poster = ImageReference(required=False, label=_("Still image"))
    drawing = blocks.ChoiceBlock(choices=PICTURES, required=False, label=_("or drawing"), search_index=False)
    captions = DocumentReference(
        required=False, label=_("Captions"), help_text=_("WebVTT file (.vtt) from the documents.")
    )
    captions_language = blocks.ChoiceBlock(
        choices=[("de", _("German")), ("en", _("English"))], default="de", label=_("Language of the captions"),
        search_index=False,
    )  # fmt: skip
    without_speech = blocks.BooleanBlock(
        required=False, label=_("Nobody speaks"), help_text=_("Then no captions are needed.")
    )
    transcript = SafeTextBlock(
        required=False,
        features=["bold", "italic", "ol", "ul"],
        max_length=LONGEST_TEXT,
        label=_("Transcript"),
        help_text=_("What is said and shown, as text."),
    )
    length = blocks.CharBlock(
        required=False, max_length=20, label=_("Length"), help_text=_("For example 2:30 minutes.")
    )

    class Meta:
        icon = "media"
        label = _("Video")
        group = PICTURES_GROUP
        description = _("A film with captions. Nothing is loaded before the click.")
        template = "content/blocks/video.html"
        preview_value = {
            "title": _("How to register your home"),
            "file": None,
            "captions": None,
            "poster": None,
            "transcript": _("A woman opens the city's page and makes an appointment."),
            "url": "https://video.example/w/1",
            "drawing": "old-town",
            "length": "2:30",
        }

    def clean(self, value: Any) -> Any:
        """Insist on one source, and on captions or a film without speech. Raises StructBlockValidationError."""
        result = super().clean(value)
        errors: dict[str, Any] = {}
        file, captions = result["file"], result["captions"]
        if bool(file) == bool(result["url"]):
            errors["file"] = ValidationError(_("Choose a file or enter an address, one of them."))
        elif file and file.file_extension.lower() not in VIDEO_KINDS:
            errors["file"] = ValidationError(_("This is no film that browsers play. Use MP4 or WebM."))
        elif result["url"] and urlsplit(result["url"]).scheme not in {"http", "https"}:
            errors["url"] = ValidationError(_("Enter an address that begins with https://."))
        if captions and captions.file_extension.lower() != "vtt":
            errors["captions"] = ValidationError(_("Captions are a file in the format WebVTT (.vtt)."))
        elif file and not captions and not result["without_speech"]:
            errors["captions"] = ValidationError(_("Add captions, or say that nobody speaks."))
        if errors:
            raise StructBlockValidationError(block_errors=errors)
        return result

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add ``file`` with its ``type``, ``captions``, ``poster`` and ``host`` as the reader may see them."""
        context = super().get_context(value, parent_context)
        records = BodyRecords.of(parent_context)
        file = records.get(value["file"])
        context |= {
            "file": file,
            "type": VIDEO_KINDS.get(file.file_extension.lower(), "") if file else "",
            "captions": records.get(value["captions"]),
            "poster": gallery_of(parent_context).get(value["poster"]),
            "host": urlsplit(value["url"] or "").hostname or "",
            "transcript": value["transcript"].shown(records) if value["transcript"].source else "",
        }
        return context


BLOCKS = [
    ("image", ImageBlock()),
    ("gallery", GalleryBlock()),
    ("picture", PictureBlock()),
    ("video", VideoBlock()),
]
