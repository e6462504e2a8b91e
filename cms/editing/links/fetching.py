"""Ask a server outside whether an address still leads somewhere: politely, and never a server inside."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

import urllib3
from django.conf import settings

from cms.outbound import AddressRefused, OutboundError, public_address

#: Seconds to connect and to read; redirects followed; bytes of an answer that are read at most.
CONNECT, READ, REDIRECTS, BYTES = 5.0, 10.0, 5, 16_384
#: Answers that say "not now" or "not you", and nothing about the address.
LATER = frozenset({408, 423, 425, 429, 500, 502, 503, 504})
REFUSES_MACHINES = frozenset({401, 403, 405, 406, 407, 451, 999})


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
        except AddressRefused as error:
            return Answer(0, here, str(error), refused=True)
        except OutboundError as error:
            return Answer(0, here, str(error))
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
        raise AddressRefused("no address of the web")
    if parts.username or parts.password:
        raise AddressRefused("address with a password")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = parts.hostname.encode("idna").decode() if not parts.hostname.isascii() else parts.hostname
    address = public_address(host, port)
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
