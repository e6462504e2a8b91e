"""Other systems are told of notes: when one is saved or deleted, and when somebody reads one aloud."""

from cms.contracts.webhooks import Hook

from .models import DummyNote

HOOKS = [
    Hook(kind="dummynote", title="Notiz", rows=DummyNote.objects.visible_to, verbs=("read_aloud",), model=DummyNote)
]
