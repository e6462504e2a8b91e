"""What a filling holds, sealed: answers, what was typed and not yet accepted, and how far the person is."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cms.sealing import seal, unseal

from ..models import Filling
from ..models.fillings import FILLING

#: Without 0, O, 1, I, L: a code is read from paper and said on the phone.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 12


@dataclass
class Content:
    """The sealed part of a filling.

    ``token``: its secret address (the database knows only the hash). ``answers``: all answers, also to questions that are
    hidden at the moment, so that changing one's mind twice loses nothing; what counts is ``logic.evaluate`` of them.
    ``typed``: step -> field name -> values of a step that could not be accepted. ``done``: step -> questions it had asked when it was accepted; ``reached``: steps
    shown (for the counts). ``changed``: key -> revision of the filling at which its answer changed last. ``prefilled``: keys
    that were filled in for the person. ``claims``: what the identity provider vouches for, field key -> answer; these answers
    stay as they are. Of what was sent only the keys are left.
    ``on_paper``: what is enclosed lies on paper and need not be added as a file.
    ``confirming``: key of an e-mail field -> the code that was sent (address, hash, end, tries); ``confirmed``: key -> the
    address that is. ``signed_for``: digest of the answers that the signed PDF shows. ``reference``, ``status_path``: of the case, once it is sent.
    """

    token: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    done: dict[str, list[str]] = field(default_factory=dict)
    reached: list[str] = field(default_factory=list)
    changed: dict[str, int] = field(default_factory=dict)
    prefilled: list[str] = field(default_factory=list)
    claims: dict[str, Any] = field(default_factory=dict)
    on_paper: bool = False
    confirming: dict[str, dict[str, Any]] = field(default_factory=dict)
    confirmed: dict[str, str] = field(default_factory=dict)
    signed_for: str = ""
    reference: str = ""
    status_path: str = ""


def read(filling: Filling) -> Content:
    """Return what it holds. Raises cms.sealing.Unreadable when the key is gone."""
    return Content(**json.loads(unseal(filling.sealed, FILLING))) if filling.sealed else Content()


def write(filling: Filling, content: Content) -> None:
    """Seal it into the row, which the caller saves."""
    filling.sealed = seal(json.dumps(vars(content), ensure_ascii=False), FILLING)


def digest(answers: dict[str, Any]) -> str:
    """Return what changes with any answer."""
    return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()


def new_token() -> str:
    """Return a secret for an address."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """Return a secret to type: three groups of four, 59 bits."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return "-".join(letters[start : start + 4] for start in range(0, CODE_LENGTH, 4))


def hashed(secret: str) -> str:
    """Return what the database knows of a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def hashed_code(code: str) -> str:
    """Return the hash of a code as a person types it, hyphens or not; "" for what can be none."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashed(f"code {letters}") if len(letters) == CODE_LENGTH else ""
