"""Settings of the plugin of forms, and of FIT-Connect (docs/forms.md, docs/fit-connect.md, docs/deployment.md)."""

import environ

env = environ.Env()

# Work that computers do before a form is sent by somebody who is not signed in (no puzzle; docs/forms.md).
FORMS_PROOF_OF_WORK = env.bool("FORMS_PROOF_OF_WORK", default=True)
# Who vouches for who people are: classes of plugins.forms.filling.identity.base, and the broker for BundID (OpenID Connect).
FORMS_IDENTITY = [
    "plugins.forms.filling.identity.bundid.BundId",
    "plugins.forms.filling.identity.account.AccountProvider",
]
FORMS_BUNDID = {
    "issuer": env("FORMS_BUNDID_ISSUER", default=""),
    "client_id": env("FORMS_BUNDID_CLIENT_ID", default=""),
    "secret": env("FORMS_BUNDID_SECRET", default=""),
    "label": env("FORMS_BUNDID_LABEL", default="BundID"),
    "level_claim": env("FORMS_BUNDID_LEVEL_CLAIM", default="acr"),
}
# Dotted path of what looks for viruses in uploaded files: "plugins.forms.filling.scanning.clamav", or a function of yours.
FORMS_VIRUS_SCANNER = env("FORMS_VIRUS_SCANNER", default="")
FORMS_CLAMAV = env("FORMS_CLAMAV", default="127.0.0.1:3310")  # or the path of clamd's socket

# --- FIT-Connect (docs/fit-connect.md); without an address it is off -------------------------------
FIT_CONNECT = {
    "url": env("FIT_CONNECT_URL", default="").rstrip("/"),
    "token_url": env("FIT_CONNECT_TOKEN_URL", default=""),
    "client_id": env("FIT_CONNECT_CLIENT_ID", default=""),
    "client_secret": env("FIT_CONNECT_CLIENT_SECRET", default=""),
    "destinations": tuple(env.list("FIT_CONNECT_DESTINATIONS", default=[])),
    "decryption_keys": tuple(env.list("FIT_CONNECT_DECRYPTION_KEYS", default=[])),  # files, the newest first
    "signing_key": env("FIT_CONNECT_SIGNING_KEY", default=""),  # a file
    "unit": env("FIT_CONNECT_UNIT", default=""),  # address of the unit for services that nobody has assigned
    "routing_url": env("FIT_CONNECT_ROUTING_URL", default="").rstrip("/"),
    "portal_url": env("FIT_CONNECT_PORTAL_URL", default="").rstrip("/"),
    "trust": env("FIT_CONNECT_TRUST", default=""),  # a file
    "seconds": env.float("FIT_CONNECT_SECONDS", default=30.0),
}
