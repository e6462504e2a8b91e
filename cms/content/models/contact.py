"""The contact page: how to reach an office, and a form that writes to it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from cms.access.rules import rule_ids_for
from cms.directory.models import Location, OrganisationUnit
from cms.directory.presentation import location_context

from ..contact import ContactForm, may_send, send_message
from .base import SitePage


class ContactPage(SitePage, Page):
    """Phone, address and hours of an office or of the city, and a form that becomes a mail. Nothing else is stored."""

    unit = models.ForeignKey(
        OrganisationUnit, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("office")
    )
    location = models.ForeignKey(
        Location, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("place with opening hours")
    )
    email = models.EmailField(
        _("mails go to"), blank=True, help_text=_("Leave empty to write to the address of the office.")
    )
    shows_form = models.BooleanField(_("with a form"), default=True)

    shown_with = ("locale", "unit", "location")
    content_panels = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("unit"), FieldPanel("location"), FieldPanel("shows_form"), FieldPanel("email")],
            heading=_("Contact"),
        ),
        FieldPanel("body"),
    ]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("contact page")
        verbose_name_plural = _("contact pages")

    def clean(self) -> None:
        """Insist on somebody who reads what is sent. Raises ValidationError."""
        super().clean()
        if self.shows_form and not self.recipient:
            raise ValidationError(
                {"email": _("Enter an address: the office has none, and messages must reach somebody.")}
            )

    @property
    def recipient(self) -> str:
        """The address that messages go to."""
        return self.email or (self.unit.email if self.unit else "")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form, or take the message and thank for it; wrong input comes back with the reasons (400, 429)."""
        if not self.shows_form or not self.recipient:
            return super().serve(request, *args, **kwargs)
        request.wagtail_page = self  # type: ignore[attr-defined]
        status = 200
        form = ContactForm(request.POST or None)
        if request.method == "POST":
            form = ContactForm(request.POST)
            if form.is_valid():
                if form.is_robot():
                    return redirect(f"{self.get_url(request)}?sent=1")
                if may_send(request):
                    send_message(page=self, **form.values())
                    return redirect(f"{self.get_url(request)}?sent=1")
                form.add_error(None, _("You have sent several messages. Please wait an hour, or call us."))
                status = 429
            else:
                status = 400
        context = self.get_context(request)
        context["form"] = form
        context["is_sent"] = request.method == "GET" and "sent" in request.GET
        response = render(request, self.get_template(request), context, status=status)
        add_never_cache_headers(response)  # the form carries a token of its own
        return response

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add ``office`` and the place with its hours, as ``request`` may see them."""
        context = super().get_context(request, *args, **kwargs)
        rules = rule_ids_for(request)
        context["office"] = self.unit if self.unit and self.unit.access_rule_id in rules else None
        if self.location and self.location.access_rule_id in rules:
            context |= location_context(self.location)
        if self.shows_form and "form" not in context:
            context["form"] = ContactForm()
        return context
