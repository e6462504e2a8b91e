from django.utils.translation import gettext_lazy as _

from cms.plugins import Manifest, PluginConfig


class AccountsConfig(PluginConfig):
    """Who is who: accounts, sign-in, roles and what follows from them."""

    name = "cms.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default = True
    manifest = Manifest(
        summary=_("Accounts, sign-in, roles, invitations"),
        jobs="cms.accounts.jobs.PERIODIC",
        topics="cms.accounts.topics.TOPICS",
        privacy="cms.accounts.privacy.DATA",
    )

    def ready(self) -> None:
        from . import receivers

        receivers.connect()
