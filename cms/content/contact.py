"""What is written on a contact page becomes a mail in the queue, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from cms.humans import HumanForm
from cms.limits import count
from cms.notifications.services import notify

if TYPE_CHECKING:
    from .models import ContactPage

#: How many messages one sender may write an hour.
MOST, WINDOW = 5, 3600


class ContactForm(HumanForm):
    """A message to an office."""

    name = forms.CharField(
        label=_("Your name"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Your email address"),
        max_length=200,
        required=False,
        help_text=_("So that we can answer you."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    subject = forms.CharField(label=_("Subject"), max_length=120)
    message = forms.CharField(label=_("Your message"), max_length=5_000, widget=forms.Textarea(attrs={"rows": 8}))

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """The fields people see."""
        return [self[name] for name in ("name", "email", "subject", "message")]

    def values(self) -> dict[str, str]:
        """Return what :func:`send_message` takes."""
        return {
            "name": self.cleaned_data["name"],
            "email": self.cleaned_data["email"],
            "subject": self.cleaned_data["subject"],
            "text": self.cleaned_data["message"],
        }


def may_send(request: HttpRequest) -> bool:
    """Count one more message of this sender; return whether that is still within the limit."""
    return count(request, name="contact", window=WINDOW) <= MOST


def send_message(*, page: ContactPage, name: str, email: str, subject: str, text: str) -> None:
    """Queue the message for whoever reads the mails of ``page``; an answer goes to ``email``."""
    notify(
        topic="contact",
        template="content/mails/contact.txt",
        to=page.recipient,
        reply_to=email,
        context={
            "name": name,
            "email": email,
            "subject": subject,
            "text": text,
            "page_title": page.title,
            "page_url": page.full_url,
        },
        language=settings.LANGUAGE_CODE,
    )
