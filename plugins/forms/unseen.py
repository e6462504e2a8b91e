"""Tables and columns that no public page shows."""

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
    # Only drafts are written to; publishing one changes its state. A migration that rewrites what is published calls
    # cms.caching.watching.note_change.
    "forms.FormVersion.changed_at",
    "forms.FormVersion.changed_by",
    "forms.FormVersion.data",
    "forms.FormVersion.note",
    "forms.FormVersion.revision",
    "forms.ReceivedFile",
    "forms.ReceivedSubmission",
    "forms.ReferenceList",
    "forms.SentSubmission",
    "forms.Submission",
    "forms.SurveyResult",
]
