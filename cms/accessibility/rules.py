"""What the rules of axe-core mean for people, in words for the statement."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

RULES: dict[str, Any] = {
    "area-alt": _("Parts of a picture that are links have no text."),
    "aria-allowed-attr": _("Some elements tell screen readers something that does not fit them."),
    "aria-hidden-focus": _("Some elements can be reached by keyboard but are hidden from screen readers."),
    "aria-input-field-name": _("Some form fields have no name for screen readers."),
    "aria-required-attr": _("Some elements lack what screen readers need to know about them."),
    "aria-valid-attr-value": _("Some elements tell screen readers something wrong."),
    "button-name": _("Some buttons have no name for screen readers."),
    "bypass": _("Repeated content can't be skipped."),
    "color-contrast": _("Some text stands out too little from its background."),
    "document-title": _("Some pages have no title."),
    "duplicate-id-aria": _("Some elements can't be told apart by screen readers."),
    "empty-heading": _("Some headings are empty."),
    "frame-title": _("Some embedded content has no title."),
    "heading-order": _("Some headings skip a level."),
    "html-has-lang": _("Some pages don't say which language they are in."),
    "image-alt": _("Some pictures have no text alternative."),
    "label": _("Some form fields have no label."),
    "landmark-one-main": _("Some pages don't mark their main content."),
    "link-in-text-block": _("Some links in running text are marked by colour alone."),
    "link-name": _("Some links have no name for screen readers."),
    "list": _("Some lists are not built as lists."),
    "listitem": _("Some entries of lists stand outside a list."),
    "meta-viewport": _("Some pages can't be enlarged."),
    "nested-interactive": _("Some controls lie within others."),
    "region": _("Some content lies outside of the marked areas of the page."),
    "scrollable-region-focusable": _("Some areas can't be scrolled by keyboard."),
    "select-name": _("Some selection fields have no name for screen readers."),
    "svg-img-alt": _("Some drawings have no text alternative."),
    "table-duplicate-name": _("Some tables repeat their title as summary."),
    "target-size": _("Some links and buttons are too small or too close together."),
    "td-headers-attr": _("Some table cells name the wrong headings."),
    "th-has-data-cells": _("Some headings of tables belong to no cells."),
    "valid-lang": _("Some passages name a language that does not exist."),
    "video-caption": _("Some videos have no captions."),
}
