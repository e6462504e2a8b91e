from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who is who: the user model and sign-in."""

    name = "cms.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
