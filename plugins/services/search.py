"""Services in the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from cms.contracts.search import Entry
from cms.records.richtext import plain
from cms.records.texts import localized

from .models import LifeSituation, Service

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
            )
        )

    def entries(self, obj: Service) -> Iterable[Entry]:
        """Yield one entry a language. Names of units readers of the service may not see stay out."""
        units = [
            row.unit
            for row in obj.responsibilities.all()
            if row.unit.access_rule_id == obj.access_rule_id or row.unit.access_rule.is_public
        ]
        for language in obj.languages():
            with translation.override(language):
                parts = [plain(obj.text(field, language)) for field in BODY_FIELDS]
                for rows, fields in (
                    (obj.papers.all(), ("label", "note")),
                    (obj.fees.all(), ("label", "condition")),
                    (obj.online_services.all(), ("label",)),
                    (obj.legal_bases.all(), ("label",)),
                ):
                    parts += [localized(getattr(row, name), language) for row in rows for name in fields]
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
                    body=" ".join(part for part in parts if part),
                    staff_text=plain(obj.text("staff_note", language)),
                    topics=tuple(item.slug for item in obj.life_situations.all()),
                    unit_id=units[0].pk if units else None,
                    boost=1.3 if obj.is_popular else 1.2,
                )

    def topic_names(self) -> dict[str, str]:
        """Return what the topics of the entries are called, in the active language."""
        return {item.slug: item.text("title") for item in LifeSituation.objects.with_texts()}


DOCUMENTS = [ServiceDocument()]
