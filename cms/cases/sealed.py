"""What cases keep sealed, and that no public page shows them."""

from cms.contracts.sealed import Sealed

MAIL, TEXT = "cms.cases.mail", "cms.cases.text"
#: Of what waits in the queue of jobs for a moment only.
QUEUED = "cms.cases.queued"
SEALED = [
    Sealed(model="cases.Case", columns={"mail": MAIL}),
    Sealed(model="cases.EntryText", columns={"text": TEXT}),
]
UNSEEN = ["cases"]
