"""The tables of the forms, one file a subject."""

from .building import DraftState, FormProof
from .fillings import Channel, CoSignature, Deletion, Filling, FillingFile, FormCount, Submission
from .fit_connect import FitConnectContact, FitConnectService, ReceivedFile, ReceivedSubmission, SentSubmission
from .forms import FieldGroup, Form, FormService, FormText, FormVersion
from .handovers import HandOver, HandOverTarget
from .reference import ReferenceList
from .surveys import SurveyResult

__all__ = [
    "Channel",
    "CoSignature",
    "Deletion",
    "DraftState",
    "FieldGroup",
    "Filling",
    "FillingFile",
    "FitConnectContact",
    "FitConnectService",
    "Form",
    "FormCount",
    "FormProof",
    "FormService",
    "FormText",
    "FormVersion",
    "HandOver",
    "HandOverTarget",
    "ReceivedFile",
    "ReceivedSubmission",
    "ReferenceList",
    "SentSubmission",
    "Submission",
    "SurveyResult",
]
