"""What people type: editors who ask, and the person outside."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .models import LockReason, OutsideReview


class AskForm(forms.ModelForm):
    """An editor asks somebody outside."""

    class Meta:
        model = OutsideReview
        fields = ["name", "email", "message", "language", "ends_on_publish"]
        widgets = {"message": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": _("As the person is addressed in the mail"),
            "message": _("What should the person look at? It is in the mail."),
            "ends_on_publish": _("Then the link shows nothing any more."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        longest = settings.OUTSIDE_REVIEW_LONGEST_DAYS
        self.fields["days"] = forms.IntegerField(
            label=_("How many days the link works"),
            min_value=1,
            max_value=longest,
            initial=settings.OUTSIDE_REVIEW_DAYS,
            help_text=_("At most %(days)s.") % {"days": longest},
        )


class CommentForm(forms.Form):
    """The person outside writes about a block or the whole page."""

    block_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your comment"),
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Please write something.")},
    )


class AnswerForm(forms.Form):
    """The person outside approves or wants changes."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=[("approve", _("I approve the draft.")), ("changes", _("I would like changes."))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one."), "invalid_choice": _("Please choose one.")},
    )
    text = forms.CharField(
        label=_("A few words"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, has_comments: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_comments = has_comments

    def clean(self) -> dict[str, Any]:
        """Ask what should change, unless the comments say it."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "changes" and not cleaned.get("text") and not self.has_comments:
            self.add_error("text", _("Please say what should change, here or in a comment."))
        return cleaned


class LockForm(forms.ModelForm):
    """Why a page is locked."""

    class Meta:
        model = LockReason
        fields = ["reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"reason": _("For example until when, and whom to ask. All who edit this page read it.")}
