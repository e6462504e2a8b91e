"""What the rows of ``fixtures/content.yaml`` say beyond title, summary and body, for each page type."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.conf import settings
from django.utils import timezone
from wagtail.models import Page

from cms.directory.models import Location, OrganisationUnit

from .models import (
    ChapterFootnote,
    ChapterPage,
    ContactPage,
    ContentPage,
    GuidePage,
    HomePage,
    LandingPage,
    PublicationPage,
    SectionPage,
    StepByStepPage,
    Topic,
    TopicPage,
)

TYPES: dict[str, Any] = {
    "home": HomePage,
    "section": SectionPage,
    "content": ContentPage,
    "legal": ContentPage,
    "landing": LandingPage,
    "guide": GuidePage,
    "publication": PublicationPage,
    "chapter": ChapterPage,
    "steps": StepByStepPage,
    "topic": TopicPage,
    "contact": ContactPage,
}


def values_of(model: type[Page], row: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of ``model`` from ``row``; what the row lacks is left empty."""
    return _VALUES[model](row) if model in _VALUES else {}


def page_at(path: str) -> Page | None:
    """Return the page with the address ``path``, None when there is none."""
    code, rest = next(
        ((code, path[len(code) + 2 :]) for code, _name in settings.LANGUAGES if path.startswith(f"/{code}/")),
        (settings.LANGUAGE_CODE, path[1:]),
    )
    home = HomePage.objects.filter(locale__language_code=code).first()
    return Page.objects.filter(url_path=f"{home.url_path}{rest}").first() if home else None


def _texts(*names: str) -> Any:
    return lambda row: {name: row.get(name) or "" for name in names}


def _home(row: dict[str, Any]) -> dict[str, Any]:
    return {"lead": row.get("intro") or ""}


def _section(row: dict[str, Any]) -> dict[str, Any]:
    portal = row["slug"] if row["slug"] in {"intranet", "extranet"} else ""
    return {"intro": row.get("intro") or "", "picture": row.get("picture") or "", "portal": portal}


def _content(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "in_footer": row["type"] == "legal",
        "legal_kind": row.get("legal_kind") or "",
        "reviewed_at": timezone.localdate(),
    }


def _landing(row: dict[str, Any]) -> dict[str, Any]:
    values = _texts("kicker", "picture", "action_label")(row)
    target = page_at(row["action_path"]) if row.get("action_path") else None
    return values | {"action_page": target, "action_url": "" if target else row.get("action_path") or ""}


def _publication(row: dict[str, Any]) -> dict[str, Any]:
    return {**_texts("picture", "publisher", "version")(row), "published_on": row.get("published_on")}


def _chapter(row: dict[str, Any]) -> dict[str, Any]:
    notes = enumerate(row.get("footnotes") or [])
    return {"footnotes": [ChapterFootnote(text=text, sort_order=number) for number, text in notes]}


def _steps(row: dict[str, Any]) -> dict[str, Any]:
    steps = [{"type": "step", "value": _step(step), "id": str(uuid.uuid4())} for step in row["steps"]]
    return {"steps": json.dumps(steps)}


def _step(step: dict[str, Any]) -> dict[str, Any]:
    links = []
    for link in step.get("links") or []:
        page = page_at(link["page"]) if "page" in link else None
        url = "" if page else link.get("url") or link["page"]
        links.append(
            {"label": link["label"], "page": page.pk if page else None, "url": url, "note": link.get("note") or ""}
        )
    return {
        "relation": step.get("relation") or "",
        "title": step["title"],
        "text": step.get("text") or "",
        "links": links,
    }


def _topic_page(row: dict[str, Any]) -> dict[str, Any]:
    return {"topic": Topic.objects.get(slug=row["topic"])}


def _contact(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "unit": OrganisationUnit.objects.filter(slug=row.get("unit")).first(),
        "location": Location.objects.filter(slug=row.get("location")).first(),
        "email": row.get("email") or "",
    }


_VALUES: dict[Any, Any] = {
    HomePage: _home,
    SectionPage: _section,
    ContentPage: _content,
    LandingPage: _landing,
    PublicationPage: _publication,
    ChapterPage: _chapter,
    StepByStepPage: _steps,
    TopicPage: _topic_page,
    ContactPage: _contact,
}
