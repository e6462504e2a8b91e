"""Public pages of the catalogue. Every row comes through ``visible_to``."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from cms.access.rules import rule_ids_for
from cms.caching.pages import public_page
from cms.directory.models import OrganisationUnit
from cms.plugins.registry import providers

from . import linked
from .alphabet import by_letter, sort_key
from .models import LifeSituation, Service
from .presentation import cards, service_context, services_of_unit


def _detailed(request: HttpRequest) -> object:
    return (
        Service.objects.visible_to(request)
        .with_texts()
        .with_children("fees", "papers", "legal_bases", "online_services", "responsibilities", "places")
    )


@public_page
def index(request: HttpRequest) -> HttpResponse:
    """A–Z of all services, found under their title and their alternative titles."""
    titled = []
    count = 0
    for entry in cards(request, Service.objects.visible_to(request).for_cards()):
        count += 1
        titled.append((entry.title, {"card": entry, "alternative": False}))
        titled += [
            (name, {"card": entry, "alternative": True})
            for name in entry.service.text_list("alternative_titles")
            if name.casefold() != entry.title.casefold()
        ]
    context = {
        "letters": by_letter(titled),
        "count": count,
        "forms_url": next((found(request) for found in providers("all_forms").values()), ""),
    }
    return render(request, "services/index.html", context)


@public_page
def service(request: HttpRequest, slug: str) -> HttpResponse:
    """One service."""
    found = get_object_or_404(_detailed(request), slug=slug)
    context = service_context(found, request)
    context["linked"] = [linked.service(found, context, request.build_absolute_uri)]
    return render(request, "services/service.html", context)


@public_page
def service_print(request: HttpRequest, slug: str) -> HttpResponse:
    """One service on paper: everything open, addresses written out."""
    found = get_object_or_404(_detailed(request), slug=slug)
    return render(request, "services/service_print.html", service_context(found, request))


@public_page
def life_situations(request: HttpRequest) -> HttpResponse:
    """All life situations with the number of services the reader may see."""
    visible = Q(services__live=True, services__access_rule__in=rule_ids_for(request))
    situations = LifeSituation.objects.with_texts().annotate(
        service_count=Count("services", filter=visible, distinct=True)
    )
    return render(request, "services/life_situations.html", {"situations": list(situations)})


@public_page
def life_situation(request: HttpRequest, slug: str) -> HttpResponse:
    """One life situation with its services."""
    found = get_object_or_404(LifeSituation.objects.with_texts(), slug=slug)
    rows = Service.objects.visible_to(request).filter(life_situations=found).for_cards()
    shown = sorted(cards(request, rows), key=lambda item: sort_key(item.title))
    return render(request, "services/life_situation.html", {"situation": found, "shown_record": found, "cards": shown})


@public_page
def by_office(request: HttpRequest) -> HttpResponse:
    """Services by office: units with the number of services each carries out itself."""
    visible = Q(live=True, access_rule__in=rule_ids_for(request))
    counts = dict(
        Service.objects.filter(visible).values_list("responsibilities__unit").annotate(n=Count("pk", distinct=True))
    )
    units = [
        {"unit": unit, "count": counts[unit.pk]}
        for unit in OrganisationUnit.objects.visible_to(request).with_texts().filter(pk__in=[pk for pk in counts if pk])
    ]
    return render(request, "services/by_office.html", {"units": units})


@public_page
def office(request: HttpRequest, slug: str) -> HttpResponse:
    """Services of one office and of the units below it."""
    unit = get_object_or_404(OrganisationUnit.objects.visible_to(request).with_texts(), slug=slug)
    return render(request, "services/office.html", {"unit": unit, "cards": services_of_unit(request, unit)})
