"""Services in the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils import translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from cms.contracts.search import Card, Entry
from cms.directory.hours import Schedule
from cms.plugins.registry import providers
from cms.records.richtext import plain
from cms.records.texts import localized

from .models import LifeSituation, OnlineService, Service
from .presentation import fee_summary, processing_time

BODY_FIELDS = ("body", "requirements", "procedure", "papers_note", "fee_note", "processing_time_note")


def subject(title: str) -> str:
    """Return what a title is about, without the verb at its end: "Wohngeld beantragen" is about "Wohngeld".

    German nouns begin with a capital, so a last word in small letters that ends in -en is the verb.
    """
    head, _space, last = title.rpartition(" ")
    return head if head and last.islower() and last.endswith("en") else ""


class ServiceDocument:
    """Services of the catalogue."""

    kind = "service"
    label = _("Services")
    icon = "file-check"
    model = Service
    dependents = {
        "directory.OrganisationUnit": "responsibilities__unit",
        "directory.Location": "places__location",
        "services.LifeSituation": "life_situations",
        "services.ServiceImportedText": "imported_texts",
    }

    def queryset(self) -> Any:
        """Return the published services with everything their entries need."""
        return (
            Service.objects.filter(live=True)
            .with_texts()
            .prefetch_related(
                "papers",
                "fees",
                "online_services",
                "legal_bases",
                "responsibilities__unit__texts",
                "responsibilities__unit__access_rule",
                "life_situations__texts",
                "places__location__texts",
                "places__location__access_rule",
                "places__location__district",
                "places__location__hours",
                "places__location__exceptions",
            )
        )

    def entries(self, obj: Service) -> Iterable[Entry]:
        """Yield one entry a language. Names of units readers of the service may not see stay out."""
        units = [
            row.unit
            for row in obj.responsibilities.all()
            if row.unit.access_rule_id == obj.access_rule_id or row.unit.access_rule.is_public
        ]
        places = [row.location for row in obj.places.all() if row.location.is_active]
        places = [item for item in places if item.access_rule_id == obj.access_rule_id or item.access_rule.is_public]
        place = places[0] if places else None
        for language in obj.languages():
            with translation.override(language):
                texts = [plain(obj.text(field, language)) for field in BODY_FIELDS]
                labels: list[str] = []
                for rows, fields in (
                    (obj.papers.all(), ("label", "note")),
                    (obj.fees.all(), ("label", "condition")),
                    (obj.online_services.all(), ("label",)),
                    (obj.legal_bases.all(), ("label",)),
                ):
                    labels += [localized(getattr(row, name), language) for row in rows for name in fields]
                yield Entry(
                    language=language,
                    title=obj.text("title", language),
                    url=obj.get_absolute_url(),
                    rule_id=obj.access_rule_id,
                    alternative_titles=(
                        *obj.text_list("alternative_titles", language),
                        *(about for about in [subject(obj.text("title", language))] if about),
                    ),
                    keywords=(
                        *obj.text_list("keywords", language),
                        *(unit.text("name", language) for unit in units),
                    ),
                    summary=obj.text("summary", language) or plain(obj.text("body", language))[:300],
                    # Labels are no sentences: a passage of several needs something between them.
                    body=" · ".join(part for part in (" ".join(filter(None, texts)), *labels) if part),
                    staff_text=plain(obj.text("staff_note", language)),
                    topics=tuple(item.slug for item in obj.life_situations.all()),
                    unit_id=units[0].pk if units else None,
                    district=place.district.name if place and place.district else "",
                    latitude=place.latitude if place else None,
                    longitude=place.longitude if place else None,
                    boost=1.3 if obj.is_popular else 1.2,
                    card=_card(obj, language, units, place),
                )

    def topic_names(self) -> dict[str, str]:
        """Return what the topics of the entries are called, in the active language."""
        return {item.slug: item.text("title") for item in LifeSituation.objects.with_texts()}


def _card(service: Service, language: str, units: list[Any], place: Any) -> Card:
    """Return what a result shows of a service: what it costs, what to bring, how long it takes, where, online at once."""
    papers = len(service.papers.all())
    online = next((row for row in service.online_services.all() if row.kind == OnlineService.Kind.ONLINE), None)
    # Everybody reads the card, so it names what everybody may fill in.
    forms = [
        found
        for provider in providers("forms_of_service").values()
        for found in provider(AnonymousUser(), f"service:{service.pk}")
        if found.online or found.external
    ]
    label, url = (gettext("Apply online"), online.url) if online else ("", "")
    if forms:
        label, url = gettext("Apply online"), forms[0].url
    facts = {
        "fee": fee_summary(service),
        "papers": ngettext("%(n)d paper", "%(n)d papers", papers) % {"n": papers} if papers else "",
        "duration": processing_time(service),
        "unit": units[0].text("name", language) if units else "",
    }
    return Card(
        facts=tuple((name, text) for name, text in facts.items() if text),
        action_label=label,
        action_url=url,
        phone=units[0].phone if units else "",
        place=place.text("name", language) if place else "",
        hours=Schedule.of(place).stored() if place else None,
    )


DOCUMENTS = [ServiceDocument()]
