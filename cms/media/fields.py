"""The field through which every image file passes on its way into the storage."""

from __future__ import annotations

from typing import Any

from wagtail.images.models import WagtailImageField, WagtailImageFieldFile

from .cleaning import cleaned


class CleanedImageFile(WagtailImageFieldFile):
    """A stored image; what is stored holds no personal metadata."""

    def save(self, name: str, content: Any, save: bool = True) -> None:
        """Store ``content`` without metadata. Raises what Pillow raises for a damaged file."""
        if not getattr(content, "is_cleaned", False):
            content = cleaned(content, name).file
        self.instance.file_is_new(content)
        super().save(name, content, save)


class CleanedImageField(WagtailImageField):
    """Image field of :class:`cms.media.models.CityImage`."""

    attr_class = CleanedImageFile
