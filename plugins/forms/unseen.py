"""Tables that no public page shows."""

UNSEEN = [
    "forms.CoSignature",
    "forms.Deletion",
    "forms.Filling",
    "forms.FillingFile",
    "forms.FormCount",
    "forms.HandOver",
    "forms.HandOverTarget",
    "forms.Submission",
]
