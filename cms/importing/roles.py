"""Who may bring pages over."""

from cms.accounts.roles import EDITORS_GROUP

ROLES = {EDITORS_GROUP: ["importing.import_pages"]}
