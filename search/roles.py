"""What the standard roles may do with the search."""

from cms.accounts.roles import EDITORS_GROUP

_KEPT = ("synonym", "bestbet", "judgedquery")
ROLES = {
    EDITORS_GROUP: [
        *(f"search.{action}_{name}" for name in _KEPT for action in ("add", "change", "delete", "view")),
        "search.view_loggedquery",
        "search.change_searchtodo",
    ]
}
