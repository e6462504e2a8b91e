"""What tests share: roles, a small city, clients."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client
from django.utils import translation
from wagtail.models import Collection, Locale, Page, PageViewRestriction, Site
from wagtail_localize.models import Translation

from cms.access.models import AccessRule
from cms.access.rules import rule_book
from cms.accounts import rights
from cms.accounts.models import User
from cms.accounts.roles import AGENT_GROUP, EDITORS_GROUP, STAFF_GROUP, set_up_roles
from cms.caching import versions
from cms.caching.middleware import near
from cms.content.models import ContentPage, HomePage, SectionPage
from cms.directory.models import Location, OpeningHours, OrganisationUnit
from cms.integrations import services as integrations
from cms.integrations.models import Integration
from cms.notices import serving
from cms.plugins import switches
from plugins.services.models import Service, ServiceFee, ServiceLocation, ServicePaper, ServiceResponsibility
from search import curation, facets, scope, synonyms
from search.backends.elasticsearch import memory
from tests.cms.integrations.calls import Caller


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Ids come again after each rollback; Wagtail finds renditions, and a process its rules, by their ids."""
    translation.deactivate()  # a request leaves its language behind
    cache.clear()
    near.clear()
    rule_book.clear()
    switches.forget()
    serving.forget()
    synonyms.remembered.forget()
    curation.bets.forget()
    scope.forget()
    facets.forget()
    memory.clear()
    versions.forget()


@pytest.fixture
def roles(db: None) -> dict[str, Group]:
    """The standard groups with their permissions."""
    # Tests that commit empty the database after them, and with it a right that a migration made.
    kind = ContentType.objects.get_for_model(Translation)
    Permission.objects.get_or_create(content_type=kind, codename="submit_translation", defaults={"name": "-"})
    return set_up_roles()


def make_user(name: str, *groups: Group, **values: Any) -> User:
    """Create a user in ``groups``."""
    address = f"{name.replace('ü', 'ue')}@mainz.example"
    user = User.objects.create_user(name, address, "geheimes-wort-1", **values)
    user.groups.set(groups)
    return user


@pytest.fixture
def staff_user(roles: dict[str, Group]) -> User:
    return make_user("mitarbeit", roles[STAFF_GROUP])


@pytest.fixture
def agent_user(roles: dict[str, Group]) -> User:
    return make_user("agent", roles[STAFF_GROUP], roles[AGENT_GROUP])


@pytest.fixture
def editor_user(roles: dict[str, Group]) -> User:
    return make_user("redaktion", roles[STAFF_GROUP], roles[EDITORS_GROUP])


@pytest.fixture
def citizen(roles: dict[str, Group]) -> User:
    return make_user("bürgerin")


def client_of(user: User) -> Client:
    """Return a client signed in as ``user``."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def staff_rule(roles: dict[str, Group]) -> AccessRule:
    return AccessRule.objects.for_groups(roles[STAFF_GROUP])


@pytest.fixture
def home(roles: dict[str, Group]) -> HomePage:
    """The start page as root of the site."""
    locale = Locale.objects.get_or_create(language_code="de")[0]
    # Tests that commit empty the database after them, and with it the root that a migration made.
    root = Page.objects.filter(depth=1).first() or Page.add_root(title="Root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")
    page = root.add_child(instance=HomePage(title="Mainz", slug="start", locale=locale))
    Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "root_page": page})
    return page


def make_page(parent: Page, title: str, model: type[Page] = ContentPage, **values: Any) -> Page:
    """Create a live page below ``parent``."""
    return parent.add_child(instance=model(title=title, locale=parent.locale, **values))


def restrict(page: Page, *groups: Group) -> PageViewRestriction:
    """Restrict ``page`` to ``groups``; without groups to everybody who signed in."""
    kind = PageViewRestriction.GROUPS if groups else PageViewRestriction.LOGIN
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=kind)
    restriction.groups.set(groups)
    return restriction


@pytest.fixture
def intranet(home: HomePage, roles: dict[str, Group]) -> SectionPage:
    """A staff-only section with a page below."""
    section = make_page(home, "Intranet", SectionPage, portal="intranet", show_in_menus=True)
    restrict(section, roles[STAFF_GROUP])
    make_page(section, "Zwiebelkuchenrezept der Kantine")
    return section


def make_location(name: str = "Bürgerservice", **values: Any) -> Location:
    """Create a location open Monday to Friday 8 to 12 and Thursday 14 to 18."""
    location = Location(
        slug=name.lower().replace(" ", "-").replace("ü", "ue"), street="Große Bleiche", city="Mainz", **values
    )
    location.set_texts({("name", "de"): name})
    spans = [(day, time(8), time(12)) for day in range(5)] + [(3, time(14), time(18))]
    location.hours.set([OpeningHours(weekday=day, opens=opens, closes=closes) for day, opens, closes in spans])
    location.save()
    return location


def make_unit(name: str = "Bürgeramt", code: str = "33", **values: Any) -> OrganisationUnit:
    """Create a unit."""
    slug = values.pop("slug", name.lower().replace(" ", "-").replace("ü", "ue"))
    unit = OrganisationUnit(slug=slug, office_code=code, phone="06131 12-0033", **values)
    unit.set_texts({("name", "de"): name})
    unit.save()
    return unit


def make_service(
    title: str = "Personalausweis beantragen", texts: dict[str, str] | None = None, **values: Any
) -> Service:
    """Create a published service with one fee and one paper."""
    slug = values.pop(
        "slug", title.lower().replace(" ", "-").translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    )
    unit, location = values.pop("unit", None), values.pop("location", None)
    service = Service(slug=slug, **values)
    service.set_texts({("title", "de"): title, **{(field, "de"): text for field, text in (texts or {}).items()}})
    service.fees.set([ServiceFee(label={"de": "Ausweis"}, amount_cents=3700)])
    service.papers.set([ServicePaper(label={"de": "Biometrisches Foto"})])
    service.responsibilities.set([ServiceResponsibility(unit=unit)] if unit else [])
    service.places.set([ServiceLocation(location=location)] if location else [])
    service.save()
    return service


@pytest.fixture
def integration(roles: dict[str, Group]) -> Integration:
    """A system of another office whose account is an editor of the whole city."""
    made = integrations.create_integration(name="Baustellenkoordination", contact="tiefbau@mainz.example")
    rights.assign(user=made.account, role=roles[EDITORS_GROUP])
    return made


@pytest.fixture
def caller_with(integration: Integration) -> Any:
    """Return a function that returns a caller with a key of these scopes."""

    def make(*scopes: str, **values: Any) -> Caller:
        return Caller(integrations.create_key(integration=integration, name="Test", scopes=scopes, **values)[1])

    return make
