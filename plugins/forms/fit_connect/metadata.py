"""Metadata of submissions, as their schema has them (``metadata-1.0.0.json``, from the PyPI client, EUPL-1.2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from .envelopes import sha512

SCHEMA = "https://schema.fitko.de/fit-connect/metadata/1.0.0/metadata.schema.json"
#: What may stand in $schema: we read every 1.0.x, whose members we know.
READABLE = "https://schema.fitko.de/fit-connect/metadata/1.0."


class Broken(Exception):
    """These are no metadata. ``kind``: name of the kind of problem (events.Problem)."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class Piece:
    """An attachment that goes along. ``purpose``: form (the whole as PDF) or attachment."""

    identifier: str
    name: str
    kind: str
    content: bytes
    purpose: str = "attachment"


def read(content: bytes) -> dict[str, Any]:
    """Return metadata that keep to the schema. Raises Broken."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Broken("syntax-violation") from error
    if isinstance(found, dict) and not str(found.get("$schema", READABLE)).startswith(READABLE):
        raise Broken("unsupported-schema")
    if not _validator().is_valid(found):
        raise Broken("schema-violation")
    return found


def write(
    data: bytes, *, schema: str, service: str, name: str, pieces: Sequence[Piece], reference: str, sent_on: str
) -> bytes:
    """Return the metadata of JSON ``data`` that keeps to the schema at the address ``schema``."""
    found = {
        "$schema": SCHEMA,
        "publicServiceType": {"identifier": service, "name": name},
        "contentStructure": {
            "data": {
                "hash": {"type": "sha512", "content": sha512(data)},
                "submissionSchema": {"schemaUri": schema, "mimeType": "application/json"},
            },
            "attachments": [
                {
                    "attachmentId": piece.identifier,
                    "purpose": piece.purpose,
                    "filename": piece.name,
                    "mimeType": piece.kind,
                    "hash": {"type": "sha512", "content": sha512(piece.content)},
                }
                for piece in pieces
            ],
        },
        "additionalReferenceInfo": {"senderReference": reference, "applicationDate": sent_on},
    }
    _validator().validate(found)
    return json.dumps(found, ensure_ascii=False).encode()


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(Path(__file__).with_name("metadata-1.0.0.json").read_text())
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
