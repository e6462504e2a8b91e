"""``manage.py search_eval [DIR…] [--judged]``: measure the search on judged queries (BEIR folders, the admin's)."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.backends import BACKENDS
from search.evaluation import Answer, answers, judged_answers
from search.judgements import mean

#: {backend: {name of the set: figures}}; what a change is compared with.
BASELINE = settings.BASE_DIR / "benchmarks" / "baselines" / "search_eval.json"
#: So much worse than the baseline is an error. The searches repeat exactly, but engines round differently.
TOLERANCE = 0.01
#: Of these more is better; of "zero" less.
BETTER = {"ndcg": 1, "mrr": 1, "recall": 1, "zero": -1}

#: Name of the set of the admin's judged queries; no folder can have it.
JUDGED = "admin/judged"
Sets = dict[str, dict[str, float]]


class Command(BaseCommand):
    """Index each corpus aside (in a transaction that is rolled back) through the site's own analysis and query builder."""

    help = "Prints nDCG@10, MRR@10, recall@10 and the share of queries without hits for BEIR folders or the admin's queries."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folders", nargs="*", type=Path)
        parser.add_argument(
            "--judged", action="store_true", help="measure the judged queries of the admin, over the entries there are"
        )
        parser.add_argument("--backend", default=settings.SEARCH_BACKEND, choices=list(BACKENDS))
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file")
        parser.add_argument("--worst", type=int, default=0, metavar="N", help="print the N worst queries of each set")
        parser.add_argument(
            "--baseline",
            type=Path,
            default=BASELINE,
            metavar="FILE",
            help=f"fail when a figure is worse than here by more than {TOLERANCE} (default: {BASELINE.name}; its absence is no error)",
        )
        parser.add_argument("--update-baseline", action="store_true", help="write the figures into the baseline")

    def handle(self, *args: Any, **options: Any) -> None:
        baseline, backend = options["baseline"], options["backend"]
        known = self._read(baseline)
        figures: Sets = {}
        if not options["folders"] and not options["judged"]:
            raise CommandError("Name folders to measure, or use --judged.")
        sets = [(folder.resolve().name, partial(answers, folder)) for folder in options["folders"]]
        sets += [(JUDGED, judged_answers)] if options["judged"] else []
        for name, measured_by in sets:
            if name in figures:
                raise CommandError(f"Two folders are called {name}.")
            try:
                given = measured_by(backend)
            except ValueError as error:
                raise CommandError(str(error)) from error
            figures[name] = asdict(mean([answer.figures for answer in given]))
            line = " ".join(f"{key} {value:.3f}" for key, value in figures[name].items())
            self.stdout.write(f"{name}: {line} ({len(given)} queries, {backend})")
            self._print_worst(given, options["worst"])
        if options["json"]:
            self._write(options["json"], figures)
        if options["update_baseline"]:
            self._write(baseline, known | {backend: known.get(backend, {}) | figures})
        elif worse := self._worse(figures, known.get(backend, {})):
            raise CommandError("The search got worse:\n" + "\n".join(worse))

    def _print_worst(self, given: list[Answer], count: int) -> None:
        for answer in sorted(given, key=lambda one: (one.figures.ndcg, one.query.pk))[: max(0, count)]:
            wanted = ", ".join(sorted(answer.query.relevant, key=lambda pk: -answer.query.relevant[pk])[:3])
            found = ", ".join(answer.found[:3]) or "nothing"
            self.stdout.write(f"  {answer.figures.ndcg:.3f} “{answer.query.text}” wants {wanted}; found {found}")

    @staticmethod
    def _worse(figures: Sets, before: Sets) -> list[str]:
        """Return a line for each figure that is worse than before. Sets the baseline does not know are not compared."""
        return [
            f"{name} {key}: {values[key]:.3f} instead of {before[name][key]:.3f}"
            for name, values in figures.items()
            for key, sign in BETTER.items()
            if key in before.get(name, {}) and sign * (before[name][key] - values[key]) > TOLERANCE
        ]

    @staticmethod
    def _read(file: Path) -> dict[str, Sets]:
        if file == BASELINE and not file.exists():
            return {}
        try:
            known = json.loads(file.read_text(encoding="utf-8"))
            for sets in known.values():
                for values in sets.values():
                    {key: float(value) for key, value in values.items()}
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error
        except (ValueError, AttributeError, TypeError) as error:
            raise CommandError(f"{file}: is no baseline ({error}). It looks like: {EXAMPLE}") from error
        return dict(known)

    @staticmethod
    def _write(file: Path, data: Any) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(data, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}.") from error


EXAMPLE = '{"database": {"my-set": {"ndcg": 0.5, "mrr": 0.5, "recall": 0.5, "zero": 0.0}}}'
