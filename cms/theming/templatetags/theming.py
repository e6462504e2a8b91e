"""``{% load theming %}``: icons, pictures, and the theme's style sheets and scripts."""

from __future__ import annotations

import functools
import logging
import re
from pathlib import Path
from typing import Any

import lucide
from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from cms.theming.finders import current, token_files

register = template.Library()
logger = logging.getLogger(__name__)

FALLBACK_ICON = "circle"
_PICTURE_NAME = re.compile(r"[a-z0-9-]+")


@functools.lru_cache(maxsize=1024)
def _icon(name: str, size: int, css_class: str, label: str) -> SafeString:
    attributes: dict[str, str] = {"class": f"icon {css_class}".strip()}
    if label:
        attributes |= {"role": "img", "aria-label": label}
    else:
        attributes |= {"aria-hidden": "true", "focusable": "false"}
    try:
        markup = lucide._render_icon(name, size, **attributes)
    except lucide.IconDoesNotExist:
        # Names also come from records (life situations): a typo there must not take a page down.
        logger.warning("Unknown icon %r", name)
        markup = lucide._render_icon(FALLBACK_ICON, size, **attributes)
    markup = re.sub(r"\s*\n\s*", " ", markup).replace("> <", "><")
    return mark_safe(markup)  # noqa: S308  (from the locked icon package; attributes are escaped by it)


@register.simple_tag
def icon(name: str, size: int = 20, css_class: str = "", label: str = "") -> SafeString:
    """An icon of the lucide set, inline. Decorative unless it gets a ``label``."""
    return _icon(str(name or FALLBACK_ICON), int(size), str(css_class), str(label))


@functools.lru_cache(maxsize=256)
def _picture_source(name: str) -> str | None:
    found = finders.find(f"pictures/{name}.svg") if _PICTURE_NAME.fullmatch(name) else None
    if not found:
        logger.warning("Unknown picture %r", name)
        return None
    source = Path(str(found)).read_text(encoding="utf-8")
    source = re.sub(r"<\?xml.*?\?>|<!--.*?-->|<title>.*?</title>", "", source, flags=re.DOTALL)
    return re.sub(r">\s+<", "><", source).strip()


@register.simple_tag
def picture(name: str, alt: str = "", css_class: str = "") -> SafeString:
    """One of the theme's drawings (``static/pictures/<name>.svg``), inline so that it follows the tokens.

    Empty ``alt`` marks it decorative. An unknown name draws nothing.
    """
    source = _picture_source(str(name))
    if source is None:
        return mark_safe("")
    if alt:
        opening = format_html('<svg class="picture {}" role="img" aria-label="{}" ', css_class, alt)
    else:
        opening = format_html('<svg class="picture {}" aria-hidden="true" focusable="false" ', css_class)
    return mark_safe(source.replace("<svg ", opening, 1))  # noqa: S308  (our own file)


@register.simple_tag
def theme_styles() -> SafeString:
    """Links to the tokens and style sheets of the theme chain, the parent's first."""
    found = current()
    preloads = format_html_join(
        "\n",
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>',
        ((static(path),) for path in found.merged("preload")),
    )
    paths = [path for theme in found.parents_first for path in (*token_files(theme), *theme.styles)]
    links = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(path),) for path in paths))
    return format_html("{}\n{}", preloads, links)


@register.simple_tag(takes_context=True)
def theme_icons(context: dict[str, Any]) -> SafeString:
    """Icon, icon of the home screen, description as an app, and the picture for previews of shared links.

    Those who preview need the whole address of the picture; all else stays relative.
    """
    found = current()
    links = [
        ("icon", found.first("icon"), ' type="image/svg+xml"'),
        ("apple-touch-icon", found.first("touch_icon"), ""),
        ("manifest", found.first("app"), ""),
    ]
    parts = [
        format_html('<link rel="{}" href="{}"{}>', rel, static(path), mark_safe(more))  # noqa: S308  (ours)
        for rel, path, more in links
        if path
    ]
    request, social = context.get("request"), found.first("social")
    # A page that says "wrong host" has none to name.
    if social and request is not None and request.resolver_match is not None:
        address = request.build_absolute_uri(static(social))
        parts.append(format_html('<meta property="og:image" content="{}">', address))
        parts.append(mark_safe('<meta property="og:type" content="website">'))
    return mark_safe("\n".join(parts))  # noqa: S308  (made by format_html)


@register.simple_tag
def theme_scripts(place: str = "body") -> SafeString:
    """Script elements of the theme chain; ``place="head"`` gives the few that must run before painting."""
    found = current()
    if place == "head":
        return format_html_join(
            "\n", '<script src="{}"></script>', ((static(p),) for p in found.merged("head_scripts"))
        )
    return format_html_join("\n", '<script src="{}" defer></script>', ((static(p),) for p in found.merged("scripts")))


@register.filter
def is_below(path: str, url: str) -> bool:
    """Whether ``path`` lies below ``url``; every path lies below "/", which says nothing, hence False."""
    return len(url) > 1 and str(path).startswith(str(url))


@register.filter
def initials(value: Any) -> str:
    """First letters of the first and last word: "Karl Musterwein" -> "KM"."""
    words = [word for word in str(value).split() if word[:1].isalpha() and not word.endswith(".")]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words))


@register.filter
def euros(cents: int | None) -> str:
    """Integer cents as an amount in the active language: 3700 -> "37,00 €"."""
    from django.utils.formats import number_format

    if cents is None:
        return ""
    return f"{number_format(int(cents) / 100, decimal_pos=2, force_grouping=True)}\N{NO-BREAK SPACE}€"


@register.filter
def letters(word: str) -> list[str]:
    """The letters of a word, to be set as single sorts."""
    return list(str(word))


@register.filter
def tel(number: Any) -> str:
    """Address for a telephone link: "06131 12-3333" -> "tel:+496131123333", "115" -> "tel:115"."""
    digits = re.sub(r"[^\d+]", "", str(number))
    return "tel:" + (f"+49{digits[1:]}" if digits.startswith("0") and not digits.startswith("00") else digits)


class _Sample(template.Node):
    """What stands between ``sample`` and ``endsample``, rendered and as it was written."""

    def __init__(self, nodes: template.NodeList, source: str) -> None:
        self.nodes, self.source = nodes, source

    def render(self, context: Any) -> SafeString:
        shown = self.nodes.render(context)
        code = format_html(
            '<details class="sample__code no-print"><summary>{}</summary><pre tabindex="0"><code>{}</code></pre></details>',
            _("Code"),
            self.source,
        )
        return format_html('<div class="sample"><div class="sample__shown">{}</div>{}</div>', shown, code)


@register.tag
def sample(parser: template.base.Parser, token: template.base.Token) -> _Sample:
    """``{% sample %}…{% endsample %}``: a component with the code that made it, for the page of components."""
    source = []
    for item in reversed(parser.tokens):
        if item.contents == "endsample":
            break
        is_tag = item.token_type == template.base.TokenType.BLOCK
        is_value = item.token_type == template.base.TokenType.VAR
        source.append(
            f"{{% {item.contents} %}}" if is_tag else f"{{{{ {item.contents} }}}}" if is_value else item.contents
        )
    nodes = parser.parse(("endsample",))
    parser.delete_first_token()
    return _Sample(nodes, "".join(source).strip())
