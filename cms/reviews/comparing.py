"""The history in words: which blocks are new, gone, moved or changed, and in them which words.

Wagtail's own comparison prints what it doesn't know (tables, choices, records) as stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Model
from django.utils.encoding import force_str
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.admin.compare import StreamFieldComparison, diff_text, register_comparison_class
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import StreamField
from wagtail.utils.text import text_from_html

#: (where in the block, what it says), in reading order.
Line = tuple[str, str]


def lines_of(block: Any, value: Any, where: str = "") -> Iterator[Line]:
    """Yield what a block says, field by field; ``where`` names the field from the outside in."""
    if value is None or value == "":
        return
    if isinstance(block, TableBlock):
        yield from _table_lines(value, where)
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from lines_of(child, value.get(name), _join(where, force_str(child.label)))
    elif isinstance(block, blocks.ListBlock):
        for number, item in enumerate(value, 1):
            yield from lines_of(block.child_block, item, _join(where, str(number)))
    elif isinstance(block, blocks.StreamBlock):
        for number, item in enumerate(value, 1):
            yield from lines_of(item.block, item.value, _join(where, f"{number}. {item.block.label}"))
    else:
        text = _text(block, value)
        if text:
            yield where, text


def _join(where: str, name: str) -> str:
    return f"{where} › {name}" if where else name


def _table_lines(value: dict[str, Any], where: str) -> Iterator[Line]:
    if caption := value.get("table_caption"):
        yield _join(where, _("Table caption")), force_str(caption)
    for number, row in enumerate(value.get("data") or [], 1):
        yield _join(where, _("row %(number)s") % {"number": number}), " | ".join(force_str(cell or "") for cell in row)


def _text(block: Any, value: Any) -> str:
    if isinstance(block, blocks.BooleanBlock):
        return str(_("yes") if value else _("no"))
    if isinstance(block, (blocks.ChoiceBlock, blocks.MultipleChoiceBlock)):
        names = dict(_flat(block.field.choices))
        chosen = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(force_str(names.get(one, one)) for one in chosen)
    if isinstance(block, (blocks.RichTextBlock, blocks.RawHTMLBlock)):
        return text_from_html(getattr(value, "source", None) or force_str(value))
    if isinstance(value, Model):
        return force_str(value)
    return force_str(value)


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for key, name in choices:
        if isinstance(name, (list, tuple)):
            yield from _flat(name)
        else:
            yield key, name


class ReadableStreamComparison(StreamFieldComparison):
    """Compares two versions of a body block by block."""

    def htmldiff(self) -> SafeString:
        """Return one paragraph or list a block, in the order of the newer version; gone blocks where they were."""
        before, after = [list(value or []) for value in (self.val_a, self.val_b)]
        old = {child.id: child for child in before}
        new = {child.id for child in after}
        stays = self._unmoved([c.id for c in before if c.id in new], [c.id for c in after if c.id in old])
        parts: list[SafeString] = []
        gone = [child for child in before if child.id not in new]
        for child in after:
            if child.id not in old:
                parts.append(_whole(child, "addition", _("new")))
                continue
            while gone and before.index(gone[0]) < before.index(old[child.id]):
                parts.append(_whole(gone.pop(0), "deletion", _("deleted")))
            parts.append(_both(old[child.id], child, moved=child.id not in stays))
        parts += [_whole(child, "deletion", _("deleted")) for child in gone]
        return format_html_join("\n", "{}", ((part,) for part in parts))

    @staticmethod
    def _unmoved(before: list[str], after: list[str]) -> set[str]:
        matching = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        return {one for match in matching for one in after[match.b : match.b + match.size]}


def _whole(child: Any, css_class: str, word: str) -> SafeString:
    rows = [(f"{where}: " if where else "", text) for where, text in lines_of(child.block, child.value)]
    return format_html(
        '<div class="comparison__child-object {}"><strong>{} ({})</strong>{}</div>',
        css_class, child.block.label, word, format_html_join("", "<div>{}{}</div>", rows),
    )  # fmt: skip


def _both(old: Any, new: Any, *, moved: bool) -> SafeString:
    one, other = dict(lines_of(old.block, old.value)), dict(lines_of(new.block, new.value))
    changed = [
        (where, one.get(where, ""), other.get(where, ""))
        for where in [*other, *(where for where in one if where not in other)]
        if one.get(where) != other.get(where)
    ]
    words = [_("moved")] if moved else []
    words += [_("changed")] if changed else []
    heading = format_html("<strong>{}{}</strong>", new.block.label, f" ({', '.join(words)})" if words else "")
    if not changed:
        begin = Truncator(" ".join(other.values())).chars(90)
        return format_html('<div class="comparison__child-object">{}<div>{}</div></div>', heading, begin)
    rows = ((f"{where}: " if where else "", diff_text(a, b).to_html()) for where, a, b in changed)
    return format_html(
        '<div class="comparison__child-object">{}{}</div>', heading, format_html_join("", "<div>{}{}</div>", rows)
    )


register_comparison_class(StreamField, comparison_class=ReadableStreamComparison)
