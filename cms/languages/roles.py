"""Who translates and who releases. Page permissions are set per tree by the set-up."""

from cms.accounts.roles import EASY_RELEASERS_GROUP, EDITORS_GROUP, SIGN_RELEASERS_GROUP

from .release import EASY, SIGN

ROLES = {
    EDITORS_GROUP: ["wagtail_localize.submit_translation"],
    EASY_RELEASERS_GROUP: ["wagtailadmin.access_admin", f"languages.{EASY}"],
    SIGN_RELEASERS_GROUP: ["wagtailadmin.access_admin", f"languages.{SIGN}"],
}
