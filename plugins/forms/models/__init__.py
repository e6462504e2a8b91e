"""Forms and their versions; what people fill in; what is handed over."""

from .fillings import Channel, CoSignature, Deletion, Filling, FillingFile, FormCount, Submission
from .fit_connect import FitConnectContact, FitConnectService, ReceivedFile, ReceivedSubmission, SentSubmission
from .forms import FieldGroup, Form, FormService, FormText, FormVersion
from .handovers import HandOver, HandOverTarget

__all__ = [
    "Channel",
    "CoSignature",
    "Deletion",
    "FieldGroup",
    "Filling",
    "FillingFile",
    "FitConnectContact",
    "FitConnectService",
    "Form",
    "FormCount",
    "FormService",
    "FormText",
    "FormVersion",
    "HandOver",
    "HandOverTarget",
    "ReceivedFile",
    "ReceivedSubmission",
    "SentSubmission",
    "Submission",
]
