"""Addresses of accessibility."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "accessibility"
urlpatterns = [
    path(_("accessibility/"), views.statement, name="statement"),
    path(_("report-a-barrier/"), views.report, name="report"),
    path(_("report-a-barrier/thanks/<str:token>/"), views.thanks, name="thanks"),
]
