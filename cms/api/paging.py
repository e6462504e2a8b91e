"""Pages of long lists: as fast at the end as at the beginning."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.response import Response

LARGEST = 100


class ResourcePagination(CursorPagination):
    """Pages by a cursor: it names the last thing seen, so no row is counted or skipped and none comes twice.

    ``size``: how many things a page has, at most 100. The answer has ``next``, ``previous`` (addresses or null) and
    ``results``; the header Link (RFC 8288) has them and the first and the last page, too.
    """

    page_size = 20
    page_size_query_param = "size"
    page_size_query_description = "How many, at most 100."
    cursor_query_description = "Where to go on: copied from `next` or `previous` of an answer."
    max_page_size = LARGEST

    def get_ordering(self, request: Any, queryset: Any, view: Any) -> tuple[str, ...]:
        """Return the column of the view's resource."""
        return (view.ordering,)

    def get_page_size(self, request: Any) -> int:
        """Return the demanded size. Raises ValidationError for what is no number from 1 to 100."""
        wanted = request.query_params.get("size")
        if wanted is None:
            return self.page_size
        if not (wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= LARGEST):
            raise ValidationError({"size": _("A number from 1 to %(most)d.") % {"most": LARGEST}})
        return int(wanted)

    def decode_cursor(self, request: Any) -> Cursor | None:
        """Return the cursor, None on the first page. Raises ValidationError for one that is none of ours."""
        encoded = request.query_params.get(self.cursor_query_param)
        if encoded is None:
            return None
        try:
            cursor = super().decode_cursor(request)
            if cursor.position is not None:
                self._column.to_python(cursor.position)
        # What people make up may fail to decode in any way; the reason is always the same.
        except Exception as error:
            raise ValidationError({"cursor": _("No cursor of this list. Begin without one.")}) from error
        return cursor

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        """Return the rows of the page that ``request`` asks for."""
        meta = queryset.model._meta
        self._column = meta.pk if view.ordering == "pk" else meta.get_field(view.ordering)
        try:
            return super().paginate_queryset(queryset, request, view)
        except (DjangoValidationError, ValueError, OverflowError) as error:
            raise ValidationError({"cursor": _("No cursor of this list. Begin without one.")}) from error

    def get_paginated_response(self, data: Any) -> Response:
        """Return the answer with its links."""
        links = {
            "next": self.get_next_link(),
            "prev": self.get_previous_link(),
            "first": self.encode_cursor(Cursor(offset=0, reverse=False, position=None)),
            "last": self.encode_cursor(Cursor(offset=0, reverse=True, position=None)),
        }
        header = ", ".join(f'<{address}>; rel="{name}"' for name, address in links.items() if address)
        return Response({"next": links["next"], "previous": links["prev"], "results": data}, headers={"Link": header})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        """Return the schema of an answer."""
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
