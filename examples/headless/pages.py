"""Start page, pages and services: what the API says -> the content of <main>."""

from __future__ import annotations

from typing import Any

from .blocks import body, contact, heading, hours, status
from .view import View, e
from .words import day

Answer = dict[str, Any]


def page(number: str, view: View) -> tuple[Answer, str]:
    """Return a page as the API tells it, and its content."""
    found = view.api.get(f"pages/{number}/", expand="children,notices", language=view.language)
    return found, start_page(found, view) if found["page_type"] == "homepage" else content_page(found, view)


def start_page(found: Answer, view: View) -> str:
    """The greeting, what is wanted most, what is open, and the sections."""
    own = found["own"]
    parts = [f"<h1>{e(own['lead'] or found['title'])}</h1>", lead(found["summary"])]
    wishes = "".join(
        f"<li>{view.link(item['url'], item['title'])} <small>{e(item['fee'])}</small></li>" for item in own["wishes"]
    )
    parts.append(section(view.words["wishes"], f'<ul class="columns">{wishes}</ul>' if wishes else ""))
    parts.append(section(view.words["situations"], view.links(own["situations"], css="columns")))
    places = "".join(
        f"<li>{view.link(item['url'], item['title'])} {status(item, view, 'span')}</li>" for item in own["open_places"]
    )
    everywhere = f'<p><a href="{view.address(f"{view.api.site}/standorte/")}">{view.word("all_places")}</a></p>'
    parts.append(section(view.words["open_places"], f"<ul>{places}</ul>{everywhere}" if places else ""))
    call = f'<p><a class="number" href="tel:115">115</a></p><p>{view.word("call_hours")}</p>'
    parts.append(section(view.words["or_call" if places else "call"], call))
    parts.append(body(found["body"], view))
    cards = "".join(card(item, view) for item in found["children"] if item["in_menu"])
    parts.append(section(view.words["sections"], f'<div class="cards">{cards}</div>' if cards else ""))
    return "\n".join(parts)


def content_page(found: Answer, view: View) -> str:
    """Any other page: title, summary, body, pages below."""
    own, is_section = found["own"], found["page_type"] == "sectionpage"
    parts = [part_of(found["part_of"], view), f"<h1>{e(found['title'])}</h1>"]
    parts.append(lead(own.get("intro") or found["summary"]))
    parts.append(body(found["body"], view))
    if own.get("reviewed_on"):
        parts.append(f"<p>{view.word('reviewed')}: {e(day(own['reviewed_on'], view.language))}</p>")
    if is_section:
        cards = "".join(card(item, view) for item in found["children"])
        parts.append(section(view.words["section"], f'<div class="cards">{cards}</div>' if cards else ""))
    else:
        parts.append(view.links(found["children"]))
    return "\n".join(parts)


def part_of(steps: list[Answer], view: View) -> str:
    """The step-by-steps a page belongs to."""
    rows = "".join(
        f"<li>{view.link(item['url'], item['title'])}<br>"
        f"{view.word('step')} {e(item['number'])}: {view.link(item['step_url'], item['step_title'])}</li>"
        for item in steps
    )
    return f'<aside class="box"><p>{view.word("part_of")}</p><ul>{rows}</ul></aside>' if rows else ""


def lead(text: str) -> str:
    """The first sentences."""
    return f'<p class="lead">{e(text)}</p>' if text else ""


def section(title: str, content: str, anchor: str = "") -> str:
    """Return content under a heading, "" for none."""
    name = f' id="{anchor}"' if anchor else ""
    return f"<section{name}>{heading(title)}{content}</section>" if content.strip() else ""


def card(item: Answer, view: View) -> str:
    """A page in short."""
    text = f"<p>{e(item['summary'])}</p>" if item["summary"] else ""
    return f'<article class="card"><h3>{view.link(item["url"], item["title"])}</h3>{text}</article>'


def service(number: str, view: View) -> tuple[Answer, str]:
    """Return a service as the API tells it, and its content."""
    found = view.api.get(f"services/{number}/", expand="units,locations", language=view.language)
    at = {item["location_id"]: item for item in found["at_locations"]}
    places = sorted(found["locations"], key=lambda item: not (item["status"] and item["status"]["is_open"]))
    parts = [f"<h1>{e(found['title'])}</h1>"]
    if found["is_sample"]:
        parts.append(f"<p>{view.word('sample')} {view.word('sample_text')}</p>")
    parts += [lead(found["summary"]), view.notices_in_full("service", found["id"]), at_a_glance(found, places, view)]
    for name in ("body", "requirements", "procedure"):
        parts.append(section(view.words[name], view.html(found[name])))
    parts.append(section(view.words["papers"], papers(found, view), "papers"))
    parts.append(section(view.words["fees"], fees(found, view)))
    time = f"{e(found['processing_time'])} {e(found['processing_time_note'])}".strip()
    parts.append(section(view.words["time"], f"<p>{time}</p>" if time else ""))
    ways = "".join(
        f"<li>{view.link(item['url'], item['label'])} <small>{view.word('way_' + item['way'])}</small></li>"
        for item in found["online_services"]
    )
    parts.append(section(view.words["ways"], f"<ul>{ways}</ul>" if ways else ""))
    notes = {item["unit_id"]: item["note"] for item in found["at_units"]}
    units = "".join(
        contact(unit, view, notes.get(unit["id"], ""), view.notices_in_brief("unit", unit["id"]), 3)
        for unit in found["units"]
    )
    parts.append(section(view.words["responsible"], units))
    legal = "".join(
        f"<li>{view.link(item['url'], item['label']) if item['url'] else e(item['label'])}</li>"
        for item in found["legal_bases"]
    )
    parts.append(section(view.words["legal"], f"<ul>{legal}</ul>" if legal else ""))
    parts.append(section(view.words["belongs"], view.links(found["life_situations"])))
    where = "".join(place(item, at[item["id"]], number <= 4, view) for number, item in enumerate(places, start=1))
    parts.append(section(view.words["places"], where, "places"))
    return found, "\n".join(parts)


def at_a_glance(found: Answer, places: list[Answer], view: View) -> str:
    """The answer to most questions, above all else."""
    facts = []
    if found["fee"]:
        facts.append(("fee", e(found["fee"])))
    if found["papers"]:
        more = f' … <a href="#papers">{view.word("all_papers")}</a>' if len(found["papers"]) > 3 else ""
        facts.append(("bring", ", ".join(e(paper["label"]) for paper in found["papers"][:3]) + more))
    if found["processing_time"]:
        facts.append(("how_long", e(found["processing_time"])))
    if places:
        first = places[0]
        more = f'<br><a href="#places">{view.word("all_of_them", number=len(places))}</a>' if len(places) > 1 else ""
        where = f"{view.link(first['url'], first['title'])}<br>{e(first['address'])}"
        now = status(first, view, "span")
        facts.append(("where", f"{where}{'<br>' if now else ''}{now}{more}"))
    if found["units"]:
        unit = found["units"][0]
        number = f"<br>{view.link('tel:' + unit['phone'].replace(' ', ''), unit['phone'])}" if unit["phone"] else ""
        facts.append(("who", view.link(unit["url"], unit["title"]) + number))
    rows = "".join(f"<div><dt>{view.word(name)}</dt><dd>{text}</dd></div>" for name, text in facts)
    apply = "".join(
        f'<p><a class="button" href="{view.address(item["url"])}">{e(item["label"])} ({view.word("another_site")})</a></p>'
        for item in found["online_services"]
        if item["way"] == "online"
    )
    return f'<section class="box" aria-label="{view.word("glance")}"><dl>{rows}</dl>{apply}</section>'


def papers(found: Answer, view: View) -> str:
    """What to bring along."""
    rows = ""
    for item in found["papers"]:
        text = e(item["label"]) + ("" if item["required"] else f" ({view.word('only_if')})")
        note = f"<br><small>{e(item['note'])}</small>" if item["note"] else ""
        rows += f"<li>{text}{note}</li>"
    return (f"<ul>{rows}</ul>" if rows else "") + view.html(found["papers_note"])


def fees(found: Answer, view: View) -> str:
    """What it costs."""
    rows = ""
    for item in found["fees"]:
        condition = f"<br><small>{e(item['condition'])}</small>" if item["condition"] else ""
        rows += f'<tr><th scope="row">{e(item["label"])}{condition}</th><td>{e(item["amount"])}</td></tr>'
    head = f'<th scope="col">{view.word("what_for")}</th><th scope="col">{view.word("amount")}</th>'
    caption = f'<caption class="unseen">{view.word("fees")}</caption><thead class="unseen"><tr>{head}</tr></thead>'
    return (f"<table>{caption}<tbody>{rows}</tbody></table>" if rows else "") + view.html(found["fee_note"])


def place(item: Answer, at: Answer, with_hours: bool, view: View) -> str:
    """Where it is done, and when; with the hours of the week for the first few."""
    facts = [e(item["address"])]
    if at["duration_minutes"]:
        facts.append(view.word("takes", number=at["duration_minutes"]))
    if at["appointment_url"]:
        label = f"{view.words['book']}: {item['title']}"
        facts.append(view.link(at["appointment_url"], label))
    parts = [f"<h3>{view.link(item['url'], item['title'])}</h3><p>{' · '.join(facts)}</p>"]
    parts.append(view.notices_in_full("location", item["id"]))
    if item["status"] and with_hours:
        whole = view.api.get(f"locations/{item['id']}/", language=view.language)
        summary = f"{status(whole, view, 'span')} {view.word('hours')}"
        parts.append(f"<details><summary>{summary}</summary>{hours(whole, view)}</details>")
    else:
        parts.append(status(item, view))
    return "".join(parts)
