"""``make bench``: run the measurements of all areas, or of one, and print one line a figure."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from pathlib import Path

import django


def main() -> int:
    """Run the areas; return 1 when a figure that must be reached is not."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", default="", help="one area: the name of an app or plugin")
    parser.add_argument("--full", action="store_true", help="also what takes longer than ten minutes")
    options = parser.parse_args()
    django.setup()
    areas = [
        item.name.removeprefix("bench_")
        for item in pkgutil.iter_modules([str(Path(__file__).parent)])
        if item.name.startswith("bench_")
    ]
    if options.only and options.only not in areas:
        parser.error(f"no area {options.only!r}; there are: {', '.join(areas)}")
    figures = []
    for area in areas:
        if options.only in ("", area):
            module = importlib.import_module(f"benchmarks.bench_{area}")
            for figure in module.figures(full=options.full):
                print(figure, flush=True)
                figures.append(figure)
    reached = sum(figure.reached for figure in figures)
    print(f"{reached} of {len(figures)} figures reached")
    return 0 if reached == len(figures) else 1


if __name__ == "__main__":
    sys.exit(main())
