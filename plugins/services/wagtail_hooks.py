"""Editing the catalogue in the Wagtail admin, with drafts and preview."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.admin.ui.tables import BooleanColumn, LiveStatusTagColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSetGroup

from cms.records.admin import RecordViewSet
from cms.records.forms import RecordForm, RestrictedRecordForm, record_form, text_panels

from .models import LifeSituation, Service
from .texts import LIFE_SITUATION_TEXTS, SERVICE_TEXTS


class ServiceViewSet(RecordViewSet):
    """Services."""

    model = Service
    icon = "doc-full-inverse"
    list_display = [
        "__str__",
        LiveStatusTagColumn(),
        "access_rule",
        BooleanColumn("is_sample", label=_("sample data")),
        "updated_at",
    ]
    list_filter = ["live", "access_rule", "is_sample", "life_situations"]
    ordering = ["slug"]
    edit_handler = TabbedInterface(
        [
            *text_panels(SERVICE_TEXTS),
            ObjectList(
                [
                    InlinePanel(
                        "fees",
                        label=_("Fees"),
                        panels=[
                            FieldPanel("label"),
                            FieldRowPanel([FieldPanel("amount_cents"), FieldPanel("amount_max_cents")]),
                            FieldPanel("condition"),
                        ],
                    ),
                    InlinePanel(
                        "papers",
                        label=_("Papers"),
                        panels=[FieldPanel("label"), FieldPanel("note"), FieldPanel("required")],
                    ),
                    FieldRowPanel(
                        [FieldPanel("processing_days_min"), FieldPanel("processing_days_max")],
                        heading=_("Processing time"),
                    ),
                    InlinePanel("legal_bases", label=_("Legal bases"), panels=[FieldPanel("label"), FieldPanel("url")]),
                ],
                heading=_("Fees, papers, law"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "responsibilities",
                        label=_("Responsible units"),
                        panels=[FieldPanel("unit"), FieldPanel("note")],
                    ),
                    InlinePanel(
                        "places",
                        label=_("Places"),
                        panels=[
                            FieldPanel("location"),
                            FieldRowPanel([FieldPanel("duration_minutes"), FieldPanel("appointment_url")]),
                        ],
                    ),
                    InlinePanel(
                        "online_services",
                        label=_("Online services"),
                        panels=[FieldPanel("kind"), FieldPanel("label"), FieldPanel("url")],
                    ),
                ],
                heading=_("Who, where, online"),
            ),
            ObjectList(
                [
                    FieldPanel("slug"),
                    FieldPanel("life_situations"),
                    MultiFieldPanel(
                        [FieldPanel("is_popular"), FieldPanel("is_sample"), FieldPanel("leika_key")],
                        heading=_("Catalogue"),
                    ),
                    FieldPanel("access_rule"),
                    PublishingPanel(),
                ],
                heading=_("Settings"),
            ),
        ],
        base_form_class=record_form(SERVICE_TEXTS, RestrictedRecordForm),
    )


class LifeSituationViewSet(RecordViewSet):
    """Life situations."""

    model = LifeSituation
    icon = "thumbtack"
    list_display = ["__str__", "sort_order"]
    edit_handler = TabbedInterface(
        [
            *text_panels(LIFE_SITUATION_TEXTS),
            ObjectList([FieldPanel("slug"), FieldPanel("icon"), FieldPanel("sort_order")], heading=_("Settings")),
        ],
        base_form_class=record_form(LIFE_SITUATION_TEXTS, RecordForm),
    )


class ServicesGroup(SnippetViewSetGroup):
    """Menu of the catalogue."""

    menu_label = _("Services")
    menu_icon = "doc-full-inverse"
    menu_order = 205
    items = (ServiceViewSet, LifeSituationViewSet)


register_snippet(ServicesGroup)
