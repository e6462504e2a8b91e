"""A mail with the submission, encrypted for the receiver (S/MIME 4.0, RFC 8551) unless somebody decides otherwise.

It goes straight to the mail server and not through the queue of mails, which would keep the answers readable for months.
"""

from __future__ import annotations

import smtplib
from collections.abc import Mapping
from email.mime.application import MIMEApplication
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import pkcs7
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.message import MIMEMixin
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..parcel import KINDS, Parcel
from .base import BackEnd, GiveUp, Option, TryAgain


class MailWithSubmission(BackEnd):
    """To one address; the same key has the same Message-ID."""

    name = "mail"
    label = gettext_lazy("Mail")
    options = (
        Option(name="to", label=gettext_lazy("Email address"), required=True),
        Option(
            name="attach",
            label=gettext_lazy("With the answers as"),
            kind="choice",
            choices=(
                ("nothing", gettext_lazy("nothing: only the reference")),
                ("json", "JSON"),
                ("xml", "XML"),
                ("pdf", "PDF"),
            ),
            default="nothing",
        ),
        Option(name="with_files", label=gettext_lazy("With the files people added"), kind="yes_no"),
        Option(
            name="certificate",
            label=gettext_lazy("Certificate of the receiver (PEM)"),
            kind="long",
            help=gettext_lazy("With it the mail is encrypted by S/MIME."),
        ),
        Option(
            name="unencrypted",
            label=gettext_lazy("Answers may go by mail without encryption"),
            kind="yes_no",
            help=gettext_lazy("Only inside a network that is protected otherwise."),
        ),
        Option(name="own_certificate", label=gettext_lazy("Our certificate (PEM), to sign"), kind="long"),
        Option(name="own_key", label=gettext_lazy("Its private key (PEM)"), kind="long_secret"),
    )

    def clean(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Keep answers from going out readable by accident, and refuse certificates that are none."""
        try:
            validate_email(options["to"])
        except ValidationError as error:
            raise ValidationError({"to": error.messages}) from error
        says_more = options.get("attach", "nothing") != "nothing" or options.get("with_files")
        if says_more and not options.get("certificate") and not options.get("unencrypted"):
            raise ValidationError(
                {"certificate": _("Enter the certificate, or decide below that answers may go unencrypted.")}
            )
        if options.get("certificate"):
            certificate = _certificate(options["certificate"], "certificate")
            if not isinstance(certificate.public_key(), rsa.RSAPublicKey):
                raise ValidationError({"certificate": _("Mails can be encrypted for RSA certificates only.")})
            if certificate.not_valid_after_utc < timezone.now():
                raise ValidationError({"certificate": _("This certificate has expired.")})
        if bool(options.get("own_certificate")) != bool(secrets.get("own_key")):
            raise ValidationError({"own_key": _("To sign takes both certificate and key.")})
        if options.get("own_certificate"):
            key, own = _key(secrets["own_key"]), _certificate(options["own_certificate"], "own_certificate")
            if key.public_key() != own.public_key():
                raise ValidationError({"own_key": _("The key does not belong to the certificate.")})

    def needs_pdf(self, options: Mapping[str, Any]) -> bool:
        """Return whether the PDF is attached."""
        return options.get("attach") == "pdf"

    def files(self, options: Mapping[str, Any]) -> str:
        """Files are attachments of their own."""
        return "inline" if options.get("with_files") else "none"

    def deliver(self, parcel: Parcel, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Send it. Raises TryAgain, GiveUp."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"
        message = _Mail(
            subject=" ".join(f"{parcel.title}: {parcel.reference or parcel.key}".split()),  # of one line
            body=_body(parcel),
            to=[options["to"]],
            headers={
                "Message-ID": f"<{parcel.key}@{domain}>",
                "Auto-Submitted": "auto-generated",
                "X-Idempotency-Key": parcel.key,
            },
        )
        _attach(message, parcel, options)
        if options.get("own_certificate") and secrets.get("own_key"):
            own = _certificate(options["own_certificate"], "own_certificate")
            message.signer = (own, _key(secrets["own_key"]))
        if options.get("certificate"):
            receiver = _certificate(options["certificate"], "certificate")
            if receiver.not_valid_after_utc < timezone.now():
                raise GiveUp("the certificate of the receiver has expired")
            message.receiver = receiver
        try:
            get_connection(settings.MAIL_TRANSPORT).send_messages([message])
        except smtplib.SMTPRecipientsRefused as error:
            raise GiveUp("the mail server refuses the address") from error
        except smtplib.SMTPResponseException as error:
            raise TryAgain(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise TryAgain(f"no answer ({type(error).__name__})") from error


def _body(parcel: Parcel) -> str:
    lines = [parcel.title, "", f"{_('Reference')}: {parcel.reference or '-'}", f"ID: {parcel.key}"]
    return "\n".join(lines) + "\n"


def _attach(message: EmailMessage, parcel: Parcel, options: Mapping[str, Any]) -> None:
    name, kind = parcel.reference or parcel.key, options.get("attach", "nothing")
    if kind == "pdf":
        if parcel.pdf is None:
            raise TryAgain("the PDF can't be made")
        message.attach(f"{name}.pdf", parcel.pdf, "application/pdf")
    elif kind in KINDS:
        message.attach(f"{name}.{kind}", parcel.written(kind), KINDS[kind])
    for file in parcel.files:
        message.attach(file.name, file.content, file.kind or "application/octet-stream")


class _Mail(EmailMessage):
    """A mail whose content is signed and encrypted where there are certificates for it; the headers stay outside."""

    signer: tuple[x509.Certificate, Any] | None = None
    receiver: x509.Certificate | None = None

    def _create_message(self, msg: Any) -> Any:
        whole = super()._create_message(msg)
        if self.signer:
            certificate, key = self.signer
            builder = pkcs7.PKCS7SignatureBuilder().set_data(_bytes(whole))
            signed = builder.add_signer(certificate, key, hashes.SHA256()).sign(
                serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary]
            )
            whole = _Pkcs7(signed, "signed-data")
        if self.receiver:
            envelope = pkcs7.PKCS7EnvelopeBuilder().set_data(_bytes(whole)).add_recipient(self.receiver)
            envelope = envelope.set_content_encryption_algorithm(algorithms.AES256)
            sealed = envelope.encrypt(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])
            whole = _Pkcs7(sealed, "enveloped-data")
        return whole


class _Pkcs7(MIMEMixin, MIMEApplication):
    """A part of the kind application/pkcs7-mime."""

    def __init__(self, content: bytes, smime_type: str) -> None:
        super().__init__(content, "pkcs7-mime", name="smime.p7m", **{"smime-type": smime_type})
        self.add_header("Content-Disposition", "attachment", filename="smime.p7m")


def _bytes(message: Any) -> bytes:
    return message.as_bytes(linesep="\r\n")


def _certificate(text: str, option: str) -> x509.Certificate:
    """Return it. Raises ValidationError for the option."""
    try:
        found = x509.load_pem_x509_certificate(text.encode())
        found.public_key()  # of a kind we know
    except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
        raise ValidationError({option: _("This is no certificate.")}) from error
    return found


def _key(text: str) -> Any:
    """Return the private key. Raises ValidationError."""
    try:
        return serialization.load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValidationError({"own_key": _("This is no private key, or it has a passphrase.")}) from error
