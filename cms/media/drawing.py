"""Pictures for the demo, drawn with few lines: sky, river, hills, the cathedral's towers, wooden letters."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1920, 1280)
Colour = tuple[int, int, int]


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    strip = Image.new("RGB", (1, 256))
    for row in range(256):
        part = row / 255
        strip.putpixel((0, row), tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True)))
    return strip.resize(SIZE, Image.Resampling.BICUBIC)


def _ridge(draw: ImageDraw.ImageDraw, height: int, swing: int, colour: Colour, phase: float) -> None:
    width = SIZE[0]
    line = [
        (x, height + swing * math.sin(x / 300 + phase) + swing / 3 * math.sin(x / 90 + phase * 2))
        for x in range(0, width + 20, 20)
    ]
    draw.polygon([*line, (width, SIZE[1]), (0, SIZE[1])], fill=colour)


def river() -> Image.Image:
    """An evening on the Rhine."""
    chance = random.Random(1)  # noqa: S311
    image = _sky((52, 70, 110), (244, 168, 110))
    draw = ImageDraw.Draw(image)
    draw.ellipse((1200, 520, 1400, 720), fill=(255, 226, 160))
    _ridge(draw, 640, 18, (70, 74, 96), 0.4)
    for x in range(80, 1100, 90):
        top = 520 + chance.randrange(60)
        draw.ellipse((x, top, x + 34, 690), fill=(46, 56, 70))
    draw.rectangle((0, 680, *SIZE), fill=(82, 92, 122))
    for _wave in range(700):
        y = 690 + int(590 * chance.random() ** 1.4)
        length = 20 + (y - 680) // 4
        centre = 1300 + chance.gauss(0, 90 + (y - 680) / 3) if chance.random() < 0.5 else chance.random() * SIZE[0]
        tone = (250, 196, 140) if abs(centre - 1300) < 120 + (y - 680) / 3 else (104, 116, 148)
        draw.line((centre - length, y, centre + length, y), fill=tone, width=1 + (y - 680) // 160)
    return image


def cathedral() -> Image.Image:
    """Towers over roofs in the morning."""
    image = _sky((186, 206, 226), (250, 238, 220))
    draw = ImageDraw.Draw(image)
    stone, shade = (168, 82, 70), (134, 62, 56)
    draw.rectangle((420, 620, 1500, 980), fill=stone)
    draw.polygon([(400, 620), (1520, 620), (1440, 500), (480, 500)], fill=(92, 104, 118))
    for x, top, width in (
        (470, 380, 130),
        (640, 440, 90),
        (880, 240, 200),
        (1140, 440, 90),
        (1260, 330, 150),
        (1420, 420, 90),
    ):
        draw.rectangle((x, top, x + width, 700), fill=shade)
        draw.polygon([(x - 12, top), (x + width + 12, top), (x + width / 2, top - width)], fill=(74, 90, 104))
        for y in range(top + 30, 660, 80):
            draw.rounded_rectangle((x + width * 0.35, y, x + width * 0.65, y + 46), 14, fill=(58, 36, 38))
    chance = random.Random(2)  # noqa: S311
    for x in range(-60, SIZE[0], 150):
        top, wall = 850 + chance.randrange(120), chance.choice([(238, 226, 206), (228, 204, 178), (214, 196, 186)])
        draw.rectangle((x, top, x + 150, SIZE[1]), fill=wall)
        draw.polygon([(x - 10, top), (x + 160, top), (x + 75, top - 110)], fill=(150, 78, 60))
        for row in range(top + 50, SIZE[1], 110):
            for column in (x + 30, x + 90):
                draw.rectangle((column, row, column + 32, row + 56), fill=(86, 98, 112))
    return image


def hills() -> Image.Image:
    """Vineyards south of the city."""
    image = _sky((116, 170, 214), (226, 238, 240))
    draw = ImageDraw.Draw(image)
    for height, colour, phase in ((560, (140, 170, 150), 0.2), (700, (108, 150, 96), 1.7), (860, (84, 130, 66), 3.1)):
        _ridge(draw, height, 70, colour, phase)
    for row in range(22):
        x = row * 110 - 240
        draw.line((960 + (x - 960) * 0.35, 900, x, SIZE[1]), fill=(62, 100, 50), width=10 + abs(row - 11))
    for x, y, size in ((300, 200, 150), (1380, 160, 190)):
        for step in range(4):
            left = x + step * size * 0.5
            draw.ellipse((left, y - size * 0.2 * (step % 2), left + size, y + size * 0.6), fill=(250, 252, 252))
    return image


def letters() -> Image.Image:
    """Wooden type on paper."""
    image = Image.new("RGB", SIZE, (244, 236, 220))
    draw = ImageDraw.Draw(image)
    chance = random.Random(3)  # noqa: S311
    for row in range(4):
        for column in range(6):
            x, y = 60 + column * 305, 50 + row * 300
            ink = (178, 28, 36) if chance.random() < 0.35 else (38, 34, 32)
            draw.rounded_rectangle((x, y, x + 270, y + 265), 8, fill=(206, 176, 132))
            stem = chance.choice(("left", "both", "bowl"))
            draw.rectangle((x + 50, y + 35, x + 95, y + 230), fill=ink)
            if stem == "both":
                draw.rectangle((x + 175, y + 35, x + 220, y + 230), fill=ink)
                draw.rectangle((x + 95, y + 112, x + 175, y + 152), fill=ink)
            elif stem == "bowl":
                draw.arc((x + 40, y + 35, x + 225, y + 165), -90, 90, fill=ink, width=42)
            else:
                draw.rectangle((x + 95, y + 190, x + 220, y + 230), fill=ink)
    return image


MOTIFS: dict[str, Callable[[], Image.Image]] = {
    "river": river, "cathedral": cathedral, "hills": hills, "letters": letters
}  # fmt: skip


def draw_picture(motif: str) -> bytes:
    """Return a JPEG of a motif. Raises KeyError for one that does not exist."""
    image = MOTIFS[motif]().filter(ImageFilter.GaussianBlur(1.2))
    grain = Image.effect_noise(SIZE, 14).convert("RGB")
    buffer = BytesIO()
    Image.blend(image, grain, 0.05).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


def draw_scan(title: str) -> bytes:
    """Return a PDF whose page is a picture of a plan, as a scanner makes it: no text, no tags."""
    page = Image.new("RGB", (1240, 1754), (246, 242, 230))
    draw = ImageDraw.Draw(page)
    chance = random.Random(title)  # noqa: S311
    for _plot in range(60):
        x, y = chance.randrange(100, 1000), chance.randrange(200, 1500)
        draw.rectangle(
            (x, y, x + chance.randrange(60, 160), y + chance.randrange(60, 160)), outline=(90, 80, 70), width=3
        )
    for y in (500, 980, 1350):
        draw.line((60, y, 1180, y + 60), fill=(170, 150, 120), width=26)
    buffer = BytesIO()
    page.save(buffer, "PDF", resolution=150)
    return buffer.getvalue()
