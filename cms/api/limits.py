"""Limits of a single request: how large its body may be, and how long the database may think about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from .errors import TooLarge


class BoundedJSONParser(JSONParser):
    """JSON of at most ``API_MAX_BODY`` bytes that is not nested without end."""

    def parse(
        self,
        stream: BinaryIO,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Return the data. Raises TooLarge and ParseError."""
        # Without a length there is no body: servers give us no other (WSGI, PEP 3333).
        if int((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0) > settings.API_MAX_BODY:
            raise TooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("This is nested too deeply.")) from error


@contextmanager
def time_limit() -> Iterator[None]:
    """Let no statement in this block take longer than ``API_STATEMENT_SECONDS``; PostgreSQL ends it with an error (503)."""
    if connection.vendor != "postgresql" or not settings.API_STATEMENT_SECONDS:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false)", [f"{settings.API_STATEMENT_SECONDS}s"])
    try:
        yield
    finally:
        if not connection.needs_rollback and connection.connection is not None:
            with connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")
