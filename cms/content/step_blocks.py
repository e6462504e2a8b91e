"""The blocks of a step-by-step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .blocks import LinkBlock


class StepLinkBlock(LinkBlock):
    """A link of a step, with what it costs or how long it takes."""

    note = blocks.CharBlock(
        required=False, max_length=120, label=_("Note"), help_text=_("For example costs or duration.")
    )


class StepBlock(blocks.StructBlock):
    """One step."""

    relation = blocks.ChoiceBlock(
        choices=[
            ("", _("next step")),
            ("and", _("and: together with the step before")),
            ("or", _("or: instead of it")),
        ],
        required=False,
        default="",
        label=_("Follows as"),
    )
    title = blocks.CharBlock(max_length=200, label=_("Title"))
    text = blocks.RichTextBlock(required=False, features=["bold", "italic", "ul", "ol", "link"], label=_("Text"))
    links = blocks.ListBlock(StepLinkBlock(), default=[], required=False, label=_("Links"))

    class Meta:
        icon = "list-ol"
        label = _("Step")


STEP_BLOCKS = [("step", StepBlock())]
