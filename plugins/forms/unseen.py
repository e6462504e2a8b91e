"""Tables that no public page shows."""

UNSEEN = [
    "forms.CoSignature",
    "forms.Deletion",
    "forms.DraftState",
    "forms.FieldGroup",
    "forms.Filling",
    "forms.FillingFile",
    "forms.FormCount",
    "forms.FormProof",
    "forms.Submission",
]
