"""Bring pages over as drafts: resumable, repeatable, and never over what people edited here."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model
from wagtail.log_actions import log
from wagtail.models import Collection, Page

from cms import outbound
from cms.content.models import ContentPage, SectionPage

from . import sources
from .converting import Converted, Surroundings, convert, plain
from .models import ImportedPage, ImportRun

State = ImportedPage.State
MAX_IMAGE = 20 * 1024 * 1024


class NotNow(Exception):
    """Another run below the same page is not finished; the message says so, for people."""


@transaction.atomic
def begin(*, source: str, parent: Page, by: Any, selector: str = "", limit: int | None = None) -> ImportRun:
    """Note a run and put its work into the queue. Returns the run.

    ``by``: who asks (None: the command line). Raises PermissionDenied without the right or below a page where the person
    may not add pages, NotNow while another run below ``parent`` goes on.
    """
    from .tasks import carry_out

    if by is not None and not may_import(by, parent):
        raise PermissionDenied
    Page.objects.select_for_update().get(pk=parent.pk)
    busy = [ImportRun.State.WAITING, ImportRun.State.READING, ImportRun.State.WRITING]
    if ImportRun.objects.filter(parent=parent, state__in=busy).exists():
        raise NotNow(_("Pages are already being brought over to this place. Wait until that is finished."))
    run = ImportRun.objects.create(source=source, parent=parent, selector=selector, limit=limit, started_by=by)
    log(instance=parent, action="importing.begin", user=by, data={"run": run.pk})
    transaction.on_commit(lambda: carry_out.enqueue(run.pk))
    return run


def may_import(user: Any, parent: Page) -> bool:
    """Return whether ``user`` may bring pages over to below ``parent``."""
    return user.has_perm("importing.import_pages") and parent.permissions_for_user(user).can_add_subpage()


def carry_out(run: ImportRun) -> None:
    """Do all that is left of ``run``; after a crash it goes on with the next page."""
    try:
        if run.state in (ImportRun.State.WAITING, ImportRun.State.READING):
            _set(run, ImportRun.State.READING)
            _read(run)
        _set(run, ImportRun.State.WRITING)
        _make_drafts(run)
        _fill_drafts(run)
    except sources.SourceError as error:
        run.error = str(error)[:500]
        _set(run, ImportRun.State.FAILED, finished_at=timezone.now())
        return
    _set(run, ImportRun.State.DONE, finished_at=timezone.now())


def _set(run: ImportRun, state: str, **values: Any) -> None:
    run.state = state
    for name, value in values.items():
        setattr(run, name, value)
    run.save()


def _read(run: ImportRun) -> None:
    """Note every page of the source. Pages known from earlier runs keep what they became."""
    for found in sources.read(run.source, limit=run.limit):
        values = {
            "run": run,
            "above": found.above,
            "position": found.position,
            "title": plain(found.title)[:255],
            "html": "" if found.problem else found.html,
            "url": found.url[:500],
            "media": found.media[:500],
            "reason": found.problem[:300],
            "state": State.REFUSED if found.problem else State.WAITING,
        }
        if found.is_fragment:
            values["html"] = "<!--fragment-->" + values["html"]
        ImportedPage.objects.update_or_create(parent=run.parent, address=found.address[:500], defaults=values)


def in_order(rows: list[ImportedPage]) -> Iterator[tuple[ImportedPage, ImportedPage | None]]:
    """Yield (page, page above it or None) so that each comes after the one above.

    Without a named page above, the nearest one by address is. A circle is cut where it is met first.
    """
    by_address = {row.address: row for row in rows}
    done: set[str] = set()

    def above(row: ImportedPage) -> ImportedPage | None:
        if row.above:
            return by_address.get(row.above)
        parts = row.address.strip("/").split("/")
        return next(
            (
                found
                for length in range(len(parts) - 1, -1, -1)
                if (found := by_address.get("/" + "".join(f"{part}/" for part in parts[:length]))) and found is not row
            ),
            None,
        )

    for start in rows:
        way: list[ImportedPage] = []
        row: ImportedPage | None = start
        while row is not None and row.address not in done and row not in way:
            way.append(row)
            row = above(row)
        for item in reversed(way):
            parent = above(item)
            done.add(item.address)
            yield item, parent if parent is not None and parent.address in done and parent is not item else None


def _make_drafts(run: ImportRun) -> None:
    """Make an empty draft for each page, so that links between them find their targets."""
    rows = list(ImportedPage.objects.filter(run=run).select_related("page"))
    has_children = {row.above for row in rows}
    for row, above in in_order(rows):
        if row.state != State.WAITING or row.page_id or row.digest:
            continue
        with transaction.atomic():
            parent = above.page if above is not None and above.page_id else run.parent
            row.page = _add(Page.objects.get(pk=parent.pk), row, run, is_section=row.address in has_children)
            row.save(update_fields=["page"])


def _add(parent: Page, row: ImportedPage, run: ImportRun, *, is_section: bool) -> Page:
    bare = row.html.removeprefix("<!--fragment-->").strip()
    model = SectionPage if is_section and not bare else ContentPage
    title = row.title or row.address.strip("/").rpartition("/")[2].replace("-", " ").capitalize() or run.source
    page = model(
        title=title[:255],
        slug=_free_slug(parent, row.address, title),
        live=False,
        has_unpublished_changes=True,
        locale=parent.locale,
        owner=run.started_by,
    )
    return Page.objects.get(pk=parent.add_child(instance=page).pk)


def _free_slug(parent: Page, address: str, title: str) -> str:
    german = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
    last = address.strip("/").rpartition("/")[2].rpartition(".")[0] or address.strip("/").rpartition("/")[2]
    wanted = slugify(last.lower().translate(german)) or slugify(title.lower().translate(german)) or "seite"
    wanted = wanted[:200]
    taken = set(parent.get_children().filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(
        slug for slug in (wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))) if slug not in taken
    )


def _fill_drafts(run: ImportRun) -> None:
    known = dict(ImportedPage.objects.filter(parent=run.parent, page__isnull=False).values_list("address", "page_id"))
    pictures = _Pictures(run)
    for pk in list(ImportedPage.objects.filter(run=run, state=State.WAITING).values_list("pk", flat=True)):
        with transaction.atomic():
            row = ImportedPage.objects.select_for_update(of=("self",)).select_related("page").get(pk=pk)
            _fill(row, run, Surroundings(page_at=known.get, image_from=pictures.take, base=row.url))


def _fill(row: ImportedPage, run: ImportRun, around: Surroundings) -> None:
    digest = hashlib.sha256(json.dumps([row.title, row.html, run.selector]).encode()).hexdigest()
    row.reason = ""
    if row.page is None:
        row.state = State.REMOVED
    elif row.digest and row.page.latest_revision_id != row.revision_id:
        row.state = State.UNCHANGED if row.digest == digest else State.EDITED
    elif row.digest == digest:
        row.state = State.UNCHANGED
    else:
        row.state = State.UPDATED if row.digest else State.CREATED
        try:
            _write(row, run, around)
            row.digest = digest
        except ValueError as error:
            row.state, row.reason = State.REFUSED, str(error)[:300]
    row.html = ""  # may hold names; what is needed is in the draft
    row.save()


def _write(row: ImportedPage, run: ImportRun, around: Surroundings) -> None:
    made = converted(row.html, around, selector=run.selector, title=row.title)
    if row.media and around.image_from(row.media) is None:
        made.losses.append(("image", row.media))
    if not made.blocks:
        made.losses.append(("empty", ""))
    if made.language and made.language != run.parent.locale.language_code[:2]:
        made.losses.append(("language", made.language))
    page = row.page.specific  # type: ignore[union-attr]
    page.title = (made.title or page.title)[:255]
    page.draft_title = page.title
    blocks = [{**block, "id": str(uuid.uuid4())} for block in made.blocks]
    page.body = json.dumps(blocks)
    row.title = page.title
    row.losses = [list(loss) for loss in made.losses]
    if not page.live:
        page.save(clean=False)
    revision = page.save_revision(user=run.started_by, changed=True, clean=False)
    row.revision_id = revision.pk


def converted(html: str, around: Surroundings, *, selector: str = "", title: str = "") -> Converted:
    """Return the blocks of a stored page; see :func:`cms.importing.converting.convert`."""
    is_fragment = html.startswith("<!--fragment-->")
    return convert(
        html.removeprefix("<!--fragment-->"),
        around,
        selector=selector,
        is_fragment=is_fragment,
        title=title if is_fragment else "",
    )


class _Pictures:
    """Fetches images of the old site once each, into a collection of their own."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.known: dict[str, int | None] = {}

    def take(self, url: str) -> int | None:
        """Return the id of the image stored here, None when it can't be had."""
        if url not in self.known:
            self.known[url] = (
                self._fetch(url) if url.startswith(("http://", "https://")) and self._may_fetch() else None
            )
        return self.known[url]

    def _may_fetch(self) -> bool:
        return self.run.source.startswith(("http://", "https://"))

    def _fetch(self, url: str) -> int | None:
        from willow.image import Image as WillowImage

        name = url.rpartition("/")[2].partition("?")[0][:100] or "bild"
        try:
            answer = outbound.fetch(url, limit=MAX_IMAGE)
            if answer.status != 200 or not answer.kind.startswith("image/") or answer.kind == "image/svg+xml":
                return None
            file = ContentFile(answer.body, name=name)
            width, height = WillowImage.open(file).get_size()
        # Decoders fail on damaged files in many ways.
        except Exception:
            return None
        digest = hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()
        model = get_image_model()
        found = model.objects.filter(file_hash=digest, collection=self._collection()).first()
        if found is None:
            found = model(
                title=name, file=file, width=width, height=height, file_hash=digest, file_size=len(answer.body)
            )
            found.collection, found.uploaded_by_user = self._collection(), self.run.started_by
            found.save()
        return found.pk

    def _collection(self) -> Collection:
        name = f"Import {self.run.source}"[:255]
        root = Collection.get_first_root_node()
        return root.get_children().filter(name=name).first() or root.add_child(name=name)


def losses(run: ImportRun) -> Counter[str]:
    """Return how often what was lost in the pages of ``run``, by kind."""
    rows = ImportedPage.objects.filter(run=run).values_list("losses", flat=True)
    return Counter(kind for found in rows for kind, _detail in found)


def redirect_published(*, page_id: int) -> int:
    """Lead the old addresses of a published page to it; return how many redirects were made.

    An address at which another page of ours answers stays that page's.
    """
    made = 0
    for row in ImportedPage.objects.filter(page_id=page_id).select_related("page"):
        old = Redirect.normalise_path(row.address)
        if old == Redirect.normalise_path(row.page.get_url() or "/") or not old:  # type: ignore[union-attr]
            continue
        _redirect, is_new = Redirect.objects.get_or_create(
            old_path=old, site=None, defaults={"redirect_page_id": page_id, "is_permanent": True}
        )
        made += is_new
    return made


def report_rows(run: ImportRun) -> Iterator[list[str]]:
    """Yield the report of ``run`` as rows of a table: a line for each page, and one for each thing it lost."""
    yield ["old address", "new address", "title", "state", "why", "lost", "what"]
    for row in ImportedPage.objects.filter(run=run).select_related("page"):
        new = (row.page.get_url() or "") if row.page else ""
        line = [row.address, new, row.title, str(row.get_state_display()), row.reason]
        for kind, detail in row.losses or [["", ""]]:
            yield [_safe(cell) for cell in (*line, kind, detail)]


def _safe(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell[:1] else cell
