"""The page of current notices."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from . import views

app_name = "notices"
urlpatterns = [path(_("notices/"), views.current_notices, name="all")]
