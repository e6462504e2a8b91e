"""To another authority through FIT-Connect."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...fit_connect.access import NotSetUp, access
from ...fit_connect.client import Client, Refused, Unavailable
from ...fit_connect.keys import KeyRefused
from ...fit_connect.sending import NotSendable, leika_key, send
from ...models.fit_connect import URN
from ..parcel import Parcel
from .base import BackEnd, GiveUp, Option, TryAgain

#: As the Routing API has them.
LEIKA, AREA = re.compile(r"99\d{12}", re.ASCII), re.compile(r"\d{2}|\d{3}|\d{5}|\d{9}|\d{12}", re.ASCII)


class FitConnect(BackEnd):
    """Encrypted for the authority. Delivered is what FIT-Connect has; whether it is accepted shows later (sending.follow).

    Unlike other ways it keeps a row of its own in the database: the number of a submission must outlive a crash.
    """

    name = "fit_connect"
    label = gettext_lazy("FIT-Connect")
    options = (
        Option(
            name="service",
            label=gettext_lazy("Service"),
            required=True,
            help=gettext_lazy("URN of the service, such as urn:de:fim:leika:leistung:99123456760610."),
        ),
        Option(name="service_name", label=gettext_lazy("Name of the service")),
        Option(
            name="destination",
            label=gettext_lazy("Destination"),
            help=gettext_lazy("Number (UUID) of the destination. Left empty: whoever is responsible in the area."),
        ),
        Option(name="area", label=gettext_lazy("Area"), help=gettext_lazy("Official regional key (ARS).")),
        Option(
            name="schema",
            label=gettext_lazy("Schema of the data"),
            help=gettext_lazy("URI that the destination knows. Left empty: the schema of the form."),
        ),
        Option(name="with_pdf", label=gettext_lazy("With the answers as PDF"), kind="yes_no", default=True),
    )

    def clean(self, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Refuse numbers that can't be right, and a destination that nobody could find."""
        errors = {}
        try:
            URN(options["service"])
        except ValidationError:
            errors["service"] = _("This is no URN of a service.")
        if options.get("destination"):
            try:
                uuid.UUID(options["destination"])
            except ValueError:
                errors["destination"] = _("This is no number of a destination.")
        elif not AREA.fullmatch(options.get("area", "")):
            errors["area"] = _("Without a destination an official regional key is needed (2, 3, 5, 9 or 12 digits).")
        elif "service" not in errors and not LEIKA.fullmatch(leika_key(options["service"])):
            errors["service"] = _("Without a destination the service must end with a LeiKa key of 14 digits.")
        if errors:
            raise ValidationError(errors)

    def needs_pdf(self, options: Mapping[str, Any]) -> bool:
        """Return what is set up."""
        return bool(options.get("with_pdf"))

    def deliver(self, parcel: Parcel, options: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
        """Send it. Raises TryAgain, GiveUp."""
        found = access()
        if not found.is_on:
            raise TryAgain("FIT_CONNECT_URL is not set")
        try:
            send(Client(found), parcel, options)
        except Unavailable as problem:
            raise TryAgain(str(problem), problem.after) from problem
        except (KeyRefused, NotSetUp) as problem:  # keys are exchanged sooner or later
            raise TryAgain(str(problem)) from problem
        except NotSendable as problem:
            raise GiveUp(str(problem)) from problem
        except Refused as problem:
            raise (TryAgain if problem.status in (404, 409, 410) else GiveUp)(str(problem)) from problem
        except DatabaseError as problem:
            raise TryAgain(f"the database is away ({type(problem).__name__})") from problem
        finally:
            if not connection.in_atomic_block:  # this thread's own
                connection.close()
