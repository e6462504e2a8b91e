"""Errors are stored in short English words of ours; people read them in their language, with what to do about them."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: (what is stored, what is read); "{0}" is what the brackets found.
WORDS = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"no answer \(too slow\)", gettext_lazy("The receiver answers too slowly.")),
        (r"no answer \(CertificateError\)", gettext_lazy("The certificate of the receiver does not fit its name.")),
        (r"no answer \(SSL\w*\)", gettext_lazy("The certificate of the receiver is not valid or has expired.")),
        (r"no answer \((\w+)\)", gettext_lazy("The receiver can't be reached ({0}).")),
        (r"unknown name", gettext_lazy("The name of the receiver is not known. Is the address right?")),
        (r"address inside the network", gettext_lazy("The address leads into our own network and is not asked.")),
        (r"HTTP (40[13])", gettext_lazy("The receiver does not let us in (HTTP {0}). Check the secret.")),
        (r"HTTP (404)", gettext_lazy("There is nothing at this address (HTTP {0}).")),
        (r"HTTP (400|406|410|413|415|422)", gettext_lazy("The receiver refuses the content (HTTP {0}).")),
        (r"HTTP (429)", gettext_lazy("The receiver asks us to wait (HTTP {0}).")),
        (r"HTTP (5\d\d)", gettext_lazy("The receiver has a fault (HTTP {0}).")),
        (r"HTTP (\d+.*)", gettext_lazy("The receiver answered HTTP {0}.")),
        (r"SMTP (\d+)", gettext_lazy("The mail server answered {0}.")),
        (r"the mail server refuses the address", gettext_lazy("The mail server refuses the address.")),
        (
            r"the certificate of the receiver has expired",
            gettext_lazy("The certificate of the receiver has expired. Put in a new one."),
        ),
        (r"the PDF can't be made", gettext_lazy("The PDF can't be made.")),
        (
            r"FORM_DROP_FOLDER is not set",
            gettext_lazy("There is no place for drop folders (setting FORM_DROP_FOLDER)."),
        ),
        (
            r"the folder is not below FORM_DROP_FOLDER",
            gettext_lazy("The folder does not lie below FORM_DROP_FOLDER."),
        ),
        (
            r"the folder can't be written \((\w+)\)",
            gettext_lazy("The folder can't be written: the disk is full, or a right is missing ({0})."),
        ),
        (r"no SFTP there", gettext_lazy("There is no SFTP at this address.")),
        (r"the machine does not let us in", gettext_lazy("The machine does not let us in. Check name and key.")),
        (
            r"the machine has another key than the one that is set up",
            gettext_lazy(
                "The machine has another key than the one that is set up. Ask its operators before you change it."
            ),
        ),
        (r"the file did not arrive whole", gettext_lazy("The file did not arrive whole. Is the disk there full?")),
        (r"a file waits for the virus scanner", gettext_lazy("A file waits for the virus scanner.")),
        (r"the storage is away \((\w+)\)", gettext_lazy("Our storage of files can't be read ({0}).")),
        (
            r"sealed with a key that is no longer known",
            gettext_lazy("It was sealed with a key that is no longer known."),
        ),
        (r"the way is not installed", gettext_lazy("This way is not installed any more.")),
        (
            r"the form has no target of this name in use",
            gettext_lazy("The form has no target of this name in use. Set one up, then try again."),
        ),
        (r"FIT_CONNECT_URL is not set", gettext_lazy("FIT-Connect is not set up (FIT_CONNECT_URL).")),
        (r"FIT_CONNECT_TRUST is missing", gettext_lazy("The trusted authorities are missing (FIT_CONNECT_TRUST).")),
        (
            r"nobody says whether the key's certificate was revoked",
            gettext_lazy("Nobody says whether the certificate of the other authority was revoked."),
        ),
        (r"the key's certificate was revoked", gettext_lazy("The certificate of the other authority was revoked.")),
        (
            r"the key's certificate is not valid now",
            gettext_lazy("The certificate of the other authority has expired or is not valid yet."),
        ),
        (
            r"the key's certificate does not come from a trusted authority",
            gettext_lazy("The certificate of the other authority does not come from a trusted one."),
        ),
        (
            r"it was encrypted for a key that we don't have",
            gettext_lazy("It was encrypted for a key that we don't have."),
        ),
        (
            r"the other authority has refused it \(([a-z, -]*)\)",
            gettext_lazy("The other authority has refused it: {0}"),
        ),
        (r"the destination is not active", gettext_lazy("The destination is switched off at FIT-Connect.")),
    )
)


#: Why FIT-Connect submissions are refused: name of the problem (schema.fitko.de, events) -> what is read.
PROBLEMS = {
    "attachments-mismatch": gettext_lazy("Other files came than were announced."),
    "encryption-issue": gettext_lazy("It can't be decrypted."),
    "hash-mismatch": gettext_lazy("The content is not what the sender had described (checksum)."),
    "incorrect-authentication-tag": gettext_lazy("It was changed on its way."),
    "missing-data": gettext_lazy("There is nothing in it."),
    "other": gettext_lazy("There is another reason, which only the other authority knows."),
    "schema-violation": gettext_lazy("It is not built as its schema says."),
    "service-mismatch": gettext_lazy("It names two different services."),
    "syntax-violation": gettext_lazy("It can't be read: it is no valid JSON or XML."),
    "unsupported-schema": gettext_lazy("It has a format that is not supported."),
}
#: The part a problem is about.
PARTS = {"data": gettext_lazy("Answers"), "metadata": gettext_lazy("Metadata")}


def problem(kind: str, part: str = "") -> str:
    """Return why something was refused as people read it; ``part``: what of it."""
    words = str(PROBLEMS.get(kind, kind))
    return f"{PARTS.get(part, part)}: {words}" if part else words


def said(error: str) -> str:
    """Return a stored error as people read it; what has no words of its own as "Fault" with what is stored."""
    if not error:
        return ""
    for pattern, words in WORDS:
        if found := pattern.fullmatch(error):
            return str(words).format(*(" ".join(problem(one) for one in text.split(", ")) for text in found.groups()))
    return _("Fault: %(error)s") % {"error": error}
