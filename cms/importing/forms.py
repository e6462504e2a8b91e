"""What an editor says to bring pages over."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminPageChooser
from wagtail.models import Page

from .services import may_import


class ImportForm(forms.Form):
    """Source, place and where the text stands. Only addresses on the net: files are the operators' business."""

    source = forms.URLField(
        label=_("Address of the sitemap"),
        assume_scheme="https",
        max_length=500,
        help_text=_("Usually the old site’s address with /sitemap.xml at the end."),
    )
    parent = forms.ModelChoiceField(
        Page.objects.filter(depth__gt=1),
        widget=AdminPageChooser,
        label=_("Below the page"),
        help_text=_("The drafts are made below it, in the order of the old site."),
    )
    selector = forms.CharField(
        label=_("Where the text is"),
        required=False,
        max_length=200,
        help_text=_("Only if menus come along: a CSS selector of the element with the text, such as #content."),
    )
    limit = forms.IntegerField(
        label=_("Pages at most"), required=False, min_value=1, help_text=_("Try a few first. Empty: all.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_parent(self) -> Page:
        """Insist on a page below which the person may add pages. Raises ValidationError."""
        parent = self.cleaned_data["parent"]
        if not may_import(self.user, parent):
            raise ValidationError(_("You may not add pages below this page."))
        return parent

    def clean_selector(self) -> str:
        """Insist on a selector that can be read. Raises ValidationError."""
        selector = self.cleaned_data["selector"]
        if selector:
            try:
                BeautifulSoup("", "html.parser").select_one(selector)
            except Exception as error:  # the parser of selectors raises errors of its own
                raise ValidationError(_("This is no CSS selector.")) from error
        return selector
