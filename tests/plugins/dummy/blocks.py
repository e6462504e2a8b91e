"""A block with the notes the reader may see."""

from typing import Any

from wagtail import blocks

from .models import DummyNote


class NotesBlock(blocks.StructBlock):
    """The notes."""

    number = blocks.IntegerBlock(default=3)
    heading = blocks.CharBlock(required=False)

    class Meta:
        template = "dummy/notes.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """Add what the reader may see."""
        reader = (parent_context or {}).get("request")
        notes = DummyNote.objects.visible_to(reader)[: value["number"]]
        return {**super().get_context(value, parent_context), "notes": notes}


BLOCKS = [("dummy_notes", NotesBlock())]
