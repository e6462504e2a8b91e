"""Object storage whose files are read through our own view only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from storages.backends.s3 import S3Storage


class PrivateS3Storage(S3Storage):
    """S3 storage whose addresses lead to ``cms.access.media.serve_media``, never to the bucket."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """Return the path of the checked view for ``name``."""
        return f"{settings.MEDIA_URL}{name}"

    def presigned_url(self, name: str, *, seconds: int, content_type: str, content_disposition: str) -> str:
        """Return an address at the bucket that gives ``name`` for ``seconds``, with these headers. No network call."""
        return super().url(
            name,
            parameters={"ResponseContentType": content_type, "ResponseContentDisposition": content_disposition},
            expire=seconds,
        )
