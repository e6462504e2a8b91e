"""Read the ZMS export (``services_de.json``, ``locations_de.json``) into plain rows; nothing here touches the database.

A file that is not the expected export raises :class:`BrokenFile` before anything is written. A single
record that can't be read is a failure of that record.

Who may see a record:

* ``public: false`` on a service or office, or a name that says it is a test: staff only.
* A service marked public that is carried out only at offices closed to the public *and* of which nothing
  is written (no text, LeiKa key, fee or link): staff only, with a warning. The data says so twice.
* A service marked public of which nothing is written but that has a public office stays public, with a warning.
* An office where a public service is marked ``public: false`` is left out of that service's places.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cms.records.richtext import INVISIBLE, clean, plain

from .fees import has_bank_account, single_amount
from .report import Report

SERVICES_FILE = "services_de.json"
LOCATIONS_FILE = "locations_de.json"
PUBLIC, STAFF = "public", "staff"
TEST_NAME = re.compile(r"^\W*(test|dummy)", re.IGNORECASE)
LEIKA = re.compile(r"\d{14}")


class BrokenFile(Exception):
    """The export as a whole can't be used; the message says why."""


class BadRecord(Exception):
    """One record can't be used; the message says why."""


@dataclass
class Office:
    """One office: the location, and the names of the organisation it belongs to (outermost first)."""

    source_id: str
    name: str
    audience: str
    units: tuple[str, ...]
    note: str = ""
    street: str = ""
    house_number: str = ""
    postal_code: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass
class ParsedService:
    """One service with the texts and rows the catalogue gets."""

    source_id: str
    audience: str
    texts: dict[str, str]
    leika_key: str = ""
    fees: list[list[Any]] = field(default_factory=list)
    online: list[list[str]] = field(default_factory=list)
    places: list[list[Any]] = field(default_factory=list)
    units: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class Catalogue:
    """Everything usable of an export. ``seen`` also holds the keys of records that failed: those are not gone."""

    services: list[ParsedService] = field(default_factory=list)
    offices: list[Office] = field(default_factory=list)
    seen: dict[str, set[str]] = field(default_factory=lambda: {"service": set(), "office": set()})
    nameless: dict[str, int] = field(default_factory=lambda: {"service": 0, "office": 0})


def read_rows(path: Path, report: Report) -> list[Any]:
    """Return the rows of one file of the export. Raises BrokenFile."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenFile(f"{path.name} can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise BrokenFile(f"{path.name} is not UTF-8 (byte {error.start}).") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise BrokenFile(f"{path.name} is not valid JSON: {error}.") from error
    rows = content.get("data") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise BrokenFile(f'{path.name} has the wrong shape: an object with a list "data" is expected.')
    if not rows:
        raise BrokenFile(f'{path.name} is empty: no records in "data".')
    if not any(isinstance(row, dict) and "id" in row and "name" in row for row in rows):
        raise BrokenFile(f"{path.name} has the wrong shape: no record has an id and a name.")
    meta = content.get("meta")
    announced = meta.get("datacount") if isinstance(meta, dict) else None
    if isinstance(announced, int) and announced != len(rows):
        report.warn("file", path.name, "count-differs", f"announces {announced} records, has {len(rows)}")
    return rows


def read_catalogue(folder: Path, report: Report) -> Catalogue:
    """Return the catalogue in ``folder``; failures and warnings go to ``report``. Raises BrokenFile."""
    service_rows = read_rows(folder / SERVICES_FILE, report)
    office_rows = read_rows(folder / LOCATIONS_FILE, report)
    catalogue = Catalogue()
    relations: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for source_id, row in _unique("office", office_rows, catalogue, report):
        try:
            office = _office(source_id, row, report)
            for relation in _list(row, "services"):
                if isinstance(relation, dict):
                    relations[str(relation.get("service"))][source_id] = relation
        except BadRecord as error:
            report.fail("office", source_id, "bad-record", str(error))
        else:
            catalogue.offices.append(office)
    offices = {office.source_id: office for office in catalogue.offices}
    known_ids = {str(row.get("id")) for row in service_rows if isinstance(row, dict)}
    for source_id, row in _unique("service", service_rows, catalogue, report):
        try:
            catalogue.services.append(_service(source_id, row, offices, relations[source_id], known_ids, report))
        except BadRecord as error:
            report.fail("service", source_id, "bad-record", str(error))
    _warn_shared_keys(catalogue, report)
    return catalogue


def _unique(kind: str, rows: list[Any], catalogue: Catalogue, report: Report) -> Any:
    for number, row in enumerate(rows, 1):
        source_id = row.get("id") if isinstance(row, dict) else None
        if (
            isinstance(source_id, bool)
            or not isinstance(source_id, int | str)
            or not 0 < len(str(source_id).strip()) <= 80
        ):
            catalogue.nameless[kind] += 1
            report.fail(kind, f"#{number}", "no-id", "the record has no usable id")
            continue
        source_id = str(source_id).strip()
        if source_id in catalogue.seen[kind]:
            report.fail(kind, source_id, "double-id", "the id occurs twice; the first record is used")
            continue
        catalogue.seen[kind].add(source_id)
        yield source_id, row


def _line(row: dict[str, Any], key: str, limit: int) -> str:
    value = row.get(key)
    if value is None or value is False:
        return ""
    if not isinstance(value, str):
        raise BadRecord(f"{key} is not a text")
    value = re.sub(r"\s+", " ", INVISIBLE.sub("", value)).strip()
    if "\x00" in value:
        raise BadRecord(f"{key} contains a null character")
    if len(value) > limit:
        raise BadRecord(f"{key} is longer than {limit} characters")
    return value


def _list(row: dict[str, Any], key: str) -> list[Any]:
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadRecord(f"{key} is not a list")
    return value


def _mapping(row: dict[str, Any], key: str) -> dict[str, Any]:
    value = row.get(key)
    return value if isinstance(value, dict) else {}


def _audience(kind: str, source_id: str, row: dict[str, Any], names: tuple[str, ...], report: Report) -> str:
    public = row.get("public")
    if not isinstance(public, bool):
        report.warn(kind, source_id, "no-audience", "says nothing about its audience; kept for staff")
        return STAFF
    if any(TEST_NAME.match(name) for name in names):
        report.warn(kind, source_id, "test-record", f"“{names[0]}” looks like a test; kept for staff")
        return STAFF
    return PUBLIC if public else STAFF


def _office(source_id: str, row: dict[str, Any], report: Report) -> Office:
    name = _line(row, "displayName", 255) or _line(row, "name", 255)
    if not name:
        raise BadRecord("the name is missing")
    address, contact, geo = _mapping(row, "address"), _mapping(row, "contact"), _mapping(row, "geo")
    office = Office(
        source_id=source_id,
        name=name,
        audience=_audience("office", source_id, row, (name, _line(row, "name", 255)), report),
        units=tuple(part for part in (_line(row, "organization", 255), _line(row, "organizationUnit", 255)) if part),
        note="\n".join(str(item).strip() for item in _list(row, "displayNameAlternatives") if str(item).strip()),
        street=_line(address, "street", 120),
        house_number=_line(address, "house_number", 20),
        postal_code=_line(address, "postal_code", 10),
        city=_line(address, "city", 80),
        phone=_line(contact, "phone", 60),
        email=_line(contact, "email", 254),
    )
    if office.email and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", office.email):
        report.warn("office", source_id, "bad-email", f"“{office.email}” is no mail address; left out")
        office.email = ""
    try:
        latitude, longitude = float(geo["lat"]), float(geo["lon"])
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude, longitude) == (0, 0):
            raise ValueError
        office.latitude, office.longitude = latitude, longitude
    except (KeyError, TypeError, ValueError):
        report.warn("office", source_id, "no-position", "has no usable position")
    if not office.units:
        report.warn("office", source_id, "no-organisation", "names no organisation")
    return office


def _service(
    source_id: str,
    row: dict[str, Any],
    offices: dict[str, Office],
    relations: dict[str, dict[str, Any]],
    known_ids: set[str],
    report: Report,
) -> ParsedService:
    title = _line(row, "name", 255)
    if not title:
        raise BadRecord("the name is missing")

    def warn(code: str, text: str) -> None:
        report.warn("service", source_id, code, text)

    texts = {"title": title, "body": _html(row, "description", warn), "fee_note": _html(row, "fees", warn)}
    words = [word.strip() for word in re.split(r"[,;\n]", _line(_mapping(row, "meta"), "keywords", 20_000))]
    texts["keywords"] = "\n".join(dict.fromkeys(word for word in words if word))
    if has_bank_account(texts["fee_note"]):
        warn("bank-account", "the fee text holds an account number; kept as text, please check")
    amount = single_amount(texts["fee_note"])
    service = ParsedService(
        source_id=source_id,
        audience=_audience("service", source_id, row, (title,), report),
        texts={name: value for name, value in texts.items() if value},
        leika_key=_leika(row, warn),
        fees=[] if amount is None else [["Gebühr", amount]],
        online=_online(row, warn),
    )
    nothing_said = not (texts["body"] or texts["fee_note"] or service.leika_key or service.online)
    _place(service, row, offices, relations, nothing_said, warn)
    for other in dict.fromkeys(str(item) for item in _list(row, "combinable")):
        if other not in known_ids:
            warn("unknown-combinable", f"can be combined with {other}, which is not in the export")
    return service


def _html(row: dict[str, Any], key: str, warn: Any) -> str:
    value = row.get(key)
    if value in (None, False):
        return ""
    if not isinstance(value, str):
        raise BadRecord(f"{key} is not a text")
    if "\x00" in value:
        raise BadRecord(f"{key} contains a null character")
    if INVISIBLE.search(value):
        warn("invisible-characters", f"{key} holds characters without width; removed")
    if re.search(r"<[^>]+\sstyle=|<style|<font", value, re.IGNORECASE):
        warn("inline-style", f"{key} holds its own styles; removed")
    # The page's own headings are h1 and h2.
    html = clean(re.sub(r"(</?)h[12]\b", r"\1h3", value, flags=re.IGNORECASE)).strip()
    return html if plain(html).strip("\xa0 ") else ""


def _leika(row: dict[str, Any], warn: Any) -> str:
    keys = list(dict.fromkeys(part.strip() for part in _line(row, "leika", 2_000).split(",") if part.strip()))
    if len(keys) > 1:
        warn("several-leika-keys", f"has {len(keys)} LeiKa keys")
    for key in keys:
        if not LEIKA.fullmatch(key):
            warn("odd-leika-key", f"“{key}” is no LeiKa key of 14 digits")
    joined = ", ".join(keys)
    if len(joined) > 200:
        raise BadRecord("the LeiKa keys are longer than 200 characters")
    return joined


def is_web_address(url: str) -> bool:
    """Return whether ``url`` is complete and leads to the web."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.hostname)
        and not re.search(r"[\s{}<>\"]", url)
        and len(url) <= 1000
    )


def _online(row: dict[str, Any], warn: Any) -> list[list[str]]:
    """Return [kind, label, url]; the export's forms repeat its links, so each address is taken once."""
    found: dict[str, list[str]] = {}
    for key in ("links", "forms"):
        for item in _list(row, key):
            url = str((item.get("link") if isinstance(item, dict) else "") or "").strip()
            if not is_web_address(url):
                warn("bad-link", f"“{url[:100]}” is no complete web address; left out")
                continue
            label = _line(item, "name", 500) or urlsplit(url).hostname or url
            if url not in found:
                words = f"{label} {url}".casefold()
                form = any(word in words for word in ("formular", "antrag", "vollmacht", ".pdf", "vordruck"))
                found[url] = ["form" if form else "info", label, url]
    return list(found.values())


def _place(
    service: ParsedService,
    row: dict[str, Any],
    offices: dict[str, Office],
    relations: dict[str, dict[str, Any]],
    nothing_said: bool,
    warn: Any,
) -> None:
    listed = [str(item.get("location")) for item in _list(row, "locations") if isinstance(item, dict)]
    for source_id in dict.fromkeys(listed):
        if source_id not in offices:
            warn("unknown-office", f"office {source_id} is not in the export")
    known = [source_id for source_id in dict.fromkeys(listed) if source_id in offices]
    if service.audience == PUBLIC:
        if known and all(offices[source_id].audience == STAFF for source_id in known):
            if nothing_said:
                service.audience = STAFF
                warn(
                    "staff-by-rule",
                    "public, but nothing is written and no office is open to the public; kept for staff",
                )
            else:
                warn("no-public-office", "public, but no office is open to the public")
        elif nothing_said:
            warn("nothing-written", "public, but nothing is written; perhaps meant for staff")
    durations = set()
    for source_id in known:
        relation = relations.get(source_id, {})
        if service.audience == PUBLIC and relation.get("public") is False:
            warn("closed-place", f"not offered to the public at office {source_id}; place left out")
            continue
        minutes = relation.get("duration", row.get("duration"))
        if isinstance(minutes, bool) or not isinstance(minutes, int) or not 1 <= minutes <= 600:
            minutes = None
        durations.add(minutes)
        # The export's "online processing" addresses are these booking pages, no online applications.
        url = str(_mapping(relation, "appointment").get("link") or "").strip()
        if url and not is_web_address(url):
            warn("bad-link", f"“{url[:100]}” is no complete web address; left out")
            url = ""
        service.places.append([source_id, minutes, url])
        online = str(_mapping(relation, "onlineprocessing").get("link") or "").strip()
        if (
            "terminvereinbarung" not in online
            and is_web_address(online)
            and all(online != item[2] for item in service.online)
        ):
            service.online.append(["online", service.texts["title"], online])
    if len(durations) > 1:
        warn("duration-differs", "the duration of an appointment differs between offices; kept for each office")
    service.units = list(dict.fromkeys(offices[source_id].units for source_id in known if offices[source_id].units))
    if not service.units:
        warn("no-unit", "no office names who is responsible")


def _warn_shared_keys(catalogue: Catalogue, report: Report) -> None:
    users = defaultdict(list)
    for service in catalogue.services:
        for key in service.leika_key.split(", "):
            if key:
                users[key].append(service.source_id)
    for key, ids in users.items():
        if len(ids) > 1:
            report.warn("service", ids[0], "shared-leika-key", f"{key} stands on {len(ids)} services: {', '.join(ids)}")
