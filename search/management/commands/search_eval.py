"""``manage.py search_eval DIR…``: measure the search on judged queries (BEIR folders)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.backends import BACKENDS
from search.evaluation import evaluate


class Command(BaseCommand):
    """Index each corpus aside (in a transaction that is rolled back) through the site's own analysis and query builder."""

    help = "Prints nDCG@10, MRR@10, recall@10 and the share of queries without hits for BEIR folders."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="+", type=Path)
        parser.add_argument("--backend", default=settings.SEARCH_BACKEND, choices=list(BACKENDS))
        parser.add_argument("--json", type=Path, help="write the figures to this file")
        parser.add_argument("--baseline", type=Path, help="fail when a figure is below this file's by more than 0.01")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            figures = {folder.name: evaluate(folder, options["backend"]) for folder in options["folders"]}
        except ValueError as error:
            raise CommandError(str(error)) from error
        for name, values in figures.items():
            line = " ".join(f"{key} {value:.3f}" for key, value in values.items())
            self.stdout.write(f"{name}: {line}")
        if options["json"]:
            options["json"].write_text(json.dumps(figures, indent=1))
        if options["baseline"]:
            before = json.loads(options["baseline"].read_text())
            worse = [
                f"{name} {key}: {values[key]:.3f} instead of {before[name][key]:.3f}"
                for name, values in figures.items()
                for key in ("ndcg", "mrr", "recall")
                if name in before and values[key] < before[name][key] - 0.01
            ]
            if worse:
                raise CommandError("The search got worse:\n" + "\n".join(worse))
