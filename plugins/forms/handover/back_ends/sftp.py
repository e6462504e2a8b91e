"""Files on another machine by SFTP. Its key is pinned: we hand answers to nobody else."""

from __future__ import annotations

import base64
import binascii
import io
import socket
from collections.abc import Mapping
from typing import Any

import paramiko
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.outbound import OutboundError, public_address

from ..parcel import Parcel
from .base import FIELDS, FORMAT, BackEnd, Option, TryAgain
from .files import check_folder, pieces

KEYS = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class Sftp(BackEnd):
    """SSH file transfer with password or key."""

    name = "sftp"
    label = gettext_lazy("SFTP")
    options = (
        Option(name="host", label=gettext_lazy("Machine"), required=True),
        Option(name="port", label=gettext_lazy("Port"), kind="number", default=22),
        Option(
            name="host_key",
            label=gettext_lazy("Key of the machine"),
            kind="long",
            required=True,
            help=gettext_lazy("Kind and key as in known_hosts, for example “ssh-ed25519 AAAA…”."),
        ),
        Option(name="user", label=gettext_lazy("User name"), required=True),
        Option(name="password", label=gettext_lazy("Password"), kind="secret"),
        Option(name="private_key", label=gettext_lazy("Private key (OpenSSH or PEM)"), kind="long_secret"),
        Option(name="folder", label=gettext_lazy("Folder")),
        FIELDS,
        FORMAT,
    )

    def clean(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Ask for one way to sign in, and for keys that are keys."""
        check_folder(options.get("folder", ""))
        if not secrets.get("password") and not secrets.get("private_key"):
            raise ValidationError({"password": _("Enter a password or a private key.")})
        if secrets.get("private_key") and _private_key(secrets["private_key"]) is None:
            raise ValidationError({"private_key": _("This is no private key, or it has a passphrase.")})
        if _host_key(options["host_key"]) is None:
            raise ValidationError({"host_key": _("This is no key of a machine.")})
        try:
            public_address(options["host"], int(options.get("port") or 22))
        except OutboundError as error:
            raise ValidationError({"host": _("This machine is unknown, or inside the network.")}) from error

    def deliver(self, parcel: Parcel, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Write it there. Raises TryAgain."""
        try:
            with _connected(options, secrets) as transport:
                sftp = paramiko.SFTPClient.from_transport(transport)
                if sftp is None:
                    raise TryAgain("no SFTP there")
                sftp.get_channel().settimeout(settings.HAND_OVER_SECONDS)
                if options.get("folder"):
                    sftp.chdir(options["folder"])
                for name, content in pieces(parcel, options):
                    _appear(sftp, name, content)
        except paramiko.AuthenticationException as error:
            raise TryAgain("the machine does not let us in") from error
        except (paramiko.SSHException, OSError, EOFError, OutboundError) as error:
            raise TryAgain(f"no answer ({type(error).__name__})") from error


def _connected(options: Mapping[str, Any], secrets: Mapping[str, str]) -> paramiko.Transport:
    """Return a connection on which we are signed in, to the machine with the pinned key. Raises TryAgain, SSHException."""
    port, seconds = int(options.get("port") or 22), settings.HAND_OVER_SECONDS
    address = public_address(options["host"], port)
    transport = paramiko.Transport(socket.create_connection((address, port), timeout=seconds))
    try:
        wanted = _host_key(options["host_key"])
        if wanted:
            transport.get_security_options().key_types = _kinds(wanted[0])
        transport.start_client(timeout=seconds)
        shown = transport.get_remote_server_key()
        if wanted is None or shown.asbytes() != wanted[1]:
            raise TryAgain("the machine has another key than the one that is set up")
        key = _private_key(secrets["private_key"]) if secrets.get("private_key") else None
        if key is not None:
            transport.auth_publickey(options["user"], key)
        else:
            transport.auth_password(options["user"], secrets.get("password", ""))
    except BaseException:
        transport.close()
        raise
    return transport


def _kinds(kind: str) -> tuple[str, ...]:
    """Return the algorithms for a key of that kind, so that the machine shows this one of its keys (RFC 8332)."""
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)


def _host_key(text: str) -> tuple[str, bytes] | None:
    """Return (kind, key) of a line of known_hosts, with or without the names in front."""
    words = text.split()
    for kind, encoded in zip(words, words[1:], strict=False):
        if kind in ("ssh-ed25519", "ssh-rsa") or kind.startswith("ecdsa-sha2-"):
            try:
                key = base64.b64decode(encoded, validate=True)
                whole = paramiko.PKey.from_type_string(kind, key).asbytes() == key  # it fills up what is cut off
            except (binascii.Error, paramiko.SSHException, paramiko.UnknownKeyType, ValueError):
                return None
            return (kind, key) if whole else None
    return None


def _private_key(text: str) -> paramiko.PKey | None:
    for kind in KEYS:
        try:
            return kind.from_private_key(io.StringIO(text))
        except (paramiko.SSHException, ValueError, IndexError):
            continue
    return None


def _appear(sftp: paramiko.SFTPClient, name: str, content: bytes) -> None:
    """Write beside and rename; what has the name already came at an earlier attempt."""
    if _exists(sftp, name):
        return
    beside = f".{name}.part"
    with sftp.file(beside, "wb") as file:
        file.set_pipelined(True)
        file.write(content)
    if sftp.stat(beside).st_size != len(content):
        raise TryAgain("the file did not arrive whole")
    try:
        sftp.rename(beside, name)  # fails when the name is taken (SFTP 3, 6.5)
    except OSError:
        if not _exists(sftp, name):
            raise
        sftp.remove(beside)


def _exists(sftp: paramiko.SFTPClient, name: str) -> bool:
    try:
        sftp.stat(name)
    except FileNotFoundError:
        return False
    return True
