"""Open a received submission and check it: what it holds, or for which problems it is refused. Asks nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException
from jwcrypto.jwk import JWK

from .envelopes import NotReadable, decrypt, sha512, tag
from .events import SUBMITTED, Event, Problem
from .metadata import Broken, Piece, read


@dataclass(frozen=True)
class Content:
    """What somebody applied for. ``data``: text of the media type ``kind``, "" when there are only attachments."""

    metadata: dict[str, Any]
    data: str
    kind: str
    files: tuple[Piece, ...]
    tags: dict[str, Any]

    @property
    def service(self) -> str:
        """URN of the service, "" when it does not say."""
        return str(self.metadata.get("publicServiceType", {}).get("identifier", ""))

    @property
    def mail(self) -> str:
        """Address for answers, "" when there is none."""
        return str(self.metadata.get("replyChannel", {}).get("eMail", {}).get("address", ""))


class Faulty(Exception):
    """It is refused."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(one.kind for one in problems))
        self.problems = problems


def opened(
    submission: Mapping[str, Any],
    attachments: Mapping[str, str],
    events: Sequence[Event],
    keys: Mapping[str, JWK],
) -> Content:
    """Return what is in a submission. ``attachments``: number -> encrypted content; ``events``: of its log.

    Raises Faulty, and UnknownKey when it was encrypted for a key we don't have.
    """
    encrypted, sealed_data = submission.get("encryptedMetadata"), submission.get("encryptedData")
    if not isinstance(encrypted, str):
        raise Faulty(Problem("missing-data", "metadata"))
    tags = {
        "metadata": tag(encrypted),
        **({"data": tag(sealed_data)} if isinstance(sealed_data, str) else {}),
        "attachments": {number: tag(text) for number, text in attachments.items()},
    }
    _check_tags(tags, events)
    try:
        found = read(_decrypted(encrypted, keys, "metadata"))
    except Broken as error:
        raise Faulty(Problem(error.kind, "metadata")) from error
    _check_service(found, submission)
    structure = found["contentStructure"]
    data, kind = "", ""
    if "data" in structure:
        if not isinstance(sealed_data, str):
            raise Faulty(Problem("missing-data", "data"))
        kind = structure["data"]["submissionSchema"]["mimeType"]
        data = _text(_hashed(_decrypted(sealed_data, keys, "data"), structure["data"], "data"), kind)
    elif sealed_data:
        raise Faulty(Problem("schema-violation", "metadata"))
    return Content(found, data, kind, _files(structure["attachments"], attachments, keys), tags)


def _check_tags(tags: Mapping[str, Any], events: Sequence[Event]) -> None:
    """Compare what came with what the delivery service has signed that it took: nothing was exchanged on the way."""
    said = next((one.payload.get("authenticationTags") for one in events if one.name == SUBMITTED), None)
    if not isinstance(said, dict):  # older services don't say
        return
    wrong = [name for name in ("metadata", "data") if tags.get(name) != said.get(name)]
    signed = said.get("attachments") or {}
    wrong += [
        f"attachment:{number}"
        for number in sorted(tags["attachments"])
        if signed.get(number) != tags["attachments"][number]
    ]
    if wrong:
        raise Faulty(*(Problem("incorrect-authentication-tag", name) for name in wrong))


def _check_service(found: Mapping[str, Any], submission: Mapping[str, Any]) -> None:
    outside, inside = submission.get("serviceType"), found.get("publicServiceType")
    if isinstance(outside, dict) and inside and outside.get("identifier") not in (None, inside["identifier"]):
        raise Faulty(Problem("service-mismatch", "metadata"))


def _decrypted(text: str, keys: Mapping[str, JWK], instance: str) -> bytes:
    try:
        return decrypt(text, keys)
    except NotReadable as error:
        raise Faulty(Problem("encryption-issue", instance)) from error


def _hashed(content: bytes, described: Mapping[str, Any], instance: str) -> bytes:
    if sha512(content) != described["hash"]["content"]:
        raise Faulty(Problem("hash-mismatch", instance))
    return content


def _text(content: bytes, kind: str) -> str:
    """Return data that is what it says it is."""
    try:
        text = content.decode()
        if kind == "application/json":
            json.loads(text)
        else:
            defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
    except (ValueError, SyntaxError, DefusedXmlException, RecursionError) as error:
        raise Faulty(Problem("syntax-violation", "data")) from error
    return text


def _files(
    described: Sequence[Mapping[str, Any]], attachments: Mapping[str, str], keys: Mapping[str, JWK]
) -> tuple[Piece, ...]:
    numbers = [one["attachmentId"] for one in described]
    if sorted(numbers) != sorted(attachments):
        raise Faulty(Problem("attachments-mismatch", "metadata"))
    found, problems = [], []
    for one in described:
        number = one["attachmentId"]
        try:
            content = _hashed(
                _decrypted(attachments[number], keys, f"attachment:{number}"), one, f"attachment:{number}"
            )
        except Faulty as faulty:
            problems += faulty.problems
            continue
        found.append(Piece(number, one.get("filename", ""), one["mimeType"], content, one["purpose"]))
    if problems:
        raise Faulty(*problems)
    return tuple(found)
