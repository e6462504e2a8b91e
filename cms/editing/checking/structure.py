"""Checks of what carries meaning without being seen: headings, links, alternative texts, tables, colours.

Sources: WCAG 2.2, success criteria 1.1.1 (alternative texts), 1.3.1 (headings, tables), 1.4.3 (contrast),
2.4.4 (link texts), 2.4.6 (headings).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from bs4 import BeautifulSoup
from django.utils.translation import gettext as _

from .findings import Finding, Piece, links_of

#: Link texts that say nothing out of their sentence.
VAGUE = frozenset(
    [
        "hier",
        "hier klicken",
        "klicken sie hier",
        "klick hier",
        "mehr",
        "mehr lesen",
        "mehr dazu",
        "mehr erfahren",
        "mehr infos",
        "mehr informationen",
        "weiter",
        "weiterlesen",
        "weitere informationen",
        "weitere infos",
        "details",
        "link",
        "dieser link",
        "zum link",
        "siehe hier",
        "dort",
        "diese seite",
        "seite",
        "download",
        "herunterladen",
        "pdf",
        "here",
        "click here",
        "click",
        "more",
        "read more",
        "learn more",
        "more information",
        "more info",
        "this link",
        "this page",
        "continue",
        "go",
    ]
)
_ADDRESS = re.compile(r"^(https?://|www\.)\S+$|^\S+\.(de|com|org|net|eu|info|html?)(/\S*)?$", re.IGNORECASE)
_FILE = re.compile(
    r"\.(avif|gif|jpe?g|png|svg|webp|tiff?)$|^(img|dsc|image|bild|foto|screenshot)[\s_-]*\d+", re.IGNORECASE
)
_OF_A_PICTURE = re.compile(
    r"^(ein |das |an? |the )?(bild|foto|fotografie|grafik|abbildung|picture|image|photo)( von| of|:| zeigt)",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?<![-\w])(color|background(?:-color)?)\s*:\s*(#[0-9a-f]{3,6})\b", re.IGNORECASE)


def headings(title: str, shown: list[tuple[Piece, str]]) -> Iterator[Finding]:
    """Yield levels that are left out and headings without text. ``shown``: each block of the body with its HTML."""
    level = 1  # the page's title
    last = title
    for piece, html in shown:
        for tag in BeautifulSoup(html, "html.parser").find_all(re.compile("^h[1-6]$")):
            text = tag.get_text(" ", strip=True)
            if not text and not tag.find("img", alt=True):
                yield piece.finding(
                    rule="heading_empty",
                    message=_("A heading has no text."),
                    cure=_("Delete the line, or write what the section is about."),
                )
                continue
            own = int(tag.name[1])
            if own > level + 1:
                yield piece.finding(
                    rule="heading_order",
                    message=_("“%(text)s” is a heading of level %(own)d after one of level %(before)d (“%(last)s”).")
                    % {"text": text[:60], "own": own, "before": level, "last": last[:60]},
                    cure=_("Make it level %(level)d. Headings are an outline, not a size of letters.")
                    % {"level": level + 1},
                    excerpt=text,
                )
            elif own == 1:
                yield piece.finding(
                    rule="heading_order",
                    message=_("“%(text)s” is a heading of level 1; that is the title of the page.")
                    % {"text": text[:60]},
                    cure=_("Make it level 2."),
                    excerpt=text,
                )
            level, last = own, text


def links(found: list[Piece]) -> Iterator[Finding]:
    """Yield link texts that say nothing, that are addresses, or that stand for different targets."""
    targets: dict[str, dict[str, Piece]] = defaultdict(dict)
    for piece in found:
        for text, target in links_of(piece):
            plain = " ".join(text.lower().strip(" .…:»>→!").split())
            if not plain or plain in VAGUE:
                yield piece.finding(
                    rule="link_text",
                    message=_("The link “%(text)s” does not say where it leads.") % {"text": text or "–"},
                    cure=_("Link the words that name the target, such as “Apply for an identity card”."),
                    excerpt=text,
                )
            elif _ADDRESS.match(text.strip()) and not target.startswith(("mailto:", "tel:")):
                yield piece.finding(
                    rule="link_address",
                    message=_("The link text is an address: %(text)s") % {"text": text[:80]},
                    cure=_("Write what is to be found there; a screen reader spells addresses out."),
                    excerpt=text,
                )
            else:
                targets[plain].setdefault(target.rstrip("/"), piece)
    for text, places in targets.items():
        if len(places) > 1:
            yield list(places.values())[-1].finding(
                rule="link_same_text",
                message=_("“%(text)s” leads to %(n)d different targets.") % {"text": text[:80], "n": len(places)},
                cure=_("Give each link a text of its own."),
                excerpt=text,
            )


def pictures(found: list[Piece]) -> Iterator[Finding]:
    """Yield alternative texts that are missing, file names, or say that a picture is a picture."""
    for piece in found:
        if piece.kind == "picture":
            shown = [piece.value]
        elif piece.soup is not None:
            shown = [
                (str(tag.get("alt") or ""), tag.get("alt") == "", str(tag.get("src") or tag.get("id") or ""))
                for tag in piece.soup.find_all(["img", "embed"])
                if tag.name == "img" or tag.get("embedtype") == "image"
            ]
        else:
            continue
        for alt, decorative, title in shown:
            if decorative:
                continue
            if not alt.strip():
                yield piece.finding(
                    rule="alt_text",
                    message=_("A picture has no alternative text."),
                    cure=_("Say what it shows, or mark it as decoration."),
                    excerpt=title,
                )
            elif _FILE.search(alt.strip()):
                yield piece.finding(
                    rule="alt_text",
                    message=_("The alternative text “%(text)s” is the name of a file.") % {"text": alt},
                    cure=_("Say what the picture shows."),
                    excerpt=alt,
                )
            elif _OF_A_PICTURE.match(alt.strip()):
                yield piece.finding(
                    rule="alt_text",
                    message=_("The alternative text “%(text)s” says that this is a picture.") % {"text": alt},
                    cure=_("Begin with what is to be seen; screen readers announce pictures anyway."),
                    excerpt=alt,
                )


def tables(found: list[Piece]) -> Iterator[Finding]:
    """Yield tables without header cells, and header cells without text."""
    for piece in found:
        if piece.kind == "table":
            data = piece.value.get("data") or []
            column, row = piece.value.get("first_col_is_header"), piece.value.get("first_row_is_table_header")
            heads = (data[0] if row and data else []) or []
            if data and not column and not row:
                yield _without_head(piece)
            # The corner above a column of headers may stay empty.
            elif any(not str(cell or "").strip() for cell in heads[1 if column else 0 :]):
                yield _empty_head(piece)
        elif piece.kind == "typed table":
            if any(not str(column["heading"] or "").strip() for column in piece.value.columns):
                yield _empty_head(piece)
        elif piece.soup is not None:
            for tag in piece.soup.find_all("table"):
                if not tag.find("th"):
                    yield _without_head(piece)


def _without_head(piece: Piece) -> Finding:
    return piece.finding(
        rule="table_header",
        message=_("A table has no header cells."),
        cure=_("Mark the first row, or the first column, as header."),
    )


def _empty_head(piece: Piece) -> Finding:
    return piece.finding(
        rule="table_header",
        message=_("A header cell of a table is empty."),
        cure=_("Write what the column holds."),
    )


def colours(found: list[Piece]) -> Iterator[Finding]:
    """Yield colours of text and ground that were set in the text itself (by import) and stand too close: below 4.5 to 1."""
    for piece in found:
        if piece.soup is None:
            continue
        for tag in piece.soup.find_all(style=True):
            set_here = {name.lower()[:5]: value for name, value in _COLOUR.findall(str(tag["style"]))}
            if not set_here:
                continue
            ratio = contrast(set_here.get("color", "#1a1a1a"), set_here.get("backg", "#ffffff"))
            if ratio < 4.5:
                yield piece.finding(
                    rule="contrast",
                    message=_("The contrast of text and ground is %(ratio).1f to 1.") % {"ratio": ratio},
                    cure=_("Remove the colours; the design of the city has checked ones."),
                    excerpt=tag.get_text(" ", strip=True),
                )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (#rgb or #rrggbb), 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits.ljust(6, "0")[:6]
    shares = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
