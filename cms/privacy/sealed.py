"""What requests keep sealed, and that no public page shows them."""

from cms.contracts.sealed import Sealed

from .models import SOUGHT

SEALED = [Sealed(model="privacy.PersonRequest", columns={"sealed": SOUGHT})]
UNSEEN = ["privacy"]
