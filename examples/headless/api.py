"""Calls to the API. What has not changed is not sent again: ETag and 304."""

from __future__ import annotations

import json
from collections import OrderedDict
from threading import Lock
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

TIMEOUT_SECONDS = 20
MOST_ANSWERS = 500


class Problem(Exception):
    """What the API answered instead (RFC 9457), or why it did not answer: ``status``, ``title``, ``detail``."""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail


class Api:
    """The API of the city at ``site``, such as https://mainz.example."""

    def __init__(self, site: str) -> None:
        self.site = site.rstrip("/")
        self._known: OrderedDict[str, tuple[str, Any]] = OrderedDict()
        self._lock = Lock()

    def get(self, path: str, /, **parameters: Any) -> Any:
        """Return what is at ``path`` below /api/v1/, or at a whole address of the API. Raises Problem."""
        address = path if path.startswith(f"{self.site}/") else f"{self.site}/api/v1/{path}"
        if parameters:
            address += f"?{urlencode(sorted(parameters.items()))}"
        with self._lock:
            tag, answer = self._known.get(address, ("", None))
        request = Request(  # noqa: S310  http or https, see main()
            address, headers={"Accept": "application/json", **({"If-None-Match": tag} if tag else {})}
        )
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                answer = json.load(response)
                self._keep(address, response.headers.get("ETag", ""), answer)
        except HTTPError as error:
            if error.code != 304:
                raise _problem_of(error) from error
        except (URLError, TimeoutError, ConnectionError, ValueError) as error:
            raise Problem(502, "The API does not answer.", str(error)) from error
        return answer

    def _keep(self, address: str, tag: str, answer: Any) -> None:
        if not tag:
            return
        with self._lock:
            self._known[address] = (tag, answer)
            if len(self._known) > MOST_ANSWERS:
                self._known.popitem(last=False)


def _problem_of(error: HTTPError) -> Problem:
    try:
        told = json.load(error)
        detail = [told.get("detail", ""), *(item.get("detail", "") for item in told.get("errors", []))]
        return Problem(error.code, str(told.get("title", "")), " ".join(text for text in detail if text))
    except (ValueError, AttributeError):
        return Problem(error.code, str(error.reason))
