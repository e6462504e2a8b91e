"""Whatever is posted to a step or to the builder: no server error, and nothing is kept that the questions don't take."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import pillow_heif
import pytest
import yaml
from django.conf import settings as conf
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from PIL import Image

from plugins.forms import demo
from plugins.forms.building.deeds import DEEDS
from plugins.forms.definition.structure import Definition, Field, to_json
from plugins.forms.definition.types import TYPES
from plugins.forms.definition.types.files import media_type
from plugins.forms.exchange import files
from plugins.forms.filling import content, services
from plugins.forms.filling.pictures import is_picture, kept
from plugins.forms.filling.stepform import EMPTY, StepForm
from plugins.forms.models import Filling, Form
from plugins.forms.roles import FORM_EDITORS_GROUP
from tests.conftest import client_of, make_user
from tests.plugins.forms.filled import make_form

pytestmark = pytest.mark.django_db
DATA = yaml.safe_load((conf.BASE_DIR / "fixtures" / "forms.yaml").read_text(encoding="utf-8"))
OWN = [row for row in DATA["forms"] if row["kind"] == "own"]
ODD = st.sampled_from(
    [
        "",
        " ",
        "\x00",
        "\u202egpj.exe",
        "\N{GRINNING FACE}" * 50,
        "²",
        "٣",
        "-1",
        "0",
        "1e400",
        "NaN",
        "Infinity",
        "9" * 40,
        "9" * 5000,
        "29.02.2025",
        "2025-02-29",
        "0000-01-01",
        "10000-01-01",
        "24:60",
        "on",
        "yes",
        "no",
        "true",
        "null",
        "[]",
        '{"a":' * 40,
        "<script>alert(1)</script>",
        "%s{0}%n",
        "../../etc/passwd",
        "=1+1",
        "DE00 0000 0000",
        "a@b",
        "a" * 3000,
        "91,181",
        "50.0,8.27",
        "1,5",
        "1.234,56",
        "fieldset",
        "one two",
    ]
)
VALUE = st.one_of(ODD, st.text(max_size=20), st.integers().map(str), st.dates().map(str), st.floats().map(str))
NUMBER = st.sampled_from(["0", "1", "-1", "²", "٣", "1e1", "9" * 12, "9" * 5000, ""])
CHECKED = settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # the time is that of the requests


def settings_of(number: int) -> Any:
    return settings(CHECKED, max_examples=number)


def _inputs(form: StepForm) -> list[str]:
    """Return the names of all inputs of a step, also of the parts of an answer."""
    found = []
    for place in form.places.values():
        bound = form[place.name] if place.name in form.fields else None
        parts = getattr(bound.field.widget, "widgets_names", None) if bound else None
        found += [place.name + part for part in parts] if parts else [place.name]
    return found


def _wrong(fields: tuple[Field, ...], answers: Any) -> Iterator[tuple[str, Any]]:
    for field in fields:
        value = answers.get(field.key)
        if field.repeats:
            for row in value or []:
                yield from _wrong(field.fields, row)
        elif field.fields:
            yield from _wrong(field.fields, answers)
        elif (
            value not in EMPTY
            and field.answers
            and field.type != "hidden"
            and TYPES[field.type].check(field, value, "de")
        ):
            yield field.key, value


def wrong(definition: Definition, answers: Any) -> list[tuple[str, Any]]:
    """Return the answers that the form's own questions would refuse."""
    return [pair for step in definition.steps for pair in _wrong(step.fields, answers)]


@pytest.mark.parametrize("row", OWN, ids=lambda row: row["slug"])
def test_rubbish_in_each_step_of_the_demo_forms(home: Any, settings: Any, row: dict[str, Any]) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = 0
    definition = demo.definition(row, demo.field_groups(DATA))
    form = make_form(to_json(definition), slug=row["slug"])
    client = Client(raise_request_exception=False)
    groups = {step.key: [field.key for field in step.walk() if field.repeats] for step in definition.steps}

    @seed(8)
    @CHECKED
    @given(data=st.data())
    def post(data: Any) -> None:
        token = services.begin(form=form, language="de")
        for step in definition.steps:
            rows = {f"_rows-{group}": "2" for group in groups[step.key]}
            _filling, kept = services.find(token)
            shown = StepForm(
                definition=definition,
                step=step,
                answers={**kept.answers, **{group: [{}, {}] for group in groups[step.key]}},
                language="de",
                whole=True,
            )
            names = _inputs(shown)
            values: dict[str, Any] = {
                name: data.draw(st.one_of(VALUE, st.lists(VALUE, max_size=3)))
                for name in names
                if data.draw(st.booleans())
            }
            values |= {**rows, **{name: data.draw(VALUE) for name in rows if data.draw(st.booleans())}}
            values |= {
                "_go": data.draw(st.sampled_from(["next", "next", "save", "back", "refresh", "add:x", "remove:a-²"]))
            }
            if data.draw(st.booleans()):
                values["_shown"] = data.draw(st.one_of(VALUE, st.just(" ".join(shown.places))))
                values["_revision"] = data.draw(VALUE)
            if groups[step.key] and data.draw(st.booleans()):
                deed = data.draw(st.sampled_from(["add", "remove"]))
                values["_go"] = f"{deed}:{groups[step.key][0]}-{data.draw(NUMBER)}"
                values[f"f-{groups[step.key][0]}-{data.draw(NUMBER)}-x"] = "y"
            if data.draw(st.booleans()):
                values[data.draw(st.sampled_from(names or ["f-x"]))] = SimpleUploadedFile("a.pdf", b"MZ\x90")
            path = reverse("forms:step", args=[token, step.key])
            answer = client.post(path, values)
            # A name no parser reads (its header is longer than 1 kB) is a bad request.
            unreadable = {400} if any(len(name) > 900 for name in values) else set()
            assert answer.status_code in {200, 302} | unreadable, (step.key, values)
            assert client.get(path).status_code in (200, 302)
        assert client.get(reverse("forms:check", args=[token])).status_code in (200, 302)
        assert wrong(definition, services.find(token)[1].answers) == []

    post()


def test_rubbish_at_the_counter(home: Any, settings: Any, staff_user: Any) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = 0
    staff_user.is_superuser = True
    staff_user.save()
    row = next(
        row for row in OWN if any(field.get("type") == "group" for step in row["steps"] for field in step["fields"])
    )
    definition = demo.definition(row, demo.field_groups(DATA))
    form = make_form(to_json(definition), slug=row["slug"])
    client = client_of(staff_user)
    client.raise_request_exception = False
    groups = [field.key for _step, field in definition.walk() if field.repeats]

    @seed(8)
    @CHECKED
    @given(
        values=st.dictionaries(st.sampled_from([f"f-{field.key}" for _s, field in definition.walk()]), VALUE),
        rows=NUMBER,
    )
    def post(values: dict[str, str], rows: str) -> None:
        token = services.begin(form=form, language="de", channel="paper", by=staff_user)
        for go in ("next", f"add:{groups[0]}", f"remove:{groups[0]}-{rows}"):
            sent = {**values, f"_rows-{groups[0]}": rows, "_go": go}
            answer = client.post(reverse("forms:enter", args=[token]), sent)
            assert answer.status_code in (200, 302), sent
        assert wrong(definition, services.find(token)[1].answers) == []

    post()
    assert Filling.objects.filter(channel="paper").exists()


def test_rubbish_in_the_builder(home: Any, roles: Any, settings: Any) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = 0
    client = client_of(make_user("formular", roles[FORM_EDITORS_GROUP]))
    client.raise_request_exception = False
    row = OWN[0]
    definition = demo.definition(row, demo.field_groups(DATA))
    form = make_form(to_json(definition), slug=row["slug"])
    places = [f"field:{field.key}" for _step, field in definition.walk()]
    places += [f"step:{step.key}" for step in definition.steps] + [f"rule:{rule.key}" for rule in definition.rules]
    shown = {}
    for at in [*places, "form"]:
        panel = client.get(reverse("form_build", args=[form.pk]), {"at": at}).context["panel"]
        shown[at] = list(panel.fields)
    extra = [
        "new_key",
        "option_rows",
        "seen",
        "to",
        "key",
        "kind",
        "type",
        "group",
        "step",
        "before",
        "partial",
        "replay",
    ]
    extra += ["option-0-value", "option-0-label_de", "tests", "effects", "more", "number", "value", "field", "op"]
    deeds = ["save", "again", "more_tests", "more_effects", *DEEDS]

    @seed(8)
    @settings_of(30)
    @given(data=st.data())
    def post(data: Any) -> None:
        at = data.draw(st.one_of(st.sampled_from([*places, "form"]), VALUE))
        names = [*shown.get(at, []), *extra]
        values = {name: data.draw(VALUE) for name in names if data.draw(st.booleans())}
        values |= {"deed": data.draw(st.sampled_from(deeds)), "at": at, "view": data.draw(VALUE)}
        headers = {"HX-Request": "true"} if data.draw(st.booleans()) else {}
        answer = client.post(reverse("form_do", args=[form.pk]), values, headers=headers)
        assert answer.status_code in (200, 302, 404), values
        form.draft().definition  # noqa: B018 - it can still be read

    post()
    for deed in ("publish", "draft", "withdraw", "test", "rubbish"):
        for number in ("9" * 5000, "²", "-1", "\x00"):
            answer = client.post(
                reverse("form_versions_do", args=[form.pk]), {"deed": deed, "number": number, "note": number}
            )
            assert answer.status_code in (200, 302, 404), (deed, number)
            answer = do_group(client, form, number)
            assert answer.status_code in (200, 302), number
    assert Form.objects.filter(pk=form.pk).exists()


def do_group(client: Any, form: Form, number: str) -> Any:
    return client.post(reverse("form_do", args=[form.pk]), {"deed": "insert_group", "at": "form", "group": number})


LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    ODD,
    st.just([]),
    st.just({}),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _places(inner, (*path, key))


def _changed(value: Any, path: tuple[Any, ...], leaf: Any) -> Any:
    if not path:
        return leaf
    copy = value.copy()
    copy[path[0]] = _changed(value[path[0]], path[1:], leaf)
    return copy


def test_rubbish_in_imports(home: Any, settings: Any, editor_user: Any) -> None:
    settings.UNSAFE_REQUESTS_A_MINUTE = 0
    editor_user.is_superuser = True
    editor_user.save()
    client = client_of(editor_user)
    client.raise_request_exception = False
    form = make_form(to_json(demo.definition(OWN[0], demo.field_groups(DATA))), slug="vorlage")
    whole = json.loads(files.to_bytes(files.exported(form.versions.get())))
    spots = list(_places(whole))

    def sent(content: bytes) -> int:
        upload = SimpleUploadedFile("form.json", content)
        return client.post(reverse("form_import"), {"file": upload}).status_code

    @seed(8)
    @settings_of(25)
    @given(spot=st.sampled_from(spots), leaf=LEAF, other=st.sampled_from(spots), more=LEAF)
    def post(spot: Any, leaf: Any, other: Any, more: Any) -> None:
        content = _changed(whole, spot, leaf)
        if other in set(_places(content)):
            content = _changed(content, other, more)
        before = set(Form.objects.values_list("pk", flat=True))
        assert sent(json.dumps(content).encode()) in (200, 302), (spot, leaf, other, more)
        for made in Form.objects.exclude(pk__in=before):  # what was taken opens
            assert client.get(reverse("form_build", args=[made.pk])).status_code == 200, (spot, leaf, other, more)

    post()
    label = ("definition", "steps", 0, "title")
    for odd in (
        json.dumps(_changed(whole, label, {"de": "a\x00b"})).encode(),
        json.dumps(_changed(whole, ("texts",), {"de": {"title": "a\x00b"}})).encode(),
        json.dumps(_changed(whole, label, {"de": "\ud800"})).encode(),
        json.dumps(_changed(whole, ("texts",), {"de": {"title": "\ud800"}})).encode(),
        b"[" * 200_000,
        b'{"a":' * 50_000,
        b"<a>" * 50_000,
        b"<?xml version='1.0' encoding='rot13'?><a/>",
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        b"\xff\xfe",
        b"\x00",
        b"",
        b"1" * 10_000,
        b'{"format": NaN}',
    ):
        assert sent(odd) in (200, 302), odd[:60]


@seed(8)
@settings_of(200)
@given(data=st.data())
def test_damaged_files_are_refused_or_taken_and_never_break(data: Any) -> None:
    kind = data.draw(st.sampled_from(sorted(SOUND)))
    content = bytearray(SOUND[kind])
    for _number in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    upload = SimpleUploadedFile(f"a.{kind}", bytes(content[: data.draw(st.integers(1, len(content)))]))
    found = media_type(upload)
    if is_picture(found):
        with suppress(ValidationError):
            kept(upload.read(), found, 10_000_000)


def _sound() -> dict[str, bytes]:
    found = {}
    for kind in ("PNG", "JPEG", "WEBP", "HEIF"):
        out = BytesIO()
        picture = Image.effect_noise((40, 40), 90).convert("RGB")
        picture.save(out, kind) if kind != "HEIF" else pillow_heif.from_pillow(picture).save(out)
        found[kind.lower()] = out.getvalue()
    for ending, method in (("odt", zipfile.ZIP_DEFLATED), ("ods", zipfile.ZIP_LZMA), ("docx", zipfile.ZIP_BZIP2)):
        out = BytesIO()
        with zipfile.ZipFile(out, "w", method) as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
            archive.writestr("[Content_Types].xml", "x" * 500)
        found[ending] = out.getvalue()
    return found


SOUND = _sound()


def test_what_is_kept_of_a_filling_is_only_its_own(home: Any) -> None:
    token = services.begin(form=make_form(), language="de")
    Client().post(
        reverse("forms:step", args=[token, "owner"]), {"f-kind": "person", "f-admin": "1", "_go": "save", "x": "y"}
    )
    filling = Filling.objects.get()
    assert "x" not in content.read(filling).typed["owner"]
