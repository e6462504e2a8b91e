"""What the standard roles may do with pages and files. Page permissions are set per tree by the set-up."""

from cms.accounts.roles import EDITORS_GROUP, SECTION_EDITORS_GROUP

ROLES = {
    EDITORS_GROUP: [
        "wagtailadmin.access_admin",
        "access.add_accessrule",
        "access.view_accessrule",
        *(
            f"content.{verb}_{model}"
            for model in ("topic", "shortlink")
            for verb in ("add", "change", "delete", "view")
        ),
    ],
    SECTION_EDITORS_GROUP: ["wagtailadmin.access_admin"],
}
