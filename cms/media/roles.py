"""What the standard roles may do with the list of licences; nobody deletes what images may carry."""

from cms.accounts.roles import EDITORS_GROUP

ROLES = {EDITORS_GROUP: [f"media.{action}_imagelicence" for action in ("add", "change", "view")]}
