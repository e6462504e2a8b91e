"""Draws what can't be SVG: icons of home screens and the picture that previews of shared links show.

Both show the mark of ``themes/city``: a sort, one letter of metal type with the nick in its foot.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from cms.theming.fonts import SERIF, source_folder

RED, FOOT, WHITE, PAPER, INK, RHINE = "#b1121b", "#7d0b12", "#ffffff", "#faf7f2", "#1b1d20", "#223947"
#: File name and side in pixels; the second and third are what browsers ask of an app.
ICONS = (("touch-icon.png", 180), ("app-192.png", 192), ("app-512.png", 512))
SOCIAL, SOCIAL_SIZE, WORD = "social.png", (1200, 630), "MAINZ"
_SCALE = 4  # drawn larger and reduced, so that edges are smooth


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(source_folder(SERIF) / "SourceSerifPro-Semibold.ttf"), size)


def _sort(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], letter: str, face: str, foot: str, ink: str
) -> None:
    """One sort inside ``box`` (left, top, right, bottom)."""
    left, top, right, bottom = box
    width, edge = right - left, (bottom - top) * 13 // 100
    draw.rounded_rectangle(box, radius=width // 16, fill=foot)
    draw.rounded_rectangle((left, top, right, bottom - edge), radius=width // 16, fill=face)
    draw.text(
        ((left + right) // 2, (top + bottom - edge) // 2), letter, font=_font(width * 7 // 10), fill=ink, anchor="mm"
    )


def make_icon(target: Path, side: int) -> Path:
    """Write the mark as a square PNG; it fills the square, so that systems may cut its corners."""
    large = side * _SCALE
    image = Image.new("RGB", (large, large), RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, large * 86 // 100, large, large), fill=FOOT)
    draw.text((large // 2, large * 43 // 100), WORD[0], font=_font(large * 62 // 100), fill=WHITE, anchor="mm")
    image.resize((side, side), Image.Resampling.LANCZOS).save(target, optimize=True)
    return target


def make_social(target: Path) -> Path:
    """Write the preview of shared links: the city's name set in sorts on a composing stick."""
    wide, high = (length * 2 for length in SOCIAL_SIZE)
    image = Image.new("RGB", (wide, high), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, wide, 36), fill=RED)
    size, gap, top = 380, 24, 400
    left = (wide - len(WORD) * size - (len(WORD) - 1) * gap) // 2
    for number, letter in enumerate(WORD):
        at = left + number * (size + gap)
        colours = (RED, FOOT, WHITE) if number == 0 else (WHITE, "#cfc6b6", INK)
        _sort(draw, (at, top, at + size, top + 460), letter, *colours)
    draw.rectangle((left - 40, top + 476, wide - left + 40, top + 500), fill=RHINE)
    draw.rectangle((left - 40, top - 60, left - 16, top + 500), fill=RHINE)
    image.resize(SOCIAL_SIZE, Image.Resampling.LANCZOS).quantize(64).save(target, optimize=True)
    return target


def make_images(folder: Path) -> list[Path]:
    """All of them, into ``folder``."""
    return [*(make_icon(folder / name, side) for name, side in ICONS), make_social(folder / SOCIAL)]
