"""Apps of libraries that need another name here."""

from django.apps import AppConfig


class DjangoFormsConfig(AppConfig):
    """The templates of Django's own forms; the label "forms" belongs to the plugin."""

    name = "django.forms"
    label = "django_forms"
