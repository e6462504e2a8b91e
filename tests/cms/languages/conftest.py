"""Start pages in three languages and people who translate and release."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Locale, Page

from cms.accounts.models import User
from cms.accounts.roles import EASY_RELEASERS_GROUP, EDITORS_GROUP, SIGN_RELEASERS_GROUP, STAFF_GROUP
from cms.content.models import HomePage
from tests.conftest import make_user


def start_in(home: Page, code: str) -> HomePage:
    """Create the live start page in another language."""
    locale = Locale.objects.get_or_create(language_code=code)[0]
    page = home.copy_for_translation(locale)
    Page.objects.filter(pk=page.pk).update(live=True)
    return HomePage.objects.get(pk=page.pk)


def twin_of(page: Page, above: Page, title: str, **values: Any) -> Page:
    """Create a live translation of ``page`` below ``above``, as a person would by hand."""
    made = above.add_child(
        instance=type(page)(title=title, locale=above.locale, translation_key=page.translation_key, **values)
    )
    Page.objects.filter(pk=made.pk).update(live=True)
    return type(page).objects.get(pk=made.pk)


@pytest.fixture
def english(home: Any) -> HomePage:
    return start_in(home, "en")


@pytest.fixture
def easy(home: Any) -> HomePage:
    return start_in(home, "de-simple")


@pytest.fixture
def page_rights(roles: dict[str, Group]) -> None:
    """Editors and releasers may do everything with pages below the root."""
    root = Page.objects.get(depth=1)
    for codename in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        for name in (EDITORS_GROUP, EASY_RELEASERS_GROUP, SIGN_RELEASERS_GROUP):
            GroupPagePermission.objects.create(group=roles[name], page=root, permission=permission)


@pytest.fixture
def editor(roles: dict[str, Group], page_rights: None) -> User:
    return make_user("redaktion", roles[STAFF_GROUP], roles[EDITORS_GROUP])


@pytest.fixture
def releaser(roles: dict[str, Group], page_rights: None) -> User:
    return make_user("freigabe", roles[STAFF_GROUP], roles[EDITORS_GROUP], roles[EASY_RELEASERS_GROUP])


@pytest.fixture
def sign_releaser(roles: dict[str, Group], page_rights: None) -> User:
    return make_user("gebaerden", roles[STAFF_GROUP], roles[EDITORS_GROUP], roles[SIGN_RELEASERS_GROUP])
