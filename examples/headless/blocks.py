"""One small function for each type of block: value of the API -> HTML. ``/api/schema/`` has the type of every value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from .view import View, e
from .words import clock, day, shortened, size

Value = dict[str, Any]


def body(blocks: list[dict[str, Any]], view: View) -> str:
    """Return all blocks. A type that is newer than this front end is left out, never shown raw."""
    return "\n".join(BLOCKS[block["type"]](block["value"], view) for block in blocks if shown(block))


def shown(block: dict[str, Any]) -> bool:
    """Return whether there is something to show: what the reader may not see is null or an empty list."""
    return block["type"] in BLOCKS and bool(block["value"])


def rich_text(value: str, view: View) -> str:
    """Paragraphs."""
    return f'<div class="prose">{view.html(value)}</div>'


def box(value: Value, view: View) -> str:
    """A call-out or an alert."""
    title = f"<h2>{e(value['title'])}</h2>" if value["title"] else ""
    return f'<section class="box box--{e(value["tone"])}">{title}{view.html(value["text"])}</section>'


def accordion(value: list[Value], view: View) -> str:
    """Questions and answers."""
    return "".join(
        f"<details><summary>{e(item['title'])}</summary>{view.html(item['text'])}</details>" for item in value
    )


def steps(value: list[Value], view: View) -> str:
    """What happens in which order."""
    rows = "".join(f"<li><p><strong>{e(item['title'])}</strong></p>{view.html(item['text'])}</li>" for item in value)
    return f"<ol>{rows}</ol>"


def quote(value: Value, view: View) -> str:
    """Words of somebody."""
    source = f"<footer>{e(value['source'])}</footer>" if value["source"] else ""
    return f"<blockquote><p>{e(value['text'])}</p>{source}</blockquote>"


def image(value: Value, view: View) -> str:
    """A picture in all its sizes, with caption and rights."""
    sources = "".join(
        f'<source type="{e(item["type"])}" srcset="{e(item["srcset"])}" sizes="(min-width: 48rem) 40rem, 100vw"'
        + (f' media="{e(item["media"])}"' if item["media"] else "") + ">"
        for item in value["sources"]
    )  # fmt: skip
    caption = f"<span>{e(value['caption'])}</span> " if value["caption"] else ""
    if value["credit"]:
        credit = view.link(value["source_url"], value["credit"]) if value["source_url"] else e(value["credit"])
        licence = f", {e(value['licence'])}" if value["licence"] else ""
        caption += f"<small>{view.word('picture')} {credit}{licence}</small>"
    picture = f"""<picture>{sources}<img src="{e(value["src"])}" width="{e(value["width"])}" height="{e(value["height"])}"
 alt="{e(value["alt"])}" loading="lazy"></picture>"""
    return f"<figure>{picture}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"


def gallery(value: Value, view: View) -> str:
    """Several pictures."""
    pictures = "".join(f"<li>{image(item, view)}</li>" for item in value["images"])
    return f'<section>{heading(value["title"])}<ul class="gallery">{pictures}</ul></section>' if pictures else ""


def drawing(value: Value, view: View) -> str:
    """A drawing of the city's theme, which this front end does not have: its caption."""
    return f"<figure><figcaption>{e(value['caption'])}</figcaption></figure>" if value["caption"] else ""


def video(value: Value, view: View) -> str:
    """A film. One that lies elsewhere is a link, with a word of warning."""
    file, host = value["file"], urlsplit(value["url"]).hostname or ""
    film, load = "", ""
    if file:
        track = (
            f'<track kind="captions" src="{e(value["captions"]["url"])}" srclang="{e(value["captions_language"])}">'
            if value["captions"] else ""
        )  # fmt: skip
        film = f'<video controls preload="none" src="{e(file["url"])}">{track}</video>'
        kind, length = file["file_type"].upper(), size(file["size"] or 0, view.language)
        load = f' <a href="{e(file["url"])}" download>{view.word("video_load", kind=kind, size=length)}</a>'
    elif value["url"]:
        film = f"""<p>{view.word("video_consent", host=host)}</p><p><a href="{view.address(value["url"])}" target="_blank"
 rel="noopener noreferrer">{view.word("video_play", title=value["title"], host=host)} {view.word("new_window")}</a></p>"""
    facts = f", {e(value['length'])}" if value["length"] else ""
    facts += f", {view.word('without_speech')}" if value["without_speech"] else ""
    text = view.html(value["transcript"])
    more = f"<details><summary>{view.word('transcript')}</summary>{text}</details>" if text else ""
    return f"<figure>{film}<figcaption><strong>{e(value['title'])}</strong>{facts}{load}</figcaption>{more}</figure>"


def heading(text: str, level: int = 2) -> str:
    """Return a heading, "" without text."""
    return f"<h{level}>{e(text)}</h{level}>" if text else ""


def table(value: Value, view: View) -> str:
    """Rows and columns."""
    rows = value["rows"]
    head = rows[:1] if value["first_row_is_header"] else []
    caption = f"<caption>{e(value['caption'])}</caption>" if value["caption"] else ""
    top = "".join("".join(f'<th scope="col">{e(cell)}</th>' for cell in row) for row in head)
    lines = []
    for row in rows[len(head) :]:
        first = '<th scope="row">{}</th>' if value["first_column_is_header"] else "<td>{}</td>"
        lines.append(first.format(e(row[0])) + "".join(f"<td>{e(cell)}</td>" for cell in row[1:]) if row else "")
    top = f"<thead><tr>{top}</tr></thead>" if head else ""
    rest = "".join(f"<tr>{line}</tr>" for line in lines)
    name = e(value["caption"]) or view.word("table")
    return f"""<div class="table" tabindex="0" role="region" aria-label="{name}">
<table>{caption}{top}<tbody>{rest}</tbody></table></div>"""


def chart(value: Value, view: View) -> str:
    """Figures: what they say, and the numbers. Whoever likes draws them."""
    unit = f" <small>{view.word('in_unit')} {e(value['unit'])}</small>" if value["unit"] else ""
    caption = f"{value['title']} ({value['unit']})" if value["unit"] else value["title"]
    numbers = table(
        {**value["data"], "caption": caption, "first_row_is_header": True, "first_column_is_header": True}, view
    )
    source = f"<p>{view.word('source')}: {e(value['source'])}</p>" if value["source"] else ""
    return f"""<figure><figcaption><p><strong>{e(value["title"])}</strong>{unit}</p><p>{e(value["summary"])}</p></figcaption>
<details><summary>{view.word("numbers")}</summary>{numbers}</details>{source}</figure>"""


def document(value: Value, view: View, title: str = "", language: str = "") -> str:
    """A file."""
    facts = [value["file_type"].upper()]
    facts += [size(value["size"], view.language)] if value["size"] else []
    facts += [view.words[f"lang_{language}"]] if language else []
    text = e(", ".join(facts))
    if value["version"] > 1:
        text += f" · {view.word('version', number=value['version'], day=day(value['changed'], view.language))}"
        text += f": {e(value['version_note'])}" if value["version_note"] else ""
    barrier = ""
    if value["is_barrier"]:
        ask = f'<a href="{view.address(value["other_form_url"])}">{view.word("other_form")}</a>'
        barrier = f"<p>{view.word('barrier')} {ask}</p>"
    return f'<p><a href="{e(value["url"])}">{e(title or value["title"])} <small>{text}</small></a></p>{barrier}'


def documents(value: Value, view: View) -> str:
    """Several files."""
    found = [
        document(item["document"], view, item["title"], item["language"])
        for item in value["documents"]
        if item["document"]
    ]
    return f"<section>{heading(value['title'])}{''.join(found)}</section>" if found else ""


def links(value: list[Value], view: View) -> str:
    """Links, as a list or as buttons."""
    return view.links(value, "label", "buttons" if any(item.get("style") for item in value) else "link-list")


def teaser(value: Value, view: View) -> str:
    """What leads on to one thing."""
    text = f"<p>{e(value['summary'])}</p>" if value["summary"] else ""
    return f"""<article class="card"><p class="muted">{e(value["label"])}</p>
<h2>{view.link(value["url"], value["title"])}</h2>{text}</article>"""


def topic_list(value: Value, view: View) -> str:
    """What there is about a topic."""
    rows = []
    for item in value["items"]:
        note = day(item["date"], view.language) if item["date"] and value["order"] == "date" else ""
        note = note or ("" if value["kind"] else item["label"])
        small = f" <small>{e(note)}</small>" if note else ""
        text = f"<p>{e(shortened(item['summary'], 24))}</p>" if item["summary"] else ""
        rows.append(f'<li lang="{e(item["language"])}">{view.link(item["url"], item["title"])}{small}{text}</li>')
    return f"<section>{heading(value['title'])}<ul>{''.join(rows)}</ul></section>" if rows else ""


def unit_contact(value: Value, view: View) -> str:
    """How to reach an office."""
    return view.notices_in_full("unit", value["id"]) + contact(value, view)


def contact(unit: Value, view: View, note: str = "", brief: str = "", level: int = 2) -> str:
    """Return title, phone and mail of an office."""
    lines = ""
    if unit["phone"]:
        number = "".join(sign for sign in unit["phone"] if sign.isdigit() or sign == "+")
        lines += f'<li>{view.word("phone")}: <a href="tel:{e(number)}">{e(unit["phone"])}</a></li>'
    if unit["email"]:
        lines += f'<li>{view.word("email")}: <a href="mailto:{e(unit["email"])}">{e(unit["email"])}</a></li>'
    text = f"<p>{e(note)}</p>" if note else ""
    title = f"<h{level}>{view.link(unit['url'], unit['title'])}</h{level}>"
    return f'<section class="card">{title}{text}{brief}<ul class="link-list">{lines}</ul></section>'


def opening_hours(value: Value, view: View) -> str:
    """A place with its hours."""
    return f"""<section><h2>{view.link(value["url"], value["title"])}</h2><p>{e(value["address"])}</p>
{view.notices_in_full("location", value["id"])}{status(value, view)}{hours(value, view)}</section>"""


def status(place: Value, view: View, tag: str = "p") -> str:
    """Return whether a place is open, "" where nobody knows."""
    found = place["status"]
    css = "open" if found and found["is_open"] else "shut"
    return f'<{tag} class="{css}">{e(found["label"])}</{tag}>' if found else ""


def hours(place: Value, view: View) -> str:
    """Return the usual hours as a table, and the days of this week on which others hold."""
    rows = ""
    for number, name in enumerate(view.words["weekdays"].split(), start=1):
        spans = sorted((item for item in place["hours"] if item["weekday"] == number), key=lambda item: item["opens"])
        if spans or (number < 6 and place["hours"]):
            rows += f'<tr><th scope="row">{e(name)}</th><td>{times(spans, view, "<br>")}</td></tr>'
    caption = f'<caption class="unseen">{view.word("hours")}: {e(place["title"])}</caption>'
    days = "".join(
        f"<p>{e(day(item['date'], view.language))}: {e(item['reason'])} – {times(item['spans'], view, ' ')}</p>"
        for item in place["week"]
        if item["reason"]
    )
    return (f"<table>{caption}<tbody>{rows}</tbody></table>" if rows else "") + days


def times(spans: list[Value], view: View, between: str) -> str:
    """Return spans of one day, or "closed"."""
    shown_spans = [
        f"{e(clock(item['opens']))}–{e(clock(item['closes']))}"
        + (f" {view.word('by_appointment')}" if item["by_appointment"] else "")
        for item in spans
    ]
    return between.join(shown_spans) or view.word("closed")


def places(value: Value, view: View) -> str:
    """Places; those with a position are numbered, as on a map."""
    rows, number = "", 0
    for place in value["places"]:
        is_placed = place["latitude"] is not None and place["longitude"] is not None
        number += is_placed
        address = f"<br>{e(place['address'])}" if place["address"] else ""
        free = f"<br>{view.word('step_free')}" if place["barrier_free"] else ""
        rows += f"<li>{number if is_placed else '–'} {view.link(place['url'], place['title'])}{address}{free}</li>"
    return f'<section>{heading(value["title"])}<ul class="link-list">{rows}</ul></section>' if rows else ""


def services(value: Value, view: View) -> str:
    """Services with what they cost."""
    cards = "".join(service_card(item, view) for item in value["services"])
    return f'<section>{heading(value["title"])}<div class="cards">{cards}</div></section>' if cards else ""


def service_card(item: Value, view: View) -> str:
    """Return one service in short."""
    facts = [e(item["fee"])] if item["fee"] else []
    facts += [view.word("online")] if item["is_online"] else []
    facts += [view.word("sample")] if item["is_sample"] else []
    meta = f"<p>{' '.join(f'<span>{fact}</span>' for fact in facts)}</p>" if facts else ""
    text = f"<p>{e(shortened(item['summary'], 28))}</p>" if item["summary"] else ""
    title = f"<h3>{view.link(item['url'], item['title'])}</h3>"
    return f'<article class="card">{title}{text}{meta}{view.notices_in_brief("service", item["id"])}</article>'


def easy_text(value: Value, view: View) -> str:
    """A few short sentences with a picture."""
    picture = image(value["image"], view) if value["image"] else ""
    return f"<section>{heading(value['title'])}{picture}{view.html(value['text'])}</section>"


BLOCKS: dict[str, Callable[[Any, View], str]] = {
    "rich_text": rich_text, "callout": box, "alert": box, "accordion": accordion, "steps": steps, "quote": quote,
    "image": image, "gallery": gallery, "picture": drawing, "video": video, "table": table, "chart": chart,
    "document": document, "documents": documents, "links": links, "buttons": links, "teaser": teaser,
    "topic_list": topic_list, "unit_contact": unit_contact, "opening_hours": opening_hours, "map": places,
    "services": services, "easy_text": easy_text,
}  # fmt: skip
