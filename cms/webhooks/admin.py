"""Webhooks in the Wagtail admin."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from cms.sealing import Unreadable
from cms.theming.charts import Columns, Series

from . import services
from .forms import DeliveryFilter, EndpointForm, ReplayForm
from .models import WebhookDelivery, WebhookEndpoint

State = WebhookDelivery.State
DAYS, SHOWN = 14, 30


class EndpointIndex(generic.IndexView):
    """The webhooks with what waits and what was given up."""

    def get_base_queryset(self) -> QuerySet[WebhookEndpoint]:
        """Return the endpoints with the numbers."""
        return WebhookEndpoint.objects.select_related("integration").annotate(
            waiting=Count("deliveries", filter=Q(deliveries__state__in=WebhookDelivery.UNFINISHED)),
            dead=Count("deliveries", filter=Q(deliveries__state=State.DEAD)),
        )


class EndpointCreate(generic.CreateView):
    """A new webhook."""

    def save_instance(self) -> WebhookEndpoint:
        """Store it; it gets its secret."""
        values = {name: self.form.cleaned_data[name] for name in ("integration", "url", "events", "description")}
        return services.create_endpoint(**values, by=self.request.user)


class EndpointEdit(generic.EditView):
    """Change a webhook, or switch it off and on."""

    def save_instance(self) -> WebhookEndpoint:
        """Store it."""
        endpoint = self.form.save(commit=False)
        self.has_content_changes = self.form.has_changed()
        return services.change_endpoint(endpoint=endpoint, by=self.request.user)


class EndpointInspect(generic.InspectView):
    """What goes to a webhook: by day, and each message; the buttons."""

    template_name = "webhooks/admin/endpoint.html"
    page_title = gettext_lazy("Messages")

    def get_events_display_value(self) -> str:
        """Return what it is told of, in words."""
        words = dict(services.choices())
        return ", ".join(str(words.get(pattern, pattern)) for pattern in self.object.events)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add chart, messages and forms."""
        chosen = DeliveryFilter(self.request.GET)
        rows = self.object.deliveries.order_by("-happened_at", "-pk")
        if chosen.is_valid():
            rows = rows.filter(**{name: value for name, value in chosen.cleaned_data.items() if value})
        counts: Counter[str] = Counter(
            dict(self.object.deliveries.values_list("state").annotate(Count("pk")).order_by())
        )
        return {
            **super().get_context_data(**kwargs),
            "days": by_day(self.object),
            "chosen": chosen,
            "rows": Paginator(rows, SHOWN).get_page(self.request.GET.get("p")),
            "figures": [(State(state).label, counts[state]) for state in State.values],
            "dead": counts[State.DEAD],
            "replay": ReplayForm(auto_id="replay_%s", initial={"since": timezone.localtime() - timedelta(days=1)}),
            "may_change": self.request.user.has_perm(services.RIGHT),
            "now": timezone.now(),
        }


def by_day(endpoint: WebhookEndpoint) -> Columns:
    """Return, for the last two weeks, how many messages were delivered and how many not."""
    today = timezone.localdate()
    days = [today - timedelta(days=number) for number in reversed(range(DAYS))]
    rows = endpoint.deliveries.filter(happened_at__date__gte=days[0]).annotate(day=TruncDate("happened_at"))
    delivered = Count("pk", filter=Q(state=State.DONE))
    open_ = Count("pk", filter=Q(state__in=[*WebhookDelivery.UNFINISHED, State.DEAD]))
    found = {
        day: (good, bad) for day, good, bad in rows.values_list("day").annotate(good=delivered, bad=open_).order_by()
    }
    pairs = [found.get(day, (0, 0)) for day in days]
    return Columns(
        _("Day"),
        [(date_format(day, "SHORT_DATE_FORMAT"), day.strftime("%d.%m.")) for day in days],
        [
            Series(_("delivered"), [good for good, _bad in pairs]),
            Series(_("waiting or given up"), [bad for _good, bad in pairs]),
        ],
    )


class EndpointViewSet(ModelViewSet):
    """Webhooks of all integrations."""

    model = WebhookEndpoint
    icon = "redirect"
    menu_label = gettext_lazy("Webhooks")
    menu_order = 236
    add_to_settings_menu = True
    index_view_class = EndpointIndex
    add_view_class = EndpointCreate
    edit_view_class = EndpointEdit
    inspect_view_class = EndpointInspect
    inspect_view_enabled = True
    inspect_view_fields = ["integration", "url", "events", "state", "created_at"]
    copy_view_enabled = False
    list_filter = ["integration", "state"]
    search_fields = ["url", "description"]
    list_display = [
        "__str__",
        Column("integration", label=gettext_lazy("Integration")),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display"),
        Column("waiting", label=gettext_lazy("Waiting")),
        Column("dead", label=gettext_lazy("Given up")),
    ]
    url_prefix = "webhooks"
    edit_handler = ObjectList(
        [
            FieldPanel("integration"),
            FieldPanel("url"),
            FieldPanel("description"),
            FieldPanel("events"),
            FieldPanel("state"),
        ],
        base_form_class=EndpointForm,
    )


def _endpoint(request: HttpRequest, pk: int) -> WebhookEndpoint:
    """Return an endpoint for whoever may change it. Raises PermissionDenied, Http404."""
    if not request.user.has_perm(services.RIGHT):
        raise PermissionDenied
    return get_object_or_404(WebhookEndpoint.objects.select_related("integration"), pk=pk)


@require_POST
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the secret, or make a new one ("deed" in the form is "new"). Never kept by a cache."""
    endpoint = _endpoint(request, pk)
    try:
        if request.POST.get("deed") == "new":
            words = services.rotate_secret(endpoint=endpoint, by=request.user)
            endpoint.refresh_from_db()
        else:
            words = services.show_secret(endpoint=endpoint, by=request.user)
    except Unreadable:
        messages.error(request, _("The secret can't be read any more. Make a new one and give it to the receiver."))
        return redirect("webhooks:inspect", pk)
    response = render(request, "webhooks/admin/secret.html", {"endpoint": endpoint, "secret": words})
    add_never_cache_headers(response)
    return response


@require_POST
def act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Do something with a webhook: "ping", "retry", "skip" (what was given up, or "delivery" alone), "replay"."""
    endpoint = _endpoint(request, pk)
    if deed == "ping":
        services.ping(endpoint=endpoint, by=request.user)
        messages.success(request, _("A test message is on its way. Reload the page in a moment to see the answer."))
    elif deed in ("retry", "skip"):
        _decide(request, endpoint, deed)
    elif deed == "replay":
        _replay(request, endpoint)
    else:
        raise Http404
    return redirect("webhooks:inspect", pk)


def _decide(request: HttpRequest, endpoint: WebhookEndpoint, deed: str) -> None:
    rows = endpoint.deliveries.filter(state=State.DEAD)
    one = request.POST.get("delivery", "")
    if one:
        if not one.isascii() or not one.isdigit() or len(one) > 18:
            raise Http404
        rows = rows.filter(pk=int(one))
    number = (services.retry if deed == "retry" else services.skip)(rows=rows, by=request.user)
    if not number:
        messages.warning(request, _("Somebody else has already decided about it."))
        return
    words = {
        "retry": ngettext("One message is sent again.", "%(count)s messages are sent again.", number),
        "skip": ngettext("One message was left out.", "%(count)s messages were left out.", number),
    }
    messages.success(request, words[deed] % {"count": number})


def _replay(request: HttpRequest, endpoint: WebhookEndpoint) -> None:
    form = ReplayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please enter from when on messages are sent again."))
        return
    number = services.replay(endpoint=endpoint, by=request.user, **form.cleaned_data)
    words = ngettext("One message is sent again.", "%(count)s messages are sent again.", number)
    messages.success(request, words % {"count": number})


VIEWSETS = (EndpointViewSet("webhooks"),)
