"""Editing the directory in the Wagtail admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from cms.accounts.admin import ScopedSnippetViewSet
from cms.records.admin import RecordViewSet
from cms.records.forms import RestrictedRecordForm, record_form, text_panels

from .models import Absence, District, Location, OrganisationUnit, Person
from .texts import LOCATION_TEXTS, UNIT_TEXTS


class UnitViewSet(RecordViewSet):
    """Organisation units."""

    model = OrganisationUnit
    icon = "group"
    list_display = ["__str__", "office_code", "parent", "access_rule"]
    list_filter = ["access_rule"]
    ordering = ["path"]
    edit_handler = TabbedInterface(
        [
            *text_panels(UNIT_TEXTS),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("office_code"), FieldPanel("slug"), FieldPanel("parent"), FieldPanel("head")],
                        heading=_("Place in the organisation"),
                    ),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("email")], heading=_("Contact")),
                    FieldPanel("locations"),
                    FieldPanel("access_rule"),
                ],
                heading=_("Unit"),
            ),
        ],
        base_form_class=record_form(UNIT_TEXTS, RestrictedRecordForm),
    )


class LocationViewSet(RecordViewSet):
    """Locations."""

    model = Location
    icon = "site"
    list_display = ["__str__", "kind", "address", "is_active", "access_rule"]
    list_filter = ["kind", "access_rule"]
    edit_handler = TabbedInterface(
        [
            *text_panels(LOCATION_TEXTS),
            ObjectList(
                [
                    FieldPanel("slug"),
                    FieldPanel("kind"),
                    MultiFieldPanel(
                        [
                            FieldRowPanel([FieldPanel("street"), FieldPanel("house_number")]),
                            FieldRowPanel([FieldPanel("postal_code"), FieldPanel("city")]),
                            FieldPanel("district"),
                            FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
                            FieldPanel("barrier_free"),
                        ],
                        heading=_("Address"),
                    ),
                    FieldRowPanel([FieldPanel("phone"), FieldPanel("email")], heading=_("Contact")),
                    FieldPanel("is_active"),
                    FieldPanel("access_rule"),
                ],
                heading=_("Location"),
            ),
            ObjectList(
                [
                    InlinePanel(
                        "hours",
                        label=_("Opening hours"),
                        panels=[
                            FieldRowPanel(
                                [
                                    FieldPanel("weekday"),
                                    FieldPanel("opens"),
                                    FieldPanel("closes"),
                                    FieldPanel("by_appointment"),
                                ]
                            )
                        ],
                    ),
                    InlinePanel(
                        "exceptions",
                        label=_("Exceptions"),
                        panels=[
                            FieldRowPanel([FieldPanel("date"), FieldPanel("opens"), FieldPanel("closes")]),
                            FieldPanel("reason"),
                        ],
                    ),
                ],
                heading=_("Opening hours"),
            ),
        ],
        base_form_class=record_form(LOCATION_TEXTS, RestrictedRecordForm),
    )


class PersonViewSet(ScopedSnippetViewSet):
    """People."""

    model = Person
    icon = "user"
    list_display = ["__str__", "function_text", "unit", "access_rule"]
    list_filter = ["unit", "access_rule"]
    search_fields = ["last_name", "first_name", "email", "room"]
    panels = [
        FieldRowPanel(
            [FieldPanel("academic_title"), FieldPanel("first_name"), FieldPanel("last_name")], heading=_("Name")
        ),
        FieldPanel("slug"),
        FieldPanel("function"),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email"), FieldPanel("room")], heading=_("Contact")),
        FieldPanel("skills"),
        FieldPanel("unit"),
        FieldPanel("location"),
        FieldPanel("account"),
        FieldPanel("access_rule"),
    ]


class DistrictViewSet(SnippetViewSet):
    """Districts."""

    model = District
    icon = "globe"
    panels = [FieldPanel("name"), FieldPanel("slug")]


class AbsenceViewSet(SnippetViewSet):
    """Absences and deputies."""

    model = Absence
    icon = "calendar-alt"
    list_display = ["person", "first_day", "last_day", "deputy"]
    list_filter = ["first_day"]
    panels = [
        FieldPanel("person"),
        FieldRowPanel([FieldPanel("first_day"), FieldPanel("last_day")]),
        FieldPanel("deputy"),
    ]


class DirectoryGroup(SnippetViewSetGroup):
    """Menu of the directory."""

    menu_label = _("Directory")
    menu_icon = "group"
    menu_order = 210
    items = (UnitViewSet, LocationViewSet, PersonViewSet, AbsenceViewSet, DistrictViewSet)


register_snippet(DirectoryGroup)
