"""How far translations are, by hand and by wagtail-localize; who sees and changes what in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page
from wagtail_localize.models import StringSegment, StringTranslation, Translation, TranslationSource

from cms.content.models import ContentPage
from cms.languages import services
from cms.languages.easy_rules import hints_for_text
from cms.languages.models import EasyCheck, Origin
from cms.languages.states import State, mark_behind, sources, with_states
from tests.conftest import client_of, make_page, make_user

from .conftest import twin_of

pytestmark = pytest.mark.django_db
BODY = [
    {"type": "rich_text", "id": "1c5ebd5f-6d2e-4f6e-8f3f-0a4ad70a1c51", "value": "<p>Das Museum ist offen.</p>"},
    {
        "type": "callout",
        "id": "1c5ebd5f-6d2e-4f6e-8f3f-0a4ad70a1c52",
        "value": {"tone": "info", "title": "Hinweis", "text": "<p>Montags zu.</p>"},
    },
]


def publish(page: Page, user: Any = None) -> None:
    page.save_revision(user=user).publish(user=user)


def state_of(page: Page, language: str = "en") -> str:
    return with_states(sources(), language).get(pk=page.pk).state


@pytest.fixture
def page(home: Any) -> Page:
    made = make_page(home, "Museum", body=BODY)
    publish(made)
    return made


@pytest.fixture
def translator(editor: Any) -> Any:
    """An editor who may submit pages to wagtail-localize."""
    editor.user_permissions.add(
        Permission.objects.get(codename="submit_translation", content_type__app_label="wagtail_localize")
    )
    return type(editor).objects.get(pk=editor.pk)


def test_a_page_without_translation(page: Any, english: Any) -> None:
    assert state_of(page) == State.MISSING


def test_a_place_for_a_translation_is_none(page: Any, english: Any) -> None:
    page.copy_for_translation(english.locale, alias=True)
    assert state_of(page) == State.MISSING


def test_a_draft_is_in_work(page: Any, english: Any) -> None:
    page.copy_for_translation(english.locale)
    assert state_of(page) == State.IN_WORK


def test_by_hand(page: Any, english: Any, editor: Any) -> None:
    twin = twin_of(page, english, "Museum (English)")
    publish(twin)
    assert state_of(page) == State.CURRENT
    page.title = "Museen"
    publish(page)
    assert state_of(page) == State.OUTDATED
    twin.save_revision()
    assert state_of(page) == State.IN_WORK
    publish(twin)
    assert state_of(page) == State.OUTDATED  # published, and nobody said it was the new text
    services.confirm(page=twin, user=editor)
    assert state_of(page) == State.CURRENT
    assert Origin.objects.get(page_id=twin.pk).revision == ContentPage.objects.get(pk=page.pk).live_revision


def test_a_translation_older_than_the_record_counts_by_its_date(page: Any, english: Any) -> None:
    twin = twin_of(page, english, "Museum (English)")
    Page.objects.filter(pk=twin.pk).update(last_published_at=timezone.now())
    assert state_of(page) == State.CURRENT
    publish(page)
    assert state_of(page) == State.OUTDATED


def test_lists_mark_both_sides(page: Any, english: Any) -> None:
    twin = twin_of(page, english, "Museum (English)")
    publish(twin)
    marked = mark_behind(Page.objects.all())
    assert not marked.filter(behind=True).exists()
    publish(page)
    assert {row.pk for row in marked.filter(behind=True)} == {page.pk, twin.pk}


def test_sentence_by_sentence(page: Any, english: Any, translator: Any, client: Any) -> None:
    editing = client_of(translator)
    submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    editing.post(submit, {"locales": [english.locale.pk]})
    twin = ContentPage.objects.get(translation_key=page.translation_key, locale=english.locale)
    assert not twin.live  # a German text is no English page
    assert state_of(page) == State.IN_WORK
    translation = Translation.objects.get(target_locale=english.locale)
    words = {segment.string.data: segment for segment in StringSegment.objects.filter(source=translation.source)}
    assert {"Das Museum ist offen.", "Hinweis", "Montags zu."} <= set(words)  # blocks of PluginStreamField, too
    english_words = {
        "Das Museum ist offen.": "The museum is open.",
        "Hinweis": "Note",
        "Montags zu.": "Closed on Mondays.",
        "Museum": "Museum",
        "museum": "museum-en",
    }
    for text, segment in words.items():
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=english.locale,
            context=segment.context,
            data=english_words[text],
            translation_type="manual",
        )
    answer = editing.get(reverse("wagtailadmin_pages:edit", args=[twin.pk]))
    assert answer.status_code == 200
    assert "Das Museum ist offen." in answer.content.decode()
    translation.save_target(user=translator, publish=False)
    ContentPage.objects.get(pk=twin.pk).get_latest_revision().publish(user=translator)
    assert state_of(page) == State.CURRENT
    shown = client.get("/en/museum-en/").content.decode()
    assert "The museum is open." in shown
    assert "Closed on Mondays." in shown
    page.body = [*BODY, {"type": "rich_text", "value": "<p>Neu: ein Café.</p>"}]
    publish(page)
    assert state_of(page) == State.OUTDATED
    source = TranslationSource.objects.get()
    editing.post(reverse("wagtail_localize:update_translations", args=[source.pk]), {})
    assert state_of(page) == State.IN_WORK  # a sentence is waiting


def test_a_page_translated_by_hand_is_not_overwritten(page: Any, english: Any, translator: Any) -> None:
    twin_of(page, english, "By hand")
    client_of(translator).post(
        reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [english.locale.pk]}
    )
    assert not Translation.objects.exists()
    assert Page.objects.get(title="By hand").live


def test_only_those_who_may_change_a_page_send_it_for_translation(page: Any, english: Any, roles: Any) -> None:
    outsider = make_user("fremd", roles["staff"])
    for codename in ("access_admin", "submit_translation"):
        outsider.user_permissions.add(Permission.objects.get(codename=codename))
    client = client_of(outsider)
    address = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    assert "Museum" not in client.get(address, follow=True).content.decode()
    client.post(address, {"locales": [english.locale.pk]})
    assert not Translation.objects.exists()
    report = client.get(reverse("wagtail_localize:translations_report"), follow=True)
    assert "Museum" not in report.content.decode()


def test_taking_over_changes_does_not_publish_for_who_may_not(
    page: Any, english: Any, translator: Any, roles: Any
) -> None:
    editing = client_of(translator)
    editing.post(reverse("wagtail_localize:submit_page_translation", args=[page.pk]), {"locales": [english.locale.pk]})
    GroupPagePermission.objects.filter(permission__codename="publish_page").delete()
    page.title = "Museen"
    page.save_revision().publish()
    source = TranslationSource.objects.get()
    address = reverse("wagtail_localize:update_translations", args=[source.pk])
    editing.post(address, {"publish_translations": "on"})
    assert not Page.objects.get(translation_key=page.translation_key, locale=english.locale).live


def test_leichte_sprache_is_not_made_sentence_by_sentence(page: Any, easy: Any, translator: Any) -> None:
    editing = client_of(translator)
    submit = reverse("wagtail_localize:submit_page_translation", args=[page.pk])
    editing.post(submit, {"locales": [easy.locale.pk]})
    assert not Translation.objects.exists()


def test_writing_anew(page: Any, easy: Any, editor: Any) -> None:
    client = client_of(editor)
    answer = client.post(reverse("page_languages", args=[page.pk]), {"begin": "de-simple"})
    made = ContentPage.objects.get(translation_key=page.translation_key, locale=easy.locale)
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert not made.live
    assert len(made.body) == 0
    assert made.get_parent().pk == easy.pk
    assert client.post(reverse("page_languages", args=[page.pk]), {"begin": "de-simple"}).status_code == 404
    assert client.post(reverse("page_languages", args=[page.pk]), {"begin": "xx"}).status_code == 404


def test_a_place_becomes_the_text_written_anew(page: Any, english: Any, editor: Any) -> None:
    alias = page.copy_for_translation(english.locale, alias=True)
    made = services.begin_by_hand(source=page, language="en", user=editor)
    assert made.pk == alias.pk
    page.save_revision().publish()
    assert not Page.objects.get(pk=made.pk).live


def test_a_translation_needs_rights_in_both_trees(page: Any, english: Any, roles: Any) -> None:
    person = make_user("abschnitt", roles["staff"])
    group = roles["section editors"]
    person.groups.add(group)
    for codename in ("add_page", "change_page"):
        GroupPagePermission.objects.create(group=group, page=page, permission=Permission.objects.get(codename=codename))
    assert not services.may_translate(user=person, source=page, language="en")
    with pytest.raises(PermissionDenied):
        services.begin_by_hand(source=page, language="en", user=person)


def test_the_page_of_a_page(page: Any, english: Any, easy: Any, editor: Any, translator: Any) -> None:
    twin = twin_of(page, english, "Museum (English)")
    publish(twin)
    publish(page)
    client = client_of(translator)
    shown = client.get(reverse("page_languages", args=[page.pk]), headers={"accept-language": "en"}).content.decode()
    assert reverse("page_languages", args=[twin.pk]) in shown
    assert "revisions/compare/" in shown
    here = reverse("page_languages", args=[twin.pk])
    changes = [part for part in shown.split('"') if "revisions/compare" in part][0]
    assert client.get(changes).status_code == 200
    assert 'name="confirm"' in client.get(here).content.decode()
    assert client.post(here, {"confirm": "1"}).status_code == 302
    assert state_of(page) == State.CURRENT


def test_the_editor_is_told_above_the_form(page: Any, english: Any, editor: Any) -> None:
    twin = twin_of(page, english, "Museum (English)")
    publish(twin)
    address = reverse("wagtailadmin_pages:edit", args=[twin.pk])
    client = client_of(editor)
    link = reverse("page_languages", args=[twin.pk])
    assert client.get(address).content.decode().count(link) == 1  # the menu of the page
    publish(page)
    assert client.get(address).content.decode().count(link) == 2
    listing = client.get(reverse("wagtailadmin_explore", args=[english.pk])).content.decode()
    assert link in listing


def test_the_report_shows_what_one_may_change(page: Any, english: Any, intranet: Any, editor: Any, roles: Any) -> None:
    client = client_of(editor)
    address = reverse("languages_report")
    assert "Museum" in client.get(address).content.decode()
    assert "Museum" not in client.get(address, {"state": "current"}).content.decode()
    assert client.get(address, {"language": "xx", "state": "xx"}).status_code == 200
    assert client.get(address, {"language": "de-simple", "export": "csv"}).status_code == 200
    other = make_user("abschnitt", roles["staff"], roles["section editors"])
    for codename in ("add_page", "change_page"):
        GroupPagePermission.objects.create(
            group=roles["section editors"], page=page, permission=Permission.objects.get(codename=codename)
        )
    shown = client_of(other).get(address).content.decode()
    assert "Museum" in shown
    assert "Intranet" not in shown


def test_the_report_costs_the_same_for_many_pages(page: Any, home: Any, english: Any, editor: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of(editor)
    for number in range(3):
        publish(make_page(home, f"Erste {number}"))
    client.get(reverse("languages_report"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("languages_report"))
    for number in range(10):
        publish(make_page(home, f"Seite {number}"))
    client.get(reverse("languages_report"))
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("languages_report"))
    assert len(many) <= len(few)


def test_the_start_page_counts_what_lags_behind(page: Any, english: Any, editor: Any) -> None:
    from cms.languages.admin import tiles

    class Request:
        user = editor

    publish(twin_of(page, english, "Museum (English)"))
    assert tiles(Request()) == []  # type: ignore[arg-type]
    publish(page)
    (tile,) = tiles(Request())  # type: ignore[arg-type]
    assert tile.value == 1
    assert "state=outdated" in tile.url


def test_tests_are_recorded_by_those_who_release(easy: Any, editor: Any, releaser: Any) -> None:
    here = reverse("page_languages", args=[easy.pk])
    typed = {"checked_by": "Prüfgruppe Mainz", "checked_on": timezone.localdate().isoformat()}
    client_of(editor).post(here, typed)
    assert not EasyCheck.objects.exists()
    client = client_of(releaser)
    wrong = client.post(here, {**typed, "checked_on": "2999-01-01"})
    assert wrong.status_code == 200
    assert "Prüfgruppe Mainz" in wrong.content.decode()  # nothing typed is lost
    assert not EasyCheck.objects.exists()
    assert client.post(here, typed).status_code == 302
    assert EasyCheck.objects.get(page_id=easy.pk).checked_by == "Prüfgruppe Mainz"


def test_pages_of_languages_are_for_those_who_edit(page: Any, roles: Any) -> None:
    person = make_user("fremd", roles["staff"])
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    assert (
        "Museum" not in client_of(person).get(reverse("page_languages", args=[page.pk]), follow=True).content.decode()
    )


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Wir helfen Ihnen gern bei allen Fragen rund um Ihren neuen Ausweis und Ihren Pass.", "sentence"),
        ("Das ist die Straßenverkehrsbehörde.", "compound"),
        ("Das ist die Aufgabe des Amtes.", "genitive"),
        ("Ihr Antrag wird geprüft.", "passive"),
        ("Sie könnten anrufen.", "subjunctive"),
        ("Bringen Sie z. B. den Ausweis mit.", "abbreviation"),
        ("Es kostet zwanzig Euro und zwei Cent.", "number"),
        ("Es sind 5 % mehr.", "sign"),
    ],
)
def test_what_could_be_easier(text: str, rule: str) -> None:
    assert rule in {hint.rule for hint in hints_for_text(text)}


@pytest.mark.parametrize(
    "text",
    ["Die Müll-Abfuhr holt den Müll ab.", "Sie bekommen einen Brief.", "Rufen Sie uns an.", "Das Amt hilft Ihnen.",
     "Wir haben montags zu.", "Es wird Winter.", "Das kostet 20 Euro."],
)  # fmt: skip
def test_easy_sentences_get_no_hint(text: str) -> None:
    assert hints_for_text(text) == []


def test_a_private_source_is_not_named_to_those_who_may_not_see_it(intranet: Any, english: Any, roles: Any) -> None:
    """The page about languages of an English page names its German one only to people who may change that."""
    page = intranet.get_children().get().specific
    twin = twin_of(page, english, "Canteen")
    publish(page)
    person = make_user("englisch", roles["section editors"])
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=roles["section editors"], page=english, permission=Permission.objects.get(codename="change_page")
    )
    shown = client_of(person).get(reverse("page_languages", args=[twin.pk])).content.decode()
    assert "Zwiebelkuchen" not in shown
