"""What notifications keep sealed."""

from cms.contracts.sealed import Sealed

from .models import BODY

SEALED = [Sealed(model="notifications.Mail", columns={"sealed": BODY})]
