"""Asking other servers for something, and telling them: with limits, and never inside our own network."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import urllib3
from django.conf import settings

USER_AGENT = "Mogontia/1 (+{site})"
REDIRECTS = 5
CHUNK = 64 * 1024
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class OutboundError(Exception):
    """The answer can't be had; the message says why, for people."""


class AddressRefused(OutboundError):
    """The address leads somewhere we never ask: another scheme, or a private network (OWASP, SSRF prevention)."""


class TooLarge(OutboundError):
    """The answer is larger than allowed."""


@dataclass(frozen=True)
class Answer:
    """What a server said: the address after redirects, the status, headers with small names, the body."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The content type without parameters: "text/html"."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def fetch(url: str, *, limit: int = 5_000_000, seconds: float = 10.0, method: str = "GET") -> Answer:
    """Ask for ``url`` and follow up to five redirects.

    ``limit``: bytes of the (unpacked) body; ``seconds``: for connecting and for each part of the answer.
    Raises AddressRefused, TooLarge or OutboundError (no answer, broken answer, too many redirects). Any HTTP status is an
    answer.
    """
    for _hop in range(REDIRECTS + 1):
        answer = _ask(url, limit, seconds, method)
        target = answer.headers.get("location")
        if answer.status not in (301, 302, 303, 307, 308) or not target:
            return answer
        url = urljoin(url, target)
    raise OutboundError("too many redirects")


def post(url: str, *, body: bytes, headers: Mapping[str, str], seconds: float = 10.0) -> Answer:
    """Send ``body`` to ``url``; redirects are not followed, and of the answer only status and headers are read.

    ``seconds``: for connecting, sending and the headers together, however slowly they come.
    Raises AddressRefused or OutboundError (no answer, broken answer). Any HTTP status is an answer.
    """
    return call("POST", url, body=body, headers=headers, seconds=seconds, limit=None)


def call(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: Mapping[str, str],
    seconds: float = 10.0,
    limit: int | None = 5_000_000,
) -> Answer:
    """Talk to an interface; redirects are not followed. ``limit``: bytes of the answer's body, None: it is not read.

    ``seconds``: for connecting, sending and the whole answer together, however slowly it comes.
    Raises AddressRefused, TooLarge or OutboundError (no answer, broken answer). Any HTTP status is an answer.
    """
    parts, address, port = _target(url)
    connection: urllib3.connection.HTTPConnection
    if parts.scheme == "https":
        connection = urllib3.connection.HTTPSConnection(
            address, port, timeout=seconds, assert_hostname=parts.hostname, server_hostname=parts.hostname
        )
    else:
        connection = urllib3.connection.HTTPConnection(address, port, timeout=seconds)
    # The time limit of a socket begins again with every byte; this one doesn't.
    kept: list[socket.socket] = []
    clock = threading.Timer(seconds, _cut, [connection, kept])
    clock.daemon = True
    began = time.monotonic()
    clock.start()
    try:
        connection.connect()
        # A connection forgets its socket when the answer ends with it; the answer still reads from there.
        kept.append(connection.sock)
        connection.request(
            method, _path(parts), body=body, headers={**_headers(parts), **headers}, preload_content=False
        )
        response = connection.getresponse()
        content = b"" if limit is None else _read(response, limit)
        if (
            limit is not None and time.monotonic() - began >= seconds
        ):  # a body without a length looks whole when it is cut
            raise OutboundError("no answer (too slow)")
        return Answer(url, response.status, {k.lower(): v for k, v in response.headers.items()}, content)
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        raise OutboundError(f"no answer ({type(error).__name__})") from error
    finally:
        clock.cancel()
        connection.close()


def _read(response: urllib3.BaseHTTPResponse, limit: int) -> bytes:
    body = bytearray()
    for chunk in response.stream(CHUNK, decode_content=True):
        body += chunk
        if len(body) > limit:
            raise TooLarge(f"larger than {limit} bytes")
    return bytes(body)


def _cut(connection: urllib3.connection.HTTPConnection, kept: list[socket.socket]) -> None:
    """End what another thread waits for."""
    for sock in kept or [connection.sock]:
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has just ended by itself
                return


def _target(url: str) -> tuple[SplitResult, str, int]:
    """Return the parts of ``url``, and the checked address and port to connect to. Raises AddressRefused, OutboundError."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise AddressRefused("no address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressRefused("only http and https addresses are asked")
    # The checked address itself is connected to: a second look-up could name another one.
    return parts, public_address(parts.hostname, port), port


def _headers(parts: SplitResult) -> dict[str, str]:
    return {"Host": parts.netloc.rpartition("@")[2], "User-Agent": USER_AGENT.format(site=settings.SITE_URL)}


def _path(parts: SplitResult) -> str:
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def _ask(url: str, limit: int, seconds: float, method: str) -> Answer:
    parts, address, port = _target(url)
    timeout = urllib3.Timeout(connect=seconds, read=seconds)
    pool: urllib3.HTTPConnectionPool
    if parts.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            address, port, timeout=timeout, assert_hostname=parts.hostname, server_hostname=parts.hostname
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
    with pool:
        try:
            response = pool.request(
                method,
                _path(parts),
                headers={**_headers(parts), "Accept-Encoding": "gzip, deflate"},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            body = _read(response, limit)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise OutboundError(f"no answer ({type(error).__name__})") from error
        return Answer(url, response.status, {k.lower(): v for k, v in response.headers.items()}, body)


def public_address(host: str, port: int) -> str:
    """Return a network address of ``host`` that is on the public internet.

    Raises AddressRefused when any of its addresses is not (private, loopback, link-local, reserved; CWE-918), OutboundError
    for an unknown name. OUTBOUND_ALLOWS names networks that are asked all the same (tests, a city's own servers).
    """
    try:
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise OutboundError("unknown name") from error
    for item in found:
        if allowed_inside(item):
            continue
        inner = _innermost(ipaddress.ip_address(item.partition("%")[0]))
        if not inner.is_global or inner.is_multicast:
            raise AddressRefused("address inside the network")
    return min(found, key=lambda item: ":" in item)  # IPv4 first: not every server has a way out by IPv6


def allowed_inside(address: str) -> bool:
    """Return whether OUTBOUND_ALLOWS names the network of this network address."""
    inner = _innermost(ipaddress.ip_address(address.partition("%")[0]))
    allowed = [ipaddress.ip_network(item) for item in settings.OUTBOUND_ALLOWS]
    return any(inner.version == network.version and inner in network for network in allowed)


def _innermost(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for (mapped, 6to4, Teredo, NAT64), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
