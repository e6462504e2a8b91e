"""Load ``fixtures/forms.yaml``: forms people of a city know, as the builder would make them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from wagtail.models import Collection

from cms.content.models import CityDocument
from cms.content.pdf import write_pdf
from cms.directory.demo import rule_of
from cms.directory.models import OrganisationUnit
from cms.plugins.registry import providers

from . import demo_fit_connect, demo_life
from .building import publishing, services
from .definition.structure import FORMAT, Definition, from_json
from .models import FieldGroup, Form, FormService, ReferenceList
from .search import mark_forms

LANGUAGES = ("de", "en")
TEXTS = frozenset({"label", "help", "example", "title", "intro"})
Groups = Mapping[str, list[dict[str, Any]]]


def load(data: dict[str, Any], report: Any) -> None:
    """Create field groups and forms that don't exist yet; existing ones stay as edited."""
    groups = field_groups(data)
    for row in data.get("groups", []):
        FieldGroup.objects.get_or_create(key=row["key"], defaults={"title": row["title"], "data": groups[row["key"]]})
    for row in data.get("lists", []):
        ReferenceList.objects.get_or_create(
            key=row["key"], defaults={"title": row["title"], "lines": "\n".join(row["entries"])}
        )
    known = set(Form.objects.values_list("slug", flat=True))
    units = {unit.slug: unit for unit in OrganisationUnit.objects.all()}
    rows = [row for row in data.get("forms", []) if row["slug"] not in known]
    keys = service_keys(slug for row in rows for slug in row.get("services", []))
    owners = {user.username: user for user in get_user_model().objects.filter(username__in=_names(rows))}
    for row in rows:
        form = build(row, units, keys)
        form.owner = owners.get(row.get("owner", ""))
        form.save()
        if form.kind == Form.Kind.OWN:
            draft = services.new_draft(form=form, definition=definition(row, groups), by=None, words="")
            publishing.publish(version=draft, note="", by=None, confirmed=True)
        mark_forms([form])
    if rows:
        demo_life.fill([row for row in data.get("sent", []) if row["form"] not in known])
        demo_fit_connect.fill([row for row in data.get("received", []) if row["form"] not in known])
    report(f"{len(data.get('forms', []))} forms, {len(groups)} field groups")


def _names(rows: Iterable[dict[str, Any]]) -> list[str]:
    return [row["owner"] for row in rows if "owner" in row]


def field_groups(data: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return key of a group -> its fields as JSON of definition.structure."""
    return {row["key"]: _fields(row["fields"], {}) for row in data.get("groups", [])}


def service_keys(slugs: Iterable[str]) -> dict[str, str]:
    """Return slug -> key of the services that other plugins know."""
    wanted, found = list(slugs), {}
    for provider in providers("service_keys").values():
        found |= provider(wanted)
    return found


def build(row: dict[str, Any], units: Mapping[str, OrganisationUnit], keys: Mapping[str, str]) -> Form:
    """Return the unsaved form of one row of the fixture. Raises KeyError for an unknown unit."""
    plain = ("number", "kind", "purpose", "digital_level", "legal_basis", "requirement", "requirement_source", "asks",
             "expected_days", "retention_days", "url")  # fmt: skip
    form = Form(
        slug=row["slug"],
        unit=units.get(row["unit"]),
        access_rule=rule_of(row.get("audience", "public")),
        document=_document(row) if row["kind"] == Form.Kind.PDF else None,
        **{name: row[name] for name in plain if name in row},
    )
    names = [name for name in Form.TEXT_FIELDS if name in row]
    form.set_texts({(name, code): text for name in names for code, text in _texts(row[name]).items()})
    form.services.set([FormService(key=keys[slug]) for slug in row.get("services", []) if slug in keys])
    return form


def _document(row: dict[str, Any]) -> CityDocument:
    buffer, title = BytesIO(), row["title"][0]
    write_pdf(buffer, title, row["lines"])
    document = CityDocument(title=title, collection=Collection.get_first_root_node())
    document.file.save(f"{row['slug']}.pdf", ContentFile(buffer.getvalue()), save=False)
    document._set_document_file_metadata()
    document.save()
    return document


def definition(row: Mapping[str, Any], groups: Groups) -> Definition:
    """Return what the form of one row asks. Raises DefinitionError."""
    return from_json(
        {
            "format": FORMAT,
            "languages": list(LANGUAGES),
            "steps": [
                {name: _value(name, value, groups) for name, value in step.items()} for step in row.get("steps", [])
            ],
            "rules": [_rule(number, rule) for number, rule in enumerate(row.get("rules", []), 1)],
        }
    )


def _texts(pair: Any) -> dict[str, str]:
    return dict(zip(LANGUAGES, map(str, pair), strict=True))


def _value(name: str, value: Any, groups: Groups) -> Any:
    if name in TEXTS:
        return _texts(value)
    if name == "fields":
        return _fields(value, groups)
    if name == "options":
        return [{"value": stored, "label": _texts(label)} for stored, *label in value]
    return value


def _fields(rows: list[dict[str, Any]], groups: Groups) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for row in rows:
        if "group" in row:
            found += [
                {**field, "settings": {**field.get("settings", {}), "group": row["group"]}}
                for field in groups[row["group"]]
            ]
        else:
            found.append({name: _value(name, value, groups) for name, value in row.items()})
    return found


def _rule(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    effects: list[dict[str, Any]] = []
    if "show" in row:
        effects.append({"do": "show", "target": row["show"]})
    if "price" in row:
        effects.append({"do": "price", "value": row["price"]})
    if "block" in row:
        effects.append({"do": "block", "target": row.get("target", ""), "message": _texts(row["block"])})
    tests = [{"field": field, "op": op, "value": value} for field, op, value in row["when"]]
    return {"key": f"r{number}", "tests": tests, "effects": effects}


def forms_block(value: dict[str, Any]) -> dict[str, Any]:
    """Return the data of a "forms" block for a page of the fixtures; unknown addresses are left out."""
    ids = dict(Form.objects.filter(slug__in=value["slugs"]).values_list("slug", "pk"))
    return {"title": value.get("title") or "", "forms": [ids[slug] for slug in value["slugs"] if slug in ids]}


BLOCKS = {"forms": forms_block}
