"""What the standard roles may do in the catalogue."""

from cms.accounts.roles import EDITORS_GROUP

ROLES = {
    EDITORS_GROUP: [
        *(f"services.{action}_service" for action in ("add", "change", "delete", "view", "publish", "lock", "unlock")),
        *(f"services.{action}_lifesituation" for action in ("add", "change", "delete", "view")),
    ],
}
