"""Pages of the plugin."""

from django.urls import path

from . import views

app_name = "dummy"
urlpatterns = [path("", views.index, name="index"), path("<int:pk>/", views.note, name="note")]
