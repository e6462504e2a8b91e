"""Load ``fixtures/languages.yaml``: Leichte Sprache, sign language, and translations in every state."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from wagtail.models import Collection, GroupPagePermission, Locale, Page

from cms.accounts.models import User
from cms.accounts.roles import EASY_RELEASERS_GROUP, EDITORS_GROUP, SIGN_RELEASERS_GROUP
from cms.content.models import CityDocument
from cms.operations.demo import FIXTURES

from .models import EasyCheck, SignLanguagePage

WRITING = ("add_page", "change_page")
EASY_LOCALE = "de-simple"


def load(data: dict[str, Any], report: Any) -> None:
    """Create pages that don't exist yet; existing ones stay as edited."""
    releaser = User.objects.filter(groups__name=EASY_RELEASERS_GROUP).first()
    editor = User.objects.filter(groups__name=EDITORS_GROUP).first()
    if releaser is None or editor is None or not data:
        return
    locale = Locale.objects.get_or_create(language_code=EASY_LOCALE)[0]
    made = sum(_easy(row, locale, releaser) for row in data.get("easy", []))
    made += sum(_sign(row, releaser) for row in data.get("sign", []))
    for row in data.get("outdated", []):
        _change_source(row, editor)
    for row in data.get("begun", []):
        made += _begin(row, editor)
    report(f"{made} pages")


def _german(slug: str) -> Page | None:
    return Page.objects.filter(slug=slug, locale__language_code="de", depth__gt=1).specific().first()


def _allow(group: str, page: Page, codenames: tuple[str, ...]) -> None:
    permissions = Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=codenames)
    for permission in permissions:
        GroupPagePermission.objects.get_or_create(
            group=Group.objects.get(name=group), page=Page.objects.get(pk=page.pk), permission=permission
        )


def _blocks(*blocks: tuple[str, Any]) -> str:
    return json.dumps([{"type": kind, "value": value, "id": str(uuid.uuid4())} for kind, value in blocks])


def _easy(row: dict[str, Any], locale: Locale, releaser: User) -> int:
    source = _german(row["of"])
    if source is None or source.get_translation_or_none(locale):
        return 0
    above = source.get_parent()
    while above.depth > 1 and not above.get_translation_or_none(locale):
        above = above.get_parent()
    above = above.get_translation_or_none(locale) or above
    page = type(source)(
        title=row["title"],
        slug=row["slug"],
        summary=row["summary"],
        locale=locale,
        translation_key=source.translation_key,
        owner=releaser,
        body=_blocks(*(("easy_text", {"image": None, **part}) for part in row["parts"])),
    )
    if "portal" in row:
        page.portal = row["portal"]
    page = above.specific.add_child(instance=page)
    if above.depth == 1:
        _allow(EASY_RELEASERS_GROUP, page, (*WRITING, "publish_page"))
        _allow(EDITORS_GROUP, page, WRITING)
    page.save_revision(user=releaser).publish(user=releaser)
    if check := row.get("checked"):
        EasyCheck.objects.create(page_id=page.pk, checked_by=check["by"], checked_on=check["date"])
    return 1


def _film(name: str | None, title: str) -> CityDocument | None:
    if name is None:
        return None
    document = CityDocument(title=title, collection=Collection.get_first_root_node())
    document.file.save(name, ContentFile((FIXTURES / "films" / name).read_bytes()), save=False)
    document._set_document_file_metadata()
    document.save()
    return document


def _sign(row: dict[str, Any], releaser: User) -> int:
    above = _german(row["below"])
    if above is None or SignLanguagePage.objects.child_of(above).exists():
        return 0
    page = SignLanguagePage(
        title=row["title"],
        slug=row["slug"],
        summary=row["summary"],
        poster=row["poster"],
        film=_film(row.get("film"), row["title"]),
        translated_by=row.get("translated_by", ""),
        owner=releaser,
        locale=above.locale,
        body=_blocks(("rich_text", row["text"])),
    )
    page = above.add_child(instance=page)
    _allow(SIGN_RELEASERS_GROUP, page, ("change_page", "publish_page"))
    releaser = User.objects.get(pk=releaser.pk)  # rights are remembered on the person
    page.save_revision(user=releaser).publish(user=releaser)
    return 1


def _change_source(row: dict[str, Any], editor: User) -> None:
    source = _german(row["of"])
    if source is None or row["title"] in json.dumps(list(source.body.raw_data), ensure_ascii=False):
        return
    source.body.append(("callout", {"tone": "info", "title": row["title"], "text": row["text"]}))
    source.save_revision(user=editor).publish(user=editor)


def _begin(row: dict[str, Any], editor: User) -> int:
    source = _german(row["of"])
    english = Locale.objects.get(language_code="en")
    if source is None or source.get_translation_or_none(english):
        return 0
    page = source.copy_for_translation(english, copy_parents=True, exclude_fields=["body"])
    page.title, page.slug, page.summary, page.owner = row["title"], row["slug"], row["summary"], editor
    page.draft_title = row["title"]
    page.save()
    page.save_revision(user=editor)
    return 1
