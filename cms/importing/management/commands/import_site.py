"""``manage.py import_site``: bring the pages of an existing site over as drafts."""

from __future__ import annotations

import csv
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from wagtail.models import Page

from cms.importing import services, sources
from cms.importing.converting import Surroundings
from cms.importing.models import ImportedPage, ImportRun


class Command(BaseCommand):
    """Reads a sitemap (http address), a folder of saved pages or a JSON dump. Safe to run again."""

    help = "Bring the pages of an existing site over as drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Source, place, and what to try first."""
        parser.add_argument("source", help="address of a sitemap, folder of HTML files, HTML file or JSON dump")
        parser.add_argument(
            "--parent", required=True, help="path of the page below which the drafts are made: /kultur/"
        )
        parser.add_argument("--selector", default="", help="CSS selector of the element that holds the text")
        parser.add_argument("--limit", type=int, help="so many pages at most")
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would come over and what would be lost"
        )
        parser.add_argument("--report", type=Path, help="write a CSV file with every page and every loss")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it here and now. Raises CommandError with the reason."""
        try:
            if options["dry_run"]:
                self._try(options)
            else:
                self._run(options)
        except (sources.SourceError, services.NotNow) as error:
            raise CommandError(str(error)) from error

    def _parent(self, path: str) -> Page:
        wanted = "/" + path.strip("/")
        for page in Page.objects.filter(slug=wanted.rpartition("/")[2] or "mainz", depth__gt=1):
            if "/" + (page.get_url() or "").strip("/") == wanted:
                return page
        found = Page.objects.filter(depth=2).first() if wanted == "/" else None
        if found is None:
            raise CommandError(f"There is no page at {path}.")
        return found

    def _try(self, options: dict[str, Any]) -> None:
        found: Counter[str] = Counter()
        count = 0
        for page in sources.read(options["source"], limit=options["limit"]):
            count += 1
            if page.problem:
                self.stdout.write(f"{page.address}: {page.problem}")
                continue
            html = ("<!--fragment-->" if page.is_fragment else "") + page.html
            nothing = Surroundings(page_at=lambda _address: None, image_from=lambda _url: None, base=page.url)
            try:
                made = services.converted(html, nothing, selector=options["selector"], title=page.title)
            except ValueError as error:
                self.stdout.write(f"{page.address}: {error}")
                continue
            found.update(kind for kind, _detail in made.losses)
        self.stdout.write(f"{count} pages. Nothing was written.")
        self._losses(found)

    def _run(self, options: dict[str, Any]) -> None:
        parent = self._parent(options["parent"])
        run = ImportRun(source=options["source"], parent=parent, selector=options["selector"], limit=options["limit"])
        run.save()
        services.carry_out(run)
        if run.state == ImportRun.State.FAILED:
            raise CommandError(run.error)
        states = Counter(ImportedPage.objects.filter(run=run).values_list("state", flat=True))
        for state, number in states.most_common():
            self.stdout.write(f"{number:6} {ImportedPage.State(state).label}")
        self._losses(services.losses(run))
        if options["report"]:
            with options["report"].open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(services.report_rows(run))

    def _losses(self, found: Counter[str]) -> None:
        for kind, number in found.most_common():
            self.stdout.write(f"{number:6} lost: {kind}")
