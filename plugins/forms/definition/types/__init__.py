"""The types of fields: what each asks, stores, shows and allows in rules."""

from __future__ import annotations

from .base import BARE, OPERATORS, FieldType, Setting
from .choices import Choice, Consent, MultipleChoice, Reference, Statement, YesNo
from .files import File
from .numbers import Date, DateRange, Money, Number, Time
from .official import Iban, InsuranceNumber, LicencePlate, TaxId
from .places import Address, MapPoint
from .sets import Calculated, Content, Fieldset, Group
from .texts import Email, Hidden, LongText, Phone, Text

#: Name of a type -> what it is, in the order the builder offers them.
TYPES: dict[str, FieldType] = {
    kind.name: kind
    for kind in (
        Text(), LongText(), Email(), Phone(), Number(), Money(), Date(), Time(), DateRange(), YesNo(), Choice(),
        MultipleChoice(), Reference(), Address(), Iban(), TaxId(), InsuranceNumber(), LicencePlate(), File(), MapPoint(),
        Consent(), Statement(), Hidden(), Calculated(), Content(), Fieldset(), Group(),
    )
}  # fmt: skip

__all__ = ["BARE", "OPERATORS", "TYPES", "FieldType", "Setting"]
