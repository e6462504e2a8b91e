"""What the standard roles may do with forms, and a role of our own: whoever builds forms, of all units or of one."""

from cms.accounts.roles import AGENT_GROUP, EDITORS_GROUP
from cms.privacy.roles import DATA_PROTECTION_GROUP

FORM_EDITORS_GROUP = "form editors"
_ALL = [
    *(f"forms.{action}_form" for action in ("add", "change", "delete", "view", "publish")),
    *(f"forms.{action}_fieldgroup" for action in ("add", "change", "delete", "view")),
    *(f"forms.{action}_referencelist" for action in ("add", "change", "delete", "view")),
    *(f"forms.{action}_{name}" for action in ("change", "view") for name in ("receivedsubmission", "sentsubmission")),
    *(f"forms.{action}_fitconnectservice" for action in ("add", "change", "delete", "view")),
    "forms.view_deletion",
    *(f"forms.{action}_handover" for action in ("change", "view")),
    *(f"forms.{action}_handovertarget" for action in ("add", "change", "delete", "view")),
]

ROLES = {
    EDITORS_GROUP: _ALL,
    AGENT_GROUP: ["forms.add_filling"],  # fill in for whoever calls or stands at the counter
    FORM_EDITORS_GROUP: ["wagtailadmin.access_admin", *_ALL],
    DATA_PROTECTION_GROUP: ["forms.view_deletion"],
}
