"""Load ``fixtures/content.yaml``: the tree of pages, documents and who may edit what."""

from __future__ import annotations

import json
import uuid
from io import BytesIO
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from wagtail.models import (
    Collection,
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    PageViewRestriction,
    Site,
)

from cms.access.rules import STAFF_GROUP
from cms.accounts import rights
from cms.accounts.models import RoleAssignment, User
from cms.accounts.roles import EDITORS_GROUP, EXTRANET_GROUP, SECTION_EDITORS_GROUP
from cms.plugins.registry import providers

from .blocks import BODY_BLOCKS
from .demo_blocks import stored
from .demo_values import TYPES, page_at, values_of
from .models import CityDocument, HomePage, PageTopic, ShortLink, SitePage, Topic
from .pdf import write_pdf

AUDIENCES = {"staff": [STAFF_GROUP], "extranet": [EXTRANET_GROUP, STAFF_GROUP]}


def load(data: dict[str, Any], report: Any) -> None:
    """Create pages and documents that don't exist yet; existing ones stay as edited."""
    for code in ("de", "en"):
        Locale.objects.get_or_create(language_code=code)
    documents = {row["slug"]: _document(row) for row in data.get("documents", [])}
    for row in data.get("topics", []):
        _topic(row)
    rows = data.get("pages", [])
    root = Page.objects.get(depth=1)
    loader = _Loader(documents)
    for row in rows:
        loader.page(row, root)
    home = HomePage.objects.filter(locale__language_code="de").first()
    if home:
        _site(home)
        _permissions(home)
    for row in data.get("short_links", []):
        ShortLink.objects.get_or_create(name=row["name"], defaults=_target(row["path"]) | {"note": row["note"]})
    report(f"{loader.count} pages, {len(documents)} documents")


def _site(home: HomePage) -> None:
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    if site.root_page_id != home.pk:
        site.root_page = home
        site.site_name = "Mogontia"
        site.save()
        # Wagtail's welcome page goes when nothing of ours stands below it.
        Page.objects.filter(depth=2, slug="home", numchild=0).exclude(pk=home.pk).delete()


def _permissions(home: HomePage) -> None:
    """Editors edit all pages and media; section editors get a role on their section, from the account's fixture."""
    from cms.operations.demo import demo_accounts

    editors, section_editors = Group.objects.get(name=EDITORS_GROUP), Group.objects.get(name=SECTION_EDITORS_GROUP)
    page_rights = Permission.objects.filter(
        content_type__app_label="wagtailcore",
        codename__in=["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
    )
    homes = HomePage.objects.all()
    for permission in page_rights:
        for page in homes:
            GroupPagePermission.objects.get_or_create(group=editors, page=page, permission=permission)
    for account in demo_accounts():
        section = Page.objects.filter(slug=account.get("section") or "").first()
        user = User.objects.filter(username=account["username"]).first()
        if section and user and not RoleAssignment.objects.filter(user=user).exists():
            rights.assign(
                user=user, role=section_editors, scope=RoleAssignment.Scope.PAGE, scope_id=section.pk, note="Demo"
            )
    # Wagtail checks rights on documents by its own model's permissions, whatever model is in use.
    media_rights = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"],
        codename__in=[
            "add_image",
            "change_image",
            "choose_image",
            "add_document",
            "change_document",
            "choose_document",
        ],
    )
    for permission in media_rights:
        GroupCollectionPermission.objects.get_or_create(
            group=editors, collection=Collection.get_first_root_node(), permission=permission
        )


def _topic(row: dict[str, Any]) -> None:
    if not Topic.objects.filter(slug=row["slug"]).exists():
        topic = Topic(slug=row["slug"])
        topic.set_texts({(name, code): text for name in ("title", "summary") for code, text in row[name].items()})
        topic.save()


def _target(path: str) -> dict[str, Any]:
    """Return the page at ``path``, or the path where there is no page."""
    page = page_at(path)
    return {"page": page} if page else {"path": path}


def _collection(audience: str) -> Collection:
    root = Collection.get_first_root_node()
    if audience == "public":
        return root
    found = Collection.objects.filter(name=audience).first()
    if found is None:
        found = root.add_child(name=audience)
        restriction = CollectionViewRestriction.objects.create(
            collection=found, restriction_type=CollectionViewRestriction.GROUPS
        )
        restriction.groups.set(Group.objects.filter(name__in=AUDIENCES[audience]))
    return found


def _document(row: dict[str, Any]) -> CityDocument:
    found = CityDocument.objects.filter(title=row["title"]).first()
    if found:
        return found
    buffer = BytesIO()
    write_pdf(buffer, row["title"], row["file_text"])
    document = CityDocument(title=row["title"], collection=_collection(row.get("audience", "public")))
    document.file.save(f"{row['slug']}.pdf", ContentFile(buffer.getvalue()), save=False)
    document._set_document_file_metadata()
    document.save()
    return document


class _Loader:
    """Walks the tree of the fixture."""

    def __init__(self, documents: dict[str, CityDocument]) -> None:
        self.documents = documents
        self.count = 0
        self.core_blocks = {name for name, _block in BODY_BLOCKS}
        # Plugins translate the fixtures of their own blocks.
        self.plugin_blocks = {
            name: build for found in providers("demo_blocks").values() for name, build in found.items()
        }
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self.owner = User.objects.filter(groups__name=EDITORS_GROUP).first()

    def page(self, row: dict[str, Any], parent: Page, audience: str = "public") -> None:
        """Create one page with its English twin and everything below it."""
        self.count += 1
        model = TYPES[row["type"]]
        page = model.objects.child_of(parent).filter(slug=row["slug"]).first()
        if page is None:
            page = self._create(model, row, parent, self.locales["de"])
        own = row.get("audience", audience)
        if own != audience and not PageViewRestriction.objects.filter(page=page).exists():
            restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
            restriction.groups.set(Group.objects.filter(name__in=AUDIENCES[own]))
        self._twin(model, row, page)
        for child in row.get("children") or []:
            self.page(child, page, own)

    def _twin(self, model: type[SitePage], row: dict[str, Any], page: Page) -> None:
        english = row.get("en")
        if not english or page.get_translation_or_none(self.locales["en"]):
            return
        parent = page.get_parent().specific
        above = parent if isinstance(page, HomePage) else self._nearest_twin(parent)
        if above is None:
            return
        slug = english.get("slug") or f"{row['slug']}-en"
        twin_row = {**row, **english, "slug": slug, "title_en": None}
        self._create(model, twin_row, above, self.locales["en"], translation_key=page.translation_key)

    def _nearest_twin(self, page: Page) -> Page | None:
        while page.depth > 1:
            twin = page.get_translation_or_none(self.locales["en"])
            if twin:
                return twin
            page = page.get_parent()
        return None

    def _create(
        self,
        model: type[Any],
        row: dict[str, Any],
        parent: Page,
        locale: Locale,
        translation_key: uuid.UUID | None = None,
    ) -> Page:
        values: dict[str, Any] = {
            "title": row["title"],
            "slug": row["slug"],
            "summary": row.get("summary") or "",
            "show_in_menus": bool(row.get("show_in_menus")),
            "locale": locale,
            "owner": self.owner,
            "body": json.dumps([block for block in (self._block(item) for item in row.get("body") or []) if block]),
            "translation_key": translation_key or uuid.uuid4(),
        }
        values |= values_of(model, row)
        page = model(**values)
        page.page_topics = [PageTopic(topic=topic) for topic in Topic.objects.filter(slug__in=row.get("topics") or [])]
        page = parent.add_child(instance=page)
        page.save_revision(user=self.owner).publish()
        return page

    def _block(self, item: dict[str, Any]) -> dict[str, Any] | None:
        """Return a block of the fixture as StreamField data; None for a reference that doesn't exist."""
        kind, value = item["type"], item["value"]
        if kind not in self.plugin_blocks and kind not in self.core_blocks:
            return None
        if kind in self.plugin_blocks:
            value = self.plugin_blocks[kind](value)
        else:
            kind, value = stored(kind, value, self.documents)
        return {"type": kind, "value": value, "id": str(uuid.uuid4())} if value else None
