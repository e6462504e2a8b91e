"""Notices: who sees which where and when, who may write them, and emergencies from one form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from cms.access.models import AccessRule
from cms.accounts import rights
from cms.accounts.models import RoleAssignment
from cms.events.models import Event
from cms.notices import services
from cms.notices.models import Notice
from cms.notices.serving import current, next_change
from cms.notifications.models import Mail
from cms.plugins.references import uses_of
from search.indexing import project_pending
from tests.conftest import client_of, make_location, make_page, make_service, make_unit, make_user

pytestmark = pytest.mark.django_db
Place, Severity = Notice.Place, Notice.Severity


def make_notice(title: str = "Brücke gesperrt", **values: Any) -> Notice:
    """Create a notice of the whole site."""
    values.setdefault("text", {"de": "Bitte fahren Sie über die andere."})
    return services.save_notice(notice=Notice(headline={"de": title}, **values))


@pytest.fixture
def publisher(roles: Any) -> Any:
    return make_user("lagezentrum", roles["emergency publishers"], first_name="Bärbel", last_name="Andruck")


def shown(client: Any, path: str, words: str = "Brücke gesperrt") -> bool:
    return words in client.get(path).content.decode()


# --- where ---------------------------------------------------------------------------------------


def test_a_notice_of_the_site_is_on_every_page_at_the_next_request(client: Any, home: Any) -> None:
    make_page(home, "Kultur")
    paths = ("/", "/kultur/", "/aemter/", "/suche/?q=x", "/accounts/login/")
    assert not any(shown(client, path) for path in paths)
    notice = make_notice()
    assert all(shown(client, path) for path in paths)
    services.end_notice(notice=notice)
    assert not any(shown(client, path) for path in paths)


def test_a_missing_page_shows_it_as_well(client: Any, home: Any) -> None:
    make_notice()
    answer = client.get("/gibt-es-nicht/")
    assert answer.status_code == 404
    assert "Brücke gesperrt" in answer.content.decode()


def test_a_notice_of_a_unit_is_with_the_unit_and_those_below(client: Any, home: Any) -> None:
    above = make_unit("Dezernat", "3")
    unit = make_unit("Bürgeramt", "33", parent=above)
    other = make_unit("Kulturamt", "40")
    make_service("Ausweis", unit=unit)
    make_notice(place=Place.UNIT, unit=above)
    for path in ("/aemter/dezernat/", "/aemter/buergeramt/", "/aemter/", "/leistungen/ausweis/"):
        assert shown(client, path), path
    assert not shown(client, other.get_absolute_url())
    assert not shown(client, "/")


def test_a_notice_of_a_service_is_on_its_page_in_lists_and_in_the_search(client: Any, home: Any) -> None:
    unit = make_unit()
    service = make_service("Anwohnerparken", unit=unit)
    make_service("Fischereischein", unit=unit)
    make_notice(place=Place.RECORD, kind="service", object_id=str(service.pk))
    project_pending(500)
    for path in ("/leistungen/anwohnerparken/", "/leistungen/", "/aemter/buergeramt/", "/suche/?q=Anwohnerparken"):
        assert shown(client, path), path
    assert not shown(client, "/leistungen/fischereischein/")
    assert not shown(client, "/suche/?q=Fischereischein")


def test_the_search_shows_what_holds_for_the_office_above(client: Any, home: Any) -> None:
    above = make_unit("Dezernat Ordnung", "3")
    make_unit("Bürgeramt", "33", parent=above)
    make_notice(place=Place.UNIT, unit=above)
    project_pending(500)
    assert shown(client, "/suche/?q=Bürgeramt")


def test_a_notice_of_a_location_is_where_its_hours_are(client: Any, home: Any) -> None:
    location = make_location()
    unit = make_unit()
    unit.locations.set([location])
    unit.save()
    make_service("Ausweis", location=location)
    make_notice(place=Place.RECORD, kind="location", object_id=str(location.pk))
    for path in ("/standorte/buergerservice/", "/standorte/", "/aemter/buergeramt/", "/leistungen/ausweis/"):
        assert shown(client, path), path


def test_a_notice_of_a_page_is_on_that_page_only(client: Any, home: Any) -> None:
    page = make_page(home, "Kultur")
    make_notice(place=Place.RECORD, kind="page", object_id=str(page.pk))
    assert shown(client, "/kultur/")
    assert not shown(client, "/")


def test_a_notice_of_the_portal_is_on_its_pages_only(client: Any, home: Any, intranet: Any, staff_user: Any) -> None:
    make_notice(place=Place.PORTAL)
    staff = client_of(staff_user)
    assert shown(staff, "/intranet/")
    assert not shown(staff, "/")
    assert not shown(client, "/")


# --- when ----------------------------------------------------------------------------------------


def test_beginning_and_end_are_exact(client: Any, home: Any) -> None:
    now = timezone.now()
    make_notice(starts=now, ends=now + timedelta(seconds=10))
    at = [now - timedelta(seconds=1), now, now + timedelta(seconds=9), now + timedelta(seconds=10)]
    assert [Notice.objects.current(moment).count() for moment in at] == [0, 1, 1, 0]
    assert next_change(now) == now + timedelta(seconds=10)


def test_an_end_before_the_beginning_is_refused(db: None) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError) as caught:
        make_notice(starts=now, ends=now - timedelta(hours=1))
    assert "ends" in caught.value.message_dict


def test_a_planned_notice_that_is_ended_never_begins(db: None) -> None:
    notice = make_notice(starts=timezone.now() + timedelta(days=1))
    assert services.end_notice(notice=notice)
    notice.refresh_from_db()
    assert notice.state == Notice.State.OVER
    assert not services.end_notice(notice=notice)


# --- how -----------------------------------------------------------------------------------------


def test_severity_is_said_in_words_and_nothing_alarms_on_load(client: Any, home: Any) -> None:
    make_notice("Hochwasser", severity=Severity.EMERGENCY)
    text = client.get("/").content.decode()
    assert "Notfall: Hochwasser" in text
    region = text[text.index('class="notices"') : text.index("<main")]
    assert "role=" not in region
    assert "aria-live" not in region
    assert "<svg" in region


def test_the_worst_stands_first(db: None) -> None:
    for severity in (Severity.INFORMATION, Severity.EMERGENCY, Severity.WARNING):
        make_notice(severity, severity=severity)
    assert [notice.severity for notice in current(None)] == ["emergency", "warning", "information"]


def test_a_notice_is_read_in_the_language_of_the_page(client: Any, home: Any) -> None:
    make_notice(text={"de": "Bitte Umweg.", "en": "Please take the other one."})
    with translation.override("en"):
        text = client.get("/en/offices/").content.decode()
    assert "Please take the other one." in text
    assert 'lang="de"><p' in text.replace("\n", "").replace('lang="de"> <p', 'lang="de"><p'), "the title has no English"


def test_texts_are_never_markup(client: Any, home: Any) -> None:
    make_notice("<script>alert(1)</script>", easy_text="<b>leicht</b>")
    text = client.get("/").content.decode()
    assert "<script>alert" not in text
    assert "<b>leicht" not in text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "//evil.example", "/\\evil.example", "data:text/html,x", "leistungen/"]
)
def test_links_that_are_none_are_refused(db: None, link: str) -> None:
    with pytest.raises(ValidationError):
        make_notice(link=link)


@pytest.mark.parametrize("link", ["/leistungen/", "https://mainz.example/hochwasser"])
def test_web_addresses_and_own_paths_are_links(client: Any, home: Any, link: str) -> None:
    make_notice(link=link)
    assert f'href="{link}"' in client.get("/").content.decode()


def test_all_notices_of_a_page_are_one_query_at_most(client: Any, home: Any) -> None:
    unit = make_unit()
    for number in range(6):
        service = make_service(f"Leistung {number}", unit=unit)
        make_notice(place=Place.RECORD, kind="service", object_id=str(service.pk))
    make_notice(place=Place.UNIT, unit=unit)
    client.get("/aemter/buergeramt/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/aemter/buergeramt/")
    assert len([query for query in captured if "notices_notice" in query["sql"]]) <= 1


# --- who sees it ---------------------------------------------------------------------------------


def test_a_notice_for_staff_is_on_no_page_of_the_public(
    client: Any, home: Any, staff_user: Any, staff_rule: Any
) -> None:
    unit = make_unit()
    make_notice(access_rule=staff_rule)
    make_notice("Interner Umzug", place=Place.UNIT, unit=unit, access_rule=staff_rule)
    project_pending(500)
    for path in ("/", "/aemter/", "/aemter/buergeramt/", "/suche/?q=Bürgeramt", "/api/v1/notices/", "/gibt-es-nicht/"):
        text = client.get(path).content.decode()
        assert "Brücke gesperrt" not in text, path
        assert "Interner Umzug" not in text, path
    staff = client_of(staff_user)
    assert shown(staff, "/")
    assert shown(staff, "/aemter/buergeramt/", "Interner Umzug")


def test_the_api_lists_what_the_caller_may_see(
    client: Any, home: Any, intranet: Any, staff_user: Any, staff_rule: Any
) -> None:
    hidden_unit = make_unit("Ermittlungsdienst", "39", access_rule=staff_rule)
    hidden = make_service("Interne Leistung", access_rule=staff_rule)
    service = make_service("Ausweis")
    make_notice("Für alle")
    make_notice("Zum Ausweis", place=Place.RECORD, kind="service", object_id=str(service.pk))
    make_notice("Zum Dienst", place=Place.UNIT, unit=hidden_unit)
    make_notice("Zu Internem", place=Place.RECORD, kind="service", object_id=str(hidden.pk))
    make_notice("Im Portal", place=Place.PORTAL)

    def titles(who: Any, **query: str) -> set[str]:
        return {row["title"] for row in who.get("/api/v1/notices/", query).json()["results"]}

    assert titles(client) == {"Für alle", "Zum Ausweis"}
    assert titles(client_of(staff_user)) == {"Für alle", "Zum Ausweis", "Zum Dienst", "Zu Internem", "Im Portal"}
    assert titles(client, target_kind="service", target_id=str(service.pk)) == {"Zum Ausweis"}
    assert titles(client, target_kind="page", target_id=str(intranet.pk)) == set()


# --- who writes it -------------------------------------------------------------------------------


def form_data(**values: Any) -> dict[str, Any]:
    """Return what the editors' form sends."""
    public = AccessRule.objects.public().pk
    return {
        "severity": "information", "headline_de": "Aufzug defekt", "headline_en": "", "text_de": "", "text_en": "",
        "easy_text": "", "link": "", "link_label_de": "", "link_label_en": "", "starts": "2026-01-01 08:00", "ends": "",
        "place": "site", "unit": "", "access_rule": public, **values,
    }  # fmt: skip


ADD = "wagtailsnippets_notices_notice:add"


def test_an_editor_writes_changes_and_ends_a_notice(editor_user: Any, home: Any) -> None:
    client = client_of(editor_user)
    assert client.get(reverse(ADD)).status_code == 200
    answer = client.post(reverse(ADD), form_data())
    assert answer.status_code == 302, answer.context["form"].errors
    notice = Notice.objects.get()
    edit = reverse("wagtailsnippets_notices_notice:edit", args=[notice.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, form_data(headline_de="Aufzug steht")).status_code == 302
    assert client.get(reverse("notice_ask_to_end", args=[notice.pk])).status_code == 200
    client.post(reverse("notice_end", args=[notice.pk]))
    notice.refresh_from_db()
    assert (notice.title_text, notice.state) == ("Aufzug steht", "over")
    verbs = list(Event.objects.filter(kind="notice").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["published", "changed", "ended"]
    actions = set(ModelLogEntry.objects.filter(user=editor_user).values_list("action", flat=True))
    assert actions == {"wagtail.create", "wagtail.edit", "notices.end"}


def test_an_editor_puts_a_notice_on_a_service(editor_user: Any, home: Any) -> None:
    service = make_service("Ausweis")
    client = client_of(editor_user)
    answer = client.post(reverse(ADD), form_data(place="record"))
    assert "place" in answer.context["form"].errors
    assert "Aufzug defekt" in answer.content.decode(), "nothing typed is lost"
    assert client.post(reverse(ADD), form_data(place="record", target_service=service.pk)).status_code == 302
    notice = Notice.objects.get()
    assert (notice.kind, notice.object_id) == ("service", str(service.pk))
    edit = client.get(reverse("wagtailsnippets_notices_notice:edit", args=[notice.pk]))
    assert edit.context["form"].initial["target_service"] == service.pk
    assert uses_of("service", service.pk)


def test_the_list_tells_what_is_shown_planned_and_over(editor_user: Any, home: Any) -> None:
    now = timezone.now()
    make_notice("Jetzt")
    make_notice("Morgen", starts=now + timedelta(days=1))
    make_notice("Gestern", starts=now - timedelta(days=2), ends=now - timedelta(days=1))
    client = client_of(editor_user)
    for state, title in (("current", "Jetzt"), ("planned", "Morgen"), ("over", "Gestern")):
        rows = client.get(reverse("wagtailsnippets_notices_notice:list"), {"state": state}).context["object_list"]
        assert [str(row) for row in rows] == [title]


def test_the_preview_shows_the_notice_in_the_frame_of_the_site(editor_user: Any, home: Any) -> None:
    client = client_of(editor_user)
    address = reverse("wagtailsnippets_notices_notice:preview_on_add")
    assert client.post(address, form_data()).json()["is_valid"]
    text = client.get(address, {"mode": ""}).content.decode()
    assert "Aufzug defekt" in text
    assert Notice.objects.count() == 0


def test_a_role_in_an_office_writes_notices_of_that_office_alone(roles: Any, home: Any) -> None:
    anna = make_user("anna")
    mine, other = make_unit("Bürgeramt", "33"), make_unit("Kulturamt", "40")
    team = make_unit("Meldewesen", "33.1", parent=mine)
    rights.assign(user=anna, role=roles["section editors"], scope=RoleAssignment.Scope.UNIT, scope_id=mine.pk)
    client = client_of(anna)
    assert client.get(reverse(ADD)).status_code == 200
    assert client.post(reverse(ADD), form_data(place="unit", unit=team.pk)).status_code == 302
    for values in ({"place": "site"}, {"place": "portal"}, {"place": "unit", "unit": other.pk}):
        answer = client.post(reverse(ADD), form_data(**values))
        assert answer.status_code == 200, values
        assert answer.context["form"].errors, values
    foreign = make_notice(place=Place.UNIT, unit=other)
    edit = reverse("wagtailsnippets_notices_notice:edit", args=[foreign.pk])
    assert client.get(edit).status_code in (302, 403)
    assert client.post(reverse("notice_end", args=[foreign.pk])).status_code in (302, 403)
    foreign.refresh_from_db()
    assert foreign.state == "current"
    own = Notice.objects.get(unit=team)
    answer = client.post(reverse("wagtailsnippets_notices_notice:edit", args=[own.pk]), form_data(place="site"))
    assert answer.context["form"].errors, "it can't be moved to where one has no right"


def test_staff_and_citizens_write_no_notices(staff_user: Any, citizen: Any, home: Any) -> None:
    for user in (staff_user, citizen):
        with pytest.raises(PermissionDenied):
            services.save_notice(notice=Notice(headline={"de": "Falsch"}), by=user)
        assert client_of(user).post(reverse(ADD), form_data()).status_code in (302, 403)
    assert not Notice.objects.exists()


def test_an_editor_can_not_declare_an_emergency(editor_user: Any, home: Any) -> None:
    answer = client_of(editor_user).post(reverse(ADD), form_data(severity="emergency"))
    assert "severity" in answer.context["form"].errors
    assert client_of(editor_user).get(reverse("notice_emergency")).status_code in (302, 403)


def test_a_deleted_notice_is_an_event_also_with_its_office(db: None) -> None:
    unit = make_unit()
    make_notice().delete()
    make_notice(place=Place.UNIT, unit=unit)
    unit.delete()
    assert Event.objects.filter(kind="notice", verb="deleted").count() == 2


# --- emergencies ---------------------------------------------------------------------------------

WORDS = {
    "headline_de": "Bombenfund in der Neustadt",
    "text_de": "Bitte verlassen Sie das Gebiet bis 14 Uhr.",
    "headline_en": "Bomb found in Neustadt",
    "text_en": "Please leave the area by 2 p.m.",
    "easy_text": "Eine Bombe ist da. Gehen Sie weg.",
    "link": "/aemter/",
    "hours": "24",
}


def test_an_emergency_is_on_every_page_after_looking_at_it(
    client: Any, home: Any, intranet: Any, staff_user: Any, publisher: Any
) -> None:
    admin = client_of(publisher)
    assert admin.get("/admin/emergency/").status_code == 200
    looked = admin.post("/admin/emergency/", {**WORDS, "step": "look"})
    assert "srcdoc" in looked.content.decode()
    assert "Bombenfund" in looked.content.decode()
    assert not Notice.objects.exists()
    assert admin.post("/admin/emergency/", {**WORDS, "step": "publish"}).status_code == 302
    for who, path in (
        (client, "/"),
        (client, "/aemter/"),
        (client, "/gibt-es-nicht/"),
        (client_of(staff_user), "/intranet/"),
    ):
        text = who.get(path).content.decode()
        assert "Notfall: Bombenfund in der Neustadt" in text, path
        assert "Eine Bombe ist da. Gehen Sie weg." in text, path
    notice = Notice.objects.get()
    assert notice.ends - notice.starts == timedelta(hours=24)
    assert admin.post(reverse("notice_end", args=[notice.pk])).status_code == 302
    assert not shown(client, "/", "Bombenfund")


def test_going_back_keeps_what_was_typed(home: Any, publisher: Any) -> None:
    answer = client_of(publisher).post("/admin/emergency/", {**WORDS, "step": "change"})
    assert "Bitte verlassen Sie das Gebiet bis 14 Uhr." in answer.content.decode()


def test_mistakes_are_named_and_nothing_is_published(home: Any, publisher: Any) -> None:
    wrong = {**WORDS, "headline_de": "", "link": "javascript:alert(1)", "hours": "9999", "step": "publish"}
    answer = client_of(publisher).post("/admin/emergency/", wrong)
    assert set(answer.context["form"].errors) == {"headline_de", "link", "hours"}
    assert "Bitte verlassen Sie das Gebiet" in answer.content.decode()
    assert not Notice.objects.exists()


def test_the_others_and_the_press_office_get_a_mail(home: Any, roles: Any, publisher: Any) -> None:
    make_user("zweite", roles["emergency publishers"])
    make_user("presse", roles["press office"])
    make_user("fremde")
    client = client_of(publisher)
    client.post("/admin/emergency/", {**WORDS, "step": "publish"})
    mails = Mail.objects.filter(topic="emergency")
    assert sorted(mails.values_list("address", flat=True)) == ["presse@mainz.example", "zweite@mainz.example"]
    mail = mails.first()
    assert "Bombenfund in der Neustadt" in mail.subject
    assert "Bärbel Andruck" in mail.text
    client.post(reverse("notice_end", args=[Notice.objects.get().pk]))
    assert mails.count() == 4
    actions = set(ModelLogEntry.objects.filter(user=publisher).values_list("action", flat=True))
    assert actions == {"wagtail.create", "notices.emergency", "notices.end"}


def test_the_command_publishes_lists_and_ends(client: Any, home: Any, capsys: Any) -> None:
    call_command("emergency", "Stromausfall", "--text", "Rufen Sie die 112 nur im Notfall.", "--hours", "2")
    assert shown(client, "/", "Notfall: Stromausfall")
    call_command("emergency", "--list")
    assert "Stromausfall" in capsys.readouterr().out
    call_command("emergency", "--end", str(Notice.objects.get().pk))
    assert not shown(client, "/", "Stromausfall")
    for arguments in ([], ["x", "--link", "javascript:x"], ["x", "--hours", "0"], ["--end", "999999"]):
        with pytest.raises(CommandError):
            call_command("emergency", *arguments)


def test_it_works_while_the_cache_is_away(client: Any, home: Any, publisher: Any, settings: Any) -> None:
    admin = client_of(publisher)
    settings.CACHES = {
        "default": {"BACKEND": "cms.caching.backend.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert admin.post("/admin/emergency/", {**WORDS, "step": "publish"}).status_code == 302
    assert shown(client, "/", "Notfall: Bombenfund in der Neustadt")


def test_error_pages_show_the_emergency_last_seen(client: Any, home: Any) -> None:
    from django.template.loader import render_to_string

    notice = make_notice("Hochwasser", severity=Severity.EMERGENCY)
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        assert all("Hochwasser" in render_to_string(name) for name in ("500.html", "503.html"))
    assert not captured.captured_queries
    services.end_notice(notice=notice)
    client.get("/")
    assert "Hochwasser" not in render_to_string("503.html")
