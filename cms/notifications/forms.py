"""What a person wants to be told, as a form."""

from __future__ import annotations

from typing import Any

from django import forms

from cms.contracts.notifications import Topic

from .models import Preference
from .services import set_preference, topics


def topics_for(user: Any) -> list[Topic]:
    """Return the topics that concern ``user``."""
    groups = set(user.groups.values_list("name", flat=True))
    return [topic for topic in topics().values() if not topic.group or topic.group in groups]


class PreferencesForm(forms.Form):
    """One choice for each optional topic."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        stored = dict(Preference.objects.filter(user=user).values_list("topic", "rhythm"))
        for topic in topics_for(user):
            if topic.optional:
                self.fields[topic.name] = forms.ChoiceField(
                    label=topic.title,
                    help_text=topic.description,
                    choices=Preference.Rhythm.choices,
                    initial=stored.get(topic.name, Preference.Rhythm.AT_ONCE),
                )

    def save(self) -> None:
        """Store the choices."""
        for name, rhythm in self.cleaned_data.items():
            set_preference(user=self.user, topic=name, rhythm=rhythm)
