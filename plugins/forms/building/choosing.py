"""Wagtail's chooser of snippets, for forms: it offers what the person sees in the register and nothing else."""

from __future__ import annotations

from typing import Any

from wagtail.snippets.views import chooser


class ChooseForm(chooser.ChooseView):
    """Choose a form."""

    def get_object_list(self) -> Any:
        """Return what the register shows."""
        return super().get_object_list().in_register(self.request.user).with_texts()


class ChooseFormResults(chooser.ChooseResultsView):
    """The list alone."""

    def get_object_list(self) -> Any:
        """Return what the register shows."""
        return super().get_object_list().in_register(self.request.user).with_texts()


class ChosenForm(chooser.SnippetChosenView):
    """One was chosen."""

    def get_object(self, pk: Any) -> Any:
        """Return it when the register shows it. Raises DoesNotExist."""
        return self.model_class.objects.in_register(self.request.user).get(pk=pk)


class ChosenForms(chooser.SnippetChosenMultipleView):
    """Several were chosen."""

    def get_objects(self, pks: Any) -> Any:
        """Return those that the register shows."""
        return super().get_objects(pks).in_register(self.request.user)


class FormChooser(chooser.SnippetChooserViewSet):
    """The chooser of forms."""

    choose_view_class = ChooseForm
    choose_results_view_class = ChooseFormResults
    chosen_view_class = ChosenForm
    chosen_multiple_view_class = ChosenForms
