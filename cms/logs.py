"""Structured logs: one JSON object a line, without local variables, personal data and secrets."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

#: Values under these names are never written, whoever logs them.
SECRET_NAMES = re.compile(
    r"pass(word|wd)?|secret|token|cookie|authorization|session|csrf|api_?key|^ip$|email|phone", re.I
)
MAIL_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(\.[\w-]+)+")
#: Addresses carry what people typed (searches) and keys that open something (mailed links).
QUERY = re.compile(r"(/[^\s?\"']*)\?[^\s\"']+")
KEY_IN_PATH = re.compile(
    r"(/accounts/[\w/-]*?(?:key|confirm-email|unsubscribe|invitation)/|/(?:draft-review|entwurf-pruefung|case|vorgang)/"
    r"|/(?:forms/(?:fill|sign|handed-over)|formulare/(?:ausfuellen|zustimmen|uebergeben))/)[^\s/\"']+"
)
IP_ADDRESS = re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b")


def mask(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the event without personal data: the last processor before the text is made."""
    return {name: "…" if SECRET_NAMES.search(name) and value else _masked(value) for name, value in event.items()}


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        value = KEY_IN_PATH.sub(r"\1…", QUERY.sub(r"\1?…", MAIL_ADDRESS.sub("<mail address>", value)))
        return IP_ADDRESS.sub("<address>", value)
    if isinstance(value, dict):
        return mask(None, "", value)
    if isinstance(value, (list, tuple)):
        return [_masked(item) for item in value]
    return value if value is None or isinstance(value, (int, float, bool)) else _masked(str(value))


_SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
]

structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def json_formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter for machines."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False)),
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def console_formatter() -> structlog.stdlib.ProcessorFormatter:
    """Return the formatter for people."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ],
    )
