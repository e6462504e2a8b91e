"""Who cares for barriers."""

from django.utils.translation import gettext_noop

from cms.accounts.roles import EDITORS_GROUP

OFFICERS_GROUP = gettext_noop("accessibility officers")
ROLES = {
    OFFICERS_GROUP: [
        "wagtailadmin.access_admin",
        *(f"accessibility.{action}_barrierreport" for action in ("change", "delete", "view")),
        *(f"accessibility.{action}_auditrun" for action in ("add", "change", "delete", "view")),
        "accessibility.change_accessibilitysettings",
    ],
    # They may have to mend it; who reported it they see as well, so that they can ask.
    EDITORS_GROUP: ["accessibility.view_barrierreport", "accessibility.change_barrierreport"],
}
