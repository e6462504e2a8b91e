"""Run by this version after the migration: every page answers, can be edited, and all its versions can be read."""

import sys

from django.conf import settings
from django.test import Client
from wagtail.models import Page, Revision

from cms.access.pages import visible_pages
from cms.accounts.models import User
from cms.media.models import CityImage

settings.ALLOWED_HOSTS = ["*"]
public, boss = Client(), Client()
boss.force_login(User.objects.filter(is_superuser=True).first())
seen = set(visible_pages(None).values_list("pk", flat=True))
wrong, versions = [], 0
for page in Page.objects.filter(depth__gt=1).specific():
    if page.live and (public if page.pk in seen else boss).get(page.url, follow=True).status_code != 200:
        wrong.append(page.url)
    if boss.get(f"/admin/pages/{page.pk}/edit/").status_code != 200:
        wrong.append(f"edit {page}")
    versions += len([revision.as_object() for revision in page.revisions.all()])
draft = Page.objects.get(slug="mit-bild").get_latest_revision_as_object()
kept = {
    "the draft keeps its image": draft.body[0].value["image"] == CityImage.objects.get(title="Altes Bild"),
    "the draft keeps its title": draft.title == "Mit Bild, Entwurf",
    "the reader sees the image": "/media/images/alt." in public.get("/mit-bild/").content.decode(),
    "the time stays": Revision.objects.filter(approved_go_live_at__isnull=False).count() == 1,
}
wrong += [name for name, right in kept.items() if not right]
print(f"{Page.objects.count() - 1} pages, {versions} versions; wrong: {wrong or 0}")
sys.exit(bool(wrong))
