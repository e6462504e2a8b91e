"""Ask a server outside whether an address still leads somewhere: politely, and never a server inside."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

import urllib3
from django.conf import settings

#: Seconds to connect and to read; redirects followed; bytes of an answer that are read at most.
CONNECT, READ, REDIRECTS, BYTES = 5.0, 10.0, 5, 16_384
#: Answers that say "not now" or "not you", and nothing about the address.
LATER = frozenset({408, 423, 425, 429, 500, 502, 503, 504})
REFUSES_MACHINES = frozenset({401, 403, 405, 406, 407, 451, 999})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True)
class Answer:
    """What came back: ``status`` 0 when nothing did. ``url`` is where redirects ended, ``permanent`` if all of them were.

    ``retry_after``: seconds after which the server wants to be asked again.
    """

    status: int
    url: str
    reason: str = ""
    permanent: bool = False
    refused: bool = False
    retry_after: int = 0

    @property
    def works(self) -> bool:
        """Whether there is something at the address."""
        return 200 <= self.status < 300

    @property
    def later(self) -> bool:
        """Whether the answer says nothing about the address, only about the moment."""
        return self.status in LATER

    @property
    def for_people_only(self) -> bool:
        """Whether the server answers, but not to machines."""
        return self.status in REFUSES_MACHINES


class NotAllowed(Exception):
    """The address leads to a machine inside, or is none that we ask."""


def ask(url: str) -> Answer:
    """Return what ``url`` answers: HEAD, and GET where HEAD is not understood. Never raises for what a server does.

    Every name is resolved here, and the connection goes to the address that was checked, also after a redirect: a
    name that changes its mind in between leads nowhere (server-side request forgery, CWE-918).
    """
    method, permanent, here = "HEAD", True, url
    for _hop in range(REDIRECTS + 1):
        try:
            status, location, retry_after = _one(method, here)
            if method == "HEAD" and not 200 <= status < 400 and status not in (404, 410, 429):
                method = "GET"
                status, location, retry_after = _one(method, here)
            elif method == "HEAD" and status in (404, 410):  # some servers know only GET
                status, location, retry_after = _one("GET", here)
        except NotAllowed as error:
            return Answer(0, here, str(error), refused=True)
        except socket.gaierror:
            return Answer(0, here, "unknown name")
        except urllib3.exceptions.TimeoutError:
            return Answer(0, here, "no answer in time")
        except (urllib3.exceptions.SSLError, ssl.SSLError):
            return Answer(0, here, "certificate is not valid")
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return Answer(0, here, type(error).__name__)
        if status in (301, 302, 303, 307, 308) and location:
            permanent = permanent and status in (301, 308)
            here = urljoin(here, location)
            continue
        return Answer(status, here, permanent=permanent and here != url, retry_after=retry_after)
    return Answer(0, here, "too many redirects")


def _one(method: str, url: str) -> tuple[int, str, int]:
    """Send one request to a checked address; return status, Location and Retry-After."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NotAllowed("no address of the web")
    if parts.username or parts.password:
        raise NotAllowed("address with a password")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    address = checked_address(host, port)
    timeout = urllib3.Timeout(connect=CONNECT, read=READ, total=CONNECT + READ)
    if parts.scheme == "https":
        pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
            address, port, server_hostname=host, assert_hostname=host, timeout=timeout, retries=False
        )
    else:
        pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout, retries=False)
    with pool:
        target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
        response = pool.urlopen(
            method,
            urllib3.util.parse_url(target).url,
            headers={
                "Host": host if port in (80, 443) else f"{host}:{port}",
                "User-Agent": f"Mogontia-LinkChecker/1 (+{settings.SITE_URL})",
                "Accept": "*/*",
                "Connection": "close",
            },
            redirect=False,
            assert_same_host=False,
            preload_content=False,
        )
        try:
            if method == "GET":
                response.read(BYTES)
            after = response.headers.get("Retry-After", "")
            return response.status, response.headers.get("Location", ""), int(after) if after.isdigit() else 0
        finally:
            response.close()


def checked_address(host: str, port: int) -> str:
    """Return a network address of ``host`` that is on the public internet.

    Raises NotAllowed when any of its addresses is not (private, loopback, link-local, reserved), and socket.gaierror
    for an unknown name. LINK_CHECK_ALLOWS names networks that are asked all the same (tests, a city's own servers).
    """
    allowed = [ipaddress.ip_network(item) for item in settings.LINK_CHECK_ALLOWS]
    found = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for item in found:
        inner = _innermost(ipaddress.ip_address(str(item).partition("%")[0]))
        if any(inner.version == network.version and inner in network for network in allowed):
            continue
        if not inner.is_global or inner.is_multicast:
            raise NotAllowed("address inside the network")
    return str(min(found, key=lambda item: ":" in str(item)))  # IPv4 first: not every server has a way out by IPv6


def _innermost(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for (mapped, 6to4, Teredo, NAT64), or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)
