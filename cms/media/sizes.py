"""The sizes and formats in which a picture exists: few, the same everywhere, never larger than the picture."""

from __future__ import annotations

from dataclasses import dataclass

from .models import CityImage

WIDTHS = (320, 640, 960, 1280, 1920)
#: One picture in the oldest format that is left, for browsers without AVIF and WebP.
FALLBACK_WIDTH = 960
FORMATS = {"avif": "image/avif", "webp": "image/webp"}
#: Shapes a template may cut a picture to, around its focal point; "" leaves it as it is.
RATIOS = {"": None, "16:9": (16, 9), "3:2": (3, 2), "4:3": (4, 3), "1:1": (1, 1)}


@dataclass(frozen=True)
class Sizes:
    """Filter specs of a picture: ``sources`` by format from small to large, ``fallback`` of the ``img`` element."""

    sources: dict[str, tuple[str, ...]]
    fallback: str

    def all(self) -> list[str]:
        """Return every spec, the one nobody can do without first."""
        return [self.fallback, *(spec for specs in self.sources.values() for spec in specs)]


def sizes_of(image: CityImage, ratio: str = "") -> Sizes:
    """Return the sizes of ``image`` cut to ``ratio``. Raises KeyError for a ratio that is none of ``RATIOS``."""
    shape = RATIOS[ratio]
    largest = image.width if shape is None else max(1, min(image.width, image.height * shape[0] // shape[1]))
    widths = [width for width in WIDTHS if width < largest]
    if len(widths) < len(WIDTHS):
        widths.append(largest)

    def spec(width: int, kind: str) -> str:
        if shape is None:
            return f"width-{width}|format-{kind}"
        return f"fill-{width}x{max(1, round(width * shape[1] / shape[0]))}|format-{kind}"

    # A drawing with few colours or a transparent ground stays sharp as PNG, a photo stays small as JPEG.
    last = "png" if image.file.name.lower().endswith((".png", ".gif")) else "jpeg"
    # The frames of an animation are lost when it is resized: only its still picture is made.
    kinds = ("webp",) if image.animated else tuple(FORMATS)
    return Sizes(
        sources={kind: tuple(spec(width, kind) for width in widths) for kind in kinds},
        fallback=spec(min(FALLBACK_WIDTH, largest), last),
    )
