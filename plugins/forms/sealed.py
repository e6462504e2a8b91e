"""What forms keep sealed."""

from cms.contracts.sealed import Sealed

from .models.fillings import FILE, FILLING, SUBMISSION
from .models.fit_connect import RECEIVED
from .models.handovers import SECRETS

SEALED = [
    Sealed(model="forms.ReceivedSubmission", columns={"sealed": RECEIVED}),
    Sealed(model="forms.ReceivedFile", columns={"sealed_name": RECEIVED}, files={"content": RECEIVED}),
    Sealed(model="forms.Filling", columns={"sealed": FILLING}),
    Sealed(model="forms.FillingFile", columns={"sealed_name": FILE}, files={"content": FILE}),
    Sealed(model="forms.CoSignature", columns={"sealed_mail": FILLING}),
    Sealed(model="forms.HandOverTarget", columns={"sealed_secrets": SECRETS}),
    Sealed(model="forms.Submission", columns={"sealed": SUBMISSION}),
]
