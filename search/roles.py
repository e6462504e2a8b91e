"""What the standard roles may do with the search."""

from cms.accounts.roles import EDITORS_GROUP

ROLES = {EDITORS_GROUP: [f"search.{action}_synonym" for action in ("add", "change", "delete", "view")]}
