from django.apps import AppConfig


class ThemingConfig(AppConfig):
    """How the site looks: theme chain, static files, icons, pictures, component page."""

    name = "cms.theming"
    label = "theming"

    def ready(self) -> None:
        from cms.theming import checks  # noqa: F401  (registers the system checks)
