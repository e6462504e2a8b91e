"""Mail: one template in two languages, one row a recipient, in the wished rhythm; no way to smuggle headers in."""

from __future__ import annotations

import smtplib
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from django.conf import settings as site
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.core.management import call_command
from django.template import engines
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.accounts.models import User
from cms.contracts.notifications import Topic
from cms.notifications import bounces, postman, rendering, services
from cms.notifications.jobs import forget_mails, send_digests
from cms.notifications.journal import Journal
from cms.notifications.models import Mail, OptOut, Preference, Undeliverable
from cms.notifications.postman import MAX_ATTEMPTS, Postman
from cms.notifications.services import notify, notify_many, set_preference, unsubscribe_token
from tests.conftest import client_of

pytestmark = pytest.mark.django_db
State = Mail.State
NEWS = Topic(name="news", title="Nachrichten aus dem Rathaus", advertising=True)
PLAIN = Topic(name="plain", title="Neues zu Terminen")
MINE = Topic(name="mine", title="Eigene Anliegen", optional=False)
TEXTS = {
    "tests/message.txt": "{% extends layout %}{% load i18n %}"
    '{% block subject %}{% trans "German" %}: {{ words }}{% endblock %}'
    "{% block text %}{{ words }} https://www.mainz.example/?a=1&b=2{% endblock %}",
    "tests/empty.txt": "{% extends layout %}{% block subject %} {% endblock %}{% block text %}x{% endblock %}",
}


@pytest.fixture(autouse=True)
def messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three topics, and templates that need no file."""
    monkeypatch.setattr(services, "topics", lambda: {topic.name: topic for topic in (NEWS, PLAIN, MINE)})
    monkeypatch.setattr("cms.notifications.forms.topics", services.topics)
    real = rendering.render_to_string

    def render(template: str, context: Any) -> str:
        if template in TEXTS:
            return engines["django"].from_string(TEXTS[template]).render(context)
        return real(template, context)

    monkeypatch.setattr(rendering, "render_to_string", render)


def tell(to: Any = "vera@example.org", topic: str = "mine", words: str = "Mahlzeit", **values: Any) -> Mail | None:
    return notify(topic=topic, template="tests/message.txt", to=to, context={"words": words}, **values)


def send() -> None:
    Postman("tester").deliver(100, lambda: True)


def test_one_template_gives_subject_text_and_html_in_the_recipients_language() -> None:
    tell(language="de")
    tell(language="en")
    send()
    german, english = outbox.outbox
    assert (german.subject, english.subject) == ("Deutsch: Mahlzeit", "German: Mahlzeit")
    html = german.alternatives[0][0]
    assert '<html lang="de">' in html
    assert '<a href="https://www.mainz.example/?a=1&amp;b=2"' in html
    assert "https://www.mainz.example/?a=1&b=2" in german.body


def test_what_people_typed_is_text_in_both_parts() -> None:
    tell(words="<b>Meier & Söhne</b>")
    send()
    mail = outbox.outbox[0]
    assert "<b>Meier & Söhne</b>" in mail.body
    assert "<b>Meier" not in mail.alternatives[0][0]
    assert "&lt;b&gt;Meier &amp; Söhne" in mail.alternatives[0][0]


@pytest.mark.parametrize("evil", ["x\r\nBcc: alle@example.org", "x\nBcc: a@example.org", "x\u2028Bcc: a@example.org"])
def test_headers_cannot_be_smuggled_into_the_subject(evil: str) -> None:
    tell(words=evil)
    send()
    raw = message_from_bytes(outbox.outbox[0].message().as_bytes(), policy=default)
    assert raw["Bcc"] is None
    assert "\n" not in str(raw["Subject"])


@pytest.mark.parametrize(
    "address", ["a@example.org\nBcc: b@example.org", "kein-at", "a@b@c", "", "a@example.org, b@example.org"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        tell(to=address)
    with pytest.raises(ValidationError):
        tell(reply_to=address or "x")
    assert not Mail.objects.exists()


def test_an_unknown_topic_and_an_empty_subject_are_mistakes_of_ours() -> None:
    with pytest.raises(LookupError):
        tell(topic="wetter")
    with pytest.raises(ValueError, match="no subject"):
        notify(topic="mine", template="tests/empty.txt", to="vera@example.org")


def test_the_same_occasion_is_told_once() -> None:
    assert tell(key="antrag-7")
    assert tell(key="antrag-7") is None
    assert Mail.objects.count() == 1


def test_many_are_told_with_few_queries(django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):  # 300 rows are several portions on SQLite
        rows = notify_many(
            topic="plain",
            template="tests/message.txt",
            to=[f"p{number}@example.org" for number in range(300)],
            key=lambda address: f"rund:{address}",
        )
    assert len(rows) == Mail.objects.count() == 300


def test_one_account_without_an_address_keeps_nobody_from_being_told(citizen: User, staff_user: User) -> None:
    User.objects.filter(pk=staff_user.pk).update(email="")
    people = list(User.objects.filter(pk__in=[citizen.pk, staff_user.pk]).order_by("pk"))
    notify_many(topic="plain", template="tests/message.txt", to=people, context={"words": "Hallo"})
    send()
    assert [mail.to for mail in outbox.outbox] == [[citizen.email]]
    failed = Mail.objects.get(recipient=staff_user)
    assert failed.state == State.FAILED
    assert failed.last_error


def test_texts_go_once_the_mail_is_out() -> None:
    tell()
    send()
    mail = Mail.objects.get()
    assert (mail.state, mail.text, mail.html) == (State.SENT, "", "")


@pytest.mark.parametrize(
    ("rhythm", "state"),
    [("at_once", State.WAITING), ("daily", State.HELD), ("weekly", State.HELD), ("never", State.SUPPRESSED)],
)
def test_people_choose_the_rhythm(citizen: User, rhythm: str, state: str) -> None:
    set_preference(user=citizen, topic="plain", rhythm=rhythm)
    tell(citizen, "plain")
    assert Mail.objects.get().state == state


def test_ones_own_matters_cannot_be_switched_off(citizen: User) -> None:
    with pytest.raises(ValueError, match="mine"):
        set_preference(user=citizen, topic="mine", rhythm="never")
    Preference.objects.create(user=citizen, topic="mine", rhythm="never")
    tell(citizen, "mine")
    assert Mail.objects.get().state == State.WAITING


def test_the_digest_collects_what_was_held(citizen: User) -> None:
    set_preference(user=citizen, topic="plain", rhythm="daily")
    set_preference(user=citizen, topic="news", rhythm="weekly")
    for words in ("Erstens", "Zweitens"):
        tell(citizen, "plain", words)
    tell(citizen, "news", "Drittens")
    send()
    assert outbox.outbox == []
    tuesday = date(2026, 11, 24)
    assert send_digests.call(tuesday.isoformat()) == 1
    assert send_digests.call(tuesday.isoformat()) == 0, "a repeated job sends nothing twice"
    send()
    assert len(outbox.outbox) == 1
    assert "2 Mitteilungen" in outbox.outbox[0].subject
    assert "Erstens" in outbox.outbox[0].body
    assert "Zweitens" in outbox.outbox[0].body
    assert "Drittens" not in outbox.outbox[0].body
    assert send_digests.call((tuesday + timedelta(days=6)).isoformat()) == 1, "on Monday the weekly one"


def test_people_set_their_preferences_on_a_page(citizen: User, home: Any) -> None:
    client = client_of(citizen)
    page = client.get(reverse("notification_preferences"))
    assert "Neues zu Terminen" in page.content.decode()
    assert "Eigene Anliegen" in page.content.decode()
    assert "private" in page["Cache-Control"]
    answer = client.post(reverse("notification_preferences"), {"news": "never", "plain": "weekly"})
    assert answer.status_code == 302
    assert dict(Preference.objects.values_list("topic", "rhythm")) == {"news": "never", "plain": "weekly"}
    assert client.post(reverse("notification_preferences"), {"news": "immer", "plain": "weekly"}).status_code == 200
    assert Client().get(reverse("notification_preferences")).status_code == 302


def test_advertising_can_be_refused_with_one_click(home: Any) -> None:
    tell(topic="news")
    send()
    headers = outbox.outbox[0].message()
    address = str(headers["List-Unsubscribe"]).strip("<>").removeprefix(site.SITE_URL)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    client = Client(enforce_csrf_checks=True)
    assert client.get(address).status_code == 200
    assert not OptOut.objects.exists(), "looking is not refusing: mail programs fetch links on their own"
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell(topic="news")
    assert Mail.objects.latest("pk").state == State.SUPPRESSED
    tell(topic="plain")
    assert Mail.objects.latest("pk").state == State.WAITING, "only that topic"


def test_nobody_can_unsubscribe_others(home: Any) -> None:
    token = unsubscribe_token("vera@example.org", "news")
    for wrong in (
        token[:-1],
        "x",
        unsubscribe_token("a@example.org", "news").split(":")[0] + token[token.index(":") :],
    ):
        assert Client().post(reverse("unsubscribe", args=[wrong])).status_code == 404
    assert not OptOut.objects.exists()


def test_mails_of_libraries_are_queued_one_for_each_recipient() -> None:
    message = EmailMultiAlternatives("Hallo", "Text", to=["a@example.org"], cc=["b@example.org"], bcc=["c@example.org"])
    message.attach_alternative("<p>Text</p>", "text/html")
    message.attach("a.ics", "BEGIN:VCALENDAR", "text/calendar")
    message.connection = get_connection("cms.notifications.backend.QueueBackend")
    message.send()
    send()
    assert sorted(mail.to[0] for mail in outbox.outbox) == ["a@example.org", "b@example.org", "c@example.org"]
    assert all(not mail.cc and not mail.bcc for mail in outbox.outbox)
    assert outbox.outbox[0].attachments[0][0] == "a.ics"


def test_libraries_cannot_smuggle_headers_either() -> None:
    backend = get_connection("cms.notifications.backend.QueueBackend")
    for message in (EmailMultiAlternatives("a\nBcc: x@example.org", "", to=["a@example.org"], connection=backend),
                    EmailMultiAlternatives("a", "", to=["a@example.org\nBcc: x@example.org"], connection=backend)):  # fmt: skip
        with pytest.raises(BadHeaderError):
            message.send()
    assert not Mail.objects.exists()


class Line:
    """A mail server that answers as told."""

    def __init__(self, error: Exception | None, journal: Journal | None = None) -> None:
        self.error, self.journal = error, journal

    def open(self) -> None:
        pass

    close = open

    def send_messages(self, messages: Any) -> int:
        if self.journal:
            self.journal.handed_over()
        if self.error:
            raise self.error
        return 1


def send_over(monkeypatch: pytest.MonkeyPatch, error: Exception, *, handed_over: bool = False) -> Mail:
    man = Postman("tester")
    monkeypatch.setattr(man, "_line", lambda: Line(error, man._journal if handed_over else None))
    man.deliver(10, lambda: True)
    return Mail.objects.get()


def test_a_busy_server_is_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    tell()
    mail = send_over(monkeypatch, smtplib.SMTPDataError(451, b"later"))
    assert (mail.state, mail.attempts) == (State.WAITING, 1)
    assert mail.next_at > timezone.now()
    assert mail.text


def test_after_many_attempts_a_person_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    tell()
    Mail.objects.update(attempts=MAX_ATTEMPTS - 1)
    mail = send_over(monkeypatch, ConnectionRefusedError())
    assert mail.state == State.FAILED
    assert services.retry(mail_id=mail.pk)
    send()
    assert len(outbox.outbox) == 1


def test_an_address_that_does_not_exist_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    tell()
    refused = smtplib.SMTPRecipientsRefused({"vera@example.org": (550, b"5.1.1 no such user")})
    assert send_over(monkeypatch, refused).state == State.BOUNCED
    assert Undeliverable.objects.get().address == "vera@example.org"
    tell(topic="plain")
    assert Mail.objects.latest("pk").state == State.SUPPRESSED
    tell(topic="mine")
    assert Mail.objects.latest("pk").state == State.WAITING, "what one waits for is tried nevertheless"


@pytest.mark.parametrize(("topic", "state"), [("mine", State.WAITING), ("plain", State.UNSURE)])
def test_a_lost_answer(monkeypatch: pytest.MonkeyPatch, topic: str, state: str) -> None:
    before = tell(topic=topic)
    mail = send_over(monkeypatch, smtplib.SMTPServerDisconnected("gone"), handed_over=True)
    assert mail.state == state
    assert before
    assert mail.message_id == before.message_id


@pytest.mark.parametrize(("handed_over", "state"), [(True, State.SENT), (False, State.WAITING)])
def test_the_journal_of_a_dead_worker_decides(handed_over: bool, state: str) -> None:
    tell(to="a@example.org")
    tell(to="b@example.org")
    Mail.objects.update(state=State.SENDING, worker="dead", attempts=1)
    first = Mail.objects.order_by("pk").first()
    assert first
    noted = Journal("dead")
    noted.begin(first.pk)
    if handed_over:
        noted.handed_over()
    assert Postman("other").take_back(living=set()) == 2
    first.refresh_from_db()
    assert (first.state, first.confirmed) == (state, not handed_over)
    assert Mail.objects.exclude(pk=first.pk).get().state == State.WAITING


def test_without_a_journal_nobody_guesses() -> None:
    tell()
    Mail.objects.update(state=State.SENDING, worker="elsewhere", claimed_at=timezone.now())
    assert Postman("other").take_back(living=set()) == 0
    Mail.objects.update(claimed_at=timezone.now() - postman.LEFT_TO_ITS_MACHINE - timedelta(seconds=1))
    assert Postman("other").take_back(living=set()) == 1
    assert Mail.objects.get().state == State.UNSURE


def test_what_a_living_worker_holds_stays() -> None:
    tell()
    Mail.objects.update(state=State.SENDING, worker="living", claimed_at=timezone.now() - timedelta(hours=1))
    assert Postman("other").take_back(living={"living"}) == 0


def report(message_id: str, address: str, status: str = "5.1.1", action: str = "failed") -> bytes:
    return f"""From: MAILER-DAEMON@mx.example
To: noreply@mainz.example
Subject: Undelivered
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

It came back.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user

--b
Content-Type: message/rfc822

Message-ID: {message_id}
Subject: Hallo

Text
--b--
""".encode()


def test_a_mail_that_came_back_is_noted() -> None:
    tell()
    send()
    bounce = bounces.read(report(Mail.objects.get().message_id, "vera@example.org"))
    assert bounce
    assert bounces.note(bounce)
    assert Mail.objects.get().state == State.BOUNCED
    assert Undeliverable.objects.get().address == "vera@example.org"


def test_a_full_mailbox_is_not_a_wrong_address() -> None:
    tell()
    send()
    bounce = bounces.read(report(Mail.objects.get().message_id, "vera@example.org", "5.2.2"))
    assert bounce
    assert bounces.note(bounce)
    assert not Undeliverable.objects.exists()


@pytest.mark.parametrize(
    ("message_id", "address"),
    [("<made-up@evil.example>", "vera@example.org"), ("", "vera@example.org"), (None, "other@example.org")],
)
def test_a_forged_report_changes_nothing(message_id: str | None, address: str) -> None:
    tell()
    send()
    bounce = bounces.read(report(Mail.objects.get().message_id if message_id is None else message_id, address))
    assert bounce
    assert not bounces.note(bounce)
    assert Mail.objects.get().state == State.SENT


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"Subject: Out of office\n\nBin weg", report("<x>", "a@b.de", action="delayed")]
)
def test_other_mails_are_no_bounces(raw: bytes) -> None:
    assert bounces.read(raw) is None


def test_settled_mails_are_forgotten_and_open_ones_kept() -> None:
    tell(to="a@example.org")
    send()
    tell(to="b@example.org")
    Mail.objects.update(created_at=timezone.now() - timedelta(days=400))
    assert forget_mails.call() == 1
    assert Mail.objects.get().state == State.WAITING


# --- sealed at rest -------------------------------------------------------------------------------------------


def test_nobody_reads_keys_and_links_out_of_the_table() -> None:
    """A copy of the database must not open what a link in a mail that waits, or was given up, opens."""
    tell(attachments=[("a.txt", "U2VjcmV0", "text/plain")])
    get_connection("cms.notifications.backend.QueueBackend").send_messages(
        [EmailMultiAlternatives("Hallo", "/vorgang/AB2C-3DEF/", to=["a@example.org"])]
    )
    for row in Mail.objects.values():
        assert "AB2C-3DEF" not in str(row)
        assert "U2VjcmV0" not in str(row)
    assert "/vorgang/AB2C-3DEF/" in Mail.objects.get(address="a@example.org").text


def test_a_mail_whose_key_is_gone_is_given_up_and_keeps_no_other_back(settings: Any) -> None:
    settings.DATA_KEYS = ["old"]
    tell("first@example.org")
    settings.DATA_KEYS = ["new"]
    tell("second@example.org")
    send()
    assert [mail.to for mail in outbox.outbox] == [["second@example.org"]]
    lost = Mail.objects.get(address="first@example.org")
    assert lost.state == State.FAILED
    assert "key" in lost.last_error
    settings.DATA_KEYS = ["new", "old"]
    assert services.retry(mail_id=lost.pk)
    send()
    assert [mail.to for mail in outbox.outbox][1:] == [["first@example.org"]]


def test_new_keys_seal_mails_that_wait(settings: Any) -> None:
    settings.DATA_KEYS = ["old"]
    tell()
    settings.DATA_KEYS = ["new", "old"]
    call_command("rotate_keys")
    settings.DATA_KEYS = ["new"]
    assert "Mahlzeit" in Mail.objects.get().text
