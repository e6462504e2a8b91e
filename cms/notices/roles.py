"""What the standard roles may do with notices, and two roles for emergencies."""

from django.utils.translation import gettext_noop

from cms.accounts.roles import EDITORS_GROUP, SECTION_EDITORS_GROUP

EMERGENCY_GROUP = gettext_noop("emergency publishers")
#: Told of every emergency notice; the role gives no rights.
PRESS_GROUP = gettext_noop("press office")

_NOTICES = [f"notices.{action}_notice" for action in ("add", "change", "delete", "view")]
ROLES = {
    EDITORS_GROUP: _NOTICES,
    # Limited to an office, the role reaches the notices of the office.
    SECTION_EDITORS_GROUP: _NOTICES,
    EMERGENCY_GROUP: ["wagtailadmin.access_admin", "notices.publish_emergency"],
    PRESS_GROUP: [],
}
