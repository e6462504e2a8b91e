"""What the standard roles may do in the directory."""

from cms.accounts.roles import EDITORS_GROUP

ROLES = {
    EDITORS_GROUP: [
        f"directory.{action}_{model}"
        for model in ("organisationunit", "location", "person", "absence", "district")
        for action in ("add", "change", "delete", "view")
    ],
}
