"""Does a server really answer? Each probe speaks the protocol and returns the server's version."""

import http.client
import json
import re
import smtplib
import socket
import ssl
import struct
import urllib.request
from base64 import b64encode
from urllib.parse import SplitResult, unquote, urlsplit

from .errors import NotAnswering

TIMEOUT = 3.0


def without_password(url: str) -> str:
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return parts._replace(netloc=f"{parts.username or ''}:***@{parts.netloc.rpartition('@')[2]}").geturl()


def _connect(parts: SplitResult, default_port: int) -> socket.socket:
    try:
        return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or default_port), TIMEOUT)
    except (OSError, ValueError) as error:
        raise NotAnswering(str(error)) from error


def postgres(url: str) -> str:
    """Ask for encryption, the one question a PostgreSQL server answers to everybody."""
    with _connect(urlsplit(url), 5432) as connection:
        try:
            connection.sendall(struct.pack("!ii", 8, 80877103))
            answer = connection.recv(1)
        except OSError as error:
            raise NotAnswering(str(error)) from error
    if answer not in (b"S", b"N"):
        raise NotAnswering("what answers there is not PostgreSQL")
    return ""


def redis(url: str) -> str:
    parts = urlsplit(url)
    lines = []
    if parts.password:
        words = [unquote(word) for word in (parts.username, parts.password) if word]
        lines.append(_redis_command("AUTH", *words))
    lines += [_redis_command("PING"), _redis_command("INFO", "server")]
    connection = _connect(parts, 6379)
    try:
        if parts.scheme == "rediss":
            connection = ssl.create_default_context().wrap_socket(connection, server_hostname=parts.hostname)
        connection.sendall(b"".join(lines))
        received = b""
        while b"redis_version" not in received and b"-" not in received[:1] and len(received) < 20_000:
            chunk = connection.recv(4096)
            if not chunk:
                break
            received += chunk
    except OSError as error:
        raise NotAnswering(str(error)) from error
    finally:
        connection.close()
    if b"+PONG" not in received:
        raise NotAnswering(received.decode("utf-8", "replace").splitlines()[0] if received else "no answer")
    version = re.search(rb"redis_version:(\S+)", received)
    return version.group(1).decode() if version else ""


def _redis_command(*words: str) -> bytes:
    parts = [f"*{len(words)}\r\n".encode()]
    for word in words:
        encoded = word.encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(encoded), encoded))
    return b"".join(parts)


def elasticsearch(url: str) -> str:
    """The version, once the cluster can take documents."""
    about = _get_json(url, "/")
    version = about.get("version", {}).get("number", "")
    if not version:
        raise NotAnswering("what answers there is not Elasticsearch")
    health = _get_json(url, "/_cluster/health")
    if health.get("status") not in ("green", "yellow"):
        raise NotAnswering(f"the cluster is {health.get('status')}")
    return str(version)


def _get_json(url: str, path: str) -> dict[str, dict[str, str]]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise NotAnswering("the address must begin with http:// or https://")
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2], path=parts.path.rstrip("/") + path).geturl()
    request = urllib.request.Request(address)
    if parts.password is not None:
        secret = f"{unquote(parts.username or '')}:{unquote(parts.password)}".encode()
        request.add_header("Authorization", "Basic " + b64encode(secret).decode())
    # Proxies of the environment are for the world outside, never for a server beside us.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=TIMEOUT) as response:
            found = json.load(response)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotAnswering(str(error)) from error
    if not isinstance(found, dict):
        raise NotAnswering("what answers there is not Elasticsearch")
    return found


def smtp(url: str) -> str:
    parts = urlsplit(url)
    host, port = parts.hostname or "127.0.0.1", parts.port or 25
    try:
        if "ssl" in parts.scheme:
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT)
        else:
            client = smtplib.SMTP(host, port, timeout=TIMEOUT)
        with client:
            client.ehlo("localhost")
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotAnswering(str(error)) from error
    return ""
