"""Whether the tokens of a theme can be read: every pair of colours in every mode and section.

The bounds are those of WCAG 2.2: 4.5 for text (1.4.3), 3 for what only marks something (1.4.11),
7 for text when the reader asks for more contrast (1.4.6).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from cms.theming.loading import Chain, Theme

MODES = ("light", "dark")
TEXT, MARKING, MORE = 4.5, 3.0, 7.0
_PAPERS = ("paper", "surface", "surface-2")
#: Foreground, background, least contrast.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, paper, TEXT) for ink, paper in product(("ink", "ink-2", "link", "accent"), _PAPERS)),
    *((tone, paper, TEXT) for tone, paper in product(("good", "warn", "bad", "info", "second"), ("paper", "surface"))),
    *((tone, f"{tone}-tint", TEXT) for tone in ("good", "warn", "bad", "info", "second")),
    *(("ink", f"{tone}-tint", TEXT) for tone in ("good", "warn", "bad", "info", "second")),
    ("ink", "mark", TEXT),
    ("on-accent", "accent-fill", TEXT),
    ("on-deep", "deep", TEXT),
    ("on-deep-2", "deep", TEXT),
    *((mark, paper, MARKING) for mark, paper in product(("line-strong", "focus"), _PAPERS)),
    *(("accent-fill", paper, MARKING) for paper in ("paper", "surface")),
    ("pic-line", "pic-light", MARKING),
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MORE = re.compile(r"@media\s*\(prefers-contrast:\s*more\)\s*\{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TOKEN = re.compile(r"--([\w-]+)\s*:\s*([^;]+);")
_SECTION = re.compile(r'\[data-section="([\w-]+)"\]')
_BOTH = re.compile(r"light-dark\(\s*([^,()]+)\s*,\s*([^,()]+)\s*\)")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Weak:
    """A pair of tokens that can't be told apart well enough, and where."""

    theme: str
    foreground: str
    background: str
    mode: str
    section: str
    more: bool
    reached: float
    least: float

    def __str__(self) -> str:
        where = ", ".join(filter(None, [self.mode, self.section, "more contrast" if self.more else ""]))
        return (
            f"Theme “{self.theme}”: --{self.foreground} on --{self.background} reaches a contrast of "
            f"{self.reached:.2f}; at least {self.least:g} is needed ({where})."
        )


def tokens(theme_chain: Chain, *, mode: str, section: str = "", more: bool = False) -> dict[str, str]:
    """The values that hold in ``mode`` ("light", "dark") and ``section`` ("" for none), by name without dashes.

    ``more``: as for readers who ask for more contrast. ``light-dark()`` and ``var()`` are resolved.
    """
    found: dict[str, str] = {}
    sheets = [_sheet(theme) for theme in theme_chain.parents_first]
    for wanted in ("", section) if section else ("",):
        for plain, strong in sheets:
            for css in (plain, strong) if more else (plain,):
                found.update(_declared(css, wanted))
    return {name: _resolve(name, found, MODES.index(mode)) for name in found}


def weak_pairs(theme_chain: Chain, sections: Iterable[str]) -> Iterator[Weak]:
    """Every pair below its bound, in both modes, without and with each section, with and without more contrast."""
    for mode, section, more in product(MODES, ("", *sections), (False, True)):
        values = tokens(theme_chain, mode=mode, section=section, more=more)
        for foreground, background, least in PAIRS:
            bound = (
                MORE if more and least == TEXT and foreground in ("ink", "ink-2") and background in _PAPERS else least
            )
            reached = ratio(values.get(foreground, ""), values.get(background, ""))
            if reached < bound:
                yield Weak(
                    theme=theme_chain.themes[0].name, foreground=foreground, background=background,
                    mode=mode, section=section, more=more, reached=reached, least=bound,
                )  # fmt: skip


def ratio(one: str, other: str) -> float:
    """Contrast of two colours written as #rgb or #rrggbb, from 1 to 21; 0 when one is not such a colour."""
    pair = [_luminance(color) for color in (one, other)]
    if None in pair:
        return 0.0
    dark, light = sorted(value for value in pair if value is not None)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float | None:
    """Relative luminance as WCAG defines it."""
    match = _HEX.fullmatch(color.strip())
    if not match:
        return None
    digits = match[1] if len(match[1]) == 6 else "".join(digit * 2 for digit in match[1])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _sheet(theme: Theme) -> tuple[str, str]:
    """The tokens and sections of one theme: what always holds, and what holds for more contrast."""
    css = "".join(path.read_text(encoding="utf-8") for path in (theme.tokens, theme.sections_file) if path.is_file())
    css = _COMMENT.sub("", css)
    return _MORE.sub("", css), "".join(_MORE.findall(css))


def _declared(css: str, section: str) -> dict[str, str]:
    """Tokens in the rules of a section; with "" in all rules of no section."""
    found: dict[str, str] = {}
    for selector, body in _RULE.findall(css):
        names = _SECTION.findall(selector)
        if section in names if section else not names:
            found.update({name: value.strip() for name, value in _TOKEN.findall(body)})
    return found


def _resolve(name: str, found: dict[str, str], which: int) -> str:
    value = found[name]
    for _step in range(4):
        value = re.sub(r"var\(--([\w-]+)\)", lambda match: found.get(match[1], ""), value)
    return _BOTH.sub(lambda match: match[which + 1].strip(), value)
