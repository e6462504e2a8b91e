"""Makes the web fonts of ``themes/city`` from the OFL fonts in the ``font-source-*`` wheels.

Subset and compressed to WOFF2. The licence reserves the name "Source" for the unmodified
originals, so the cut-down files carry our own family names.
"""

from __future__ import annotations

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

# Basic Latin, Latin-1, Latin Extended-A (Polish, Turkish, Romanian, Croatian …), the punctuation
# German and English texts use, arrows and the few signs our templates print.
UNICODES = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x218, 0x219, 0x21A, 0x21B, 0x1E9E),
    *(0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E),
    *(0x2020, 0x2022, 0x2026, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x202F, 0x2009, 0x200B, 0x00AD),
    *(0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2264, 0x2265),
)
# Oldstyle figures for running text, lining and tabular ones for amounts and tables.
FEATURES = ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "case", "lnum", "onum", "pnum", "tnum"]


@dataclass(frozen=True)
class Cut:
    package: str
    source: str
    target: str
    family: str


SERIF, SANS = "font_source_serif_pro", "font_source_sans_pro"
CUTS = (
    Cut(SERIF, "SourceSerifPro-Semibold.ttf", "serif-600.woff2", "Mogontia Serif"),
    Cut(SERIF, "SourceSerifPro-Regular.ttf", "serif-400.woff2", "Mogontia Serif"),
    Cut(SANS, "SourceSansPro-Regular.ttf", "sans-400.woff2", "Mogontia Sans"),
    Cut(SANS, "SourceSansPro-It.ttf", "sans-400-italic.woff2", "Mogontia Sans"),
    Cut(SANS, "SourceSansPro-Semibold.ttf", "sans-600.woff2", "Mogontia Sans"),
)


def source_folder(package: str) -> Path:
    """Folder of the fonts in an installed ``font-source-*`` wheel."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {package.replace('_', '-')} is not installed.")
    return Path(spec.origin).parent / "files"


def make(cut: Cut, folder: Path) -> Path:
    """Write one WOFF2 file; the same input gives the same bytes."""
    options = subset.Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.hinting = False
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    options.recalc_timestamp = False
    font = TTFont(source_folder(cut.package) / cut.source, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=UNICODES)
    subsetter.subset(font)
    style = cut.target.removesuffix(".woff2")
    for record in list(font["name"].names):
        new = {1: cut.family, 3: f"Mogontia {style}", 4: f"Mogontia {style}", 6: f"Mogontia-{style}"}.get(record.nameID)
        if new is not None:
            record.string = new
    target = folder / cut.target
    subset.save_font(font, str(target), options)
    return target


def make_all(folder: Path) -> list[Path]:
    """All cuts and their licences."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [make(cut, folder) for cut in CUTS]
    for package, name in ((SERIF, "OFL-serif.txt"), (SANS, "OFL-sans.txt")):
        shutil.copyfile(source_folder(package) / "LICENSE.txt", folder / name)
    return made
