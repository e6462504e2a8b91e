"""Tables that no public page shows."""

UNSEEN = [
    "forms.CoSignature",
    "forms.Deletion",
    "forms.DraftState",
    "forms.FieldGroup",
    "forms.Filling",
    "forms.FillingFile",
    "forms.FitConnectContact",
    "forms.FitConnectService",
    "forms.FormCount",
    "forms.HandOver",
    "forms.HandOverTarget",
    "forms.FormProof",
    "forms.ReceivedFile",
    "forms.ReceivedSubmission",
    "forms.ReferenceList",
    "forms.SentSubmission",
    "forms.Submission",
    "forms.SurveyResult",
]
