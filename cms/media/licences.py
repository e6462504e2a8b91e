"""The code list of licences in the admin."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import CityImage, ImageLicence


class LicenceForm(WagtailAdminModelForm):
    """A licence. What images carry is known by code and version of the list: these stay once it is stored."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("code", "list_version"):
                self.fields[name].disabled = True


class LicenceViewSet(SnippetViewSet):
    """Licences of images; “Usage” names the images that carry one."""

    model = ImageLicence
    icon = "key"
    menu_label = _("Licences of images")
    menu_name = "image-licences"
    add_to_settings_menu = True
    list_display = [
        "__str__",
        "code",
        "list_version",
        BooleanColumn("is_current", label=_("may be chosen")),
        Column("images", label=_("Images")),
    ]
    search_fields = ["code", "name"]
    list_filter = ["is_current", "list_version"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("url"),
            FieldRowPanel([FieldPanel("code"), FieldPanel("list_version")]),
            FieldRowPanel([FieldPanel("is_current"), FieldPanel("position")]),
        ],
        base_form_class=LicenceForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImageLicence]:
        """Return all licences, each with the number of images that carry it."""
        carried = CityImage.objects.filter(licence=OuterRef("pk")).order_by().values("licence")
        number = Subquery(carried.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
        return ImageLicence.objects.annotate(images=Coalesce(number, 0)).order_by("position", "pk")
