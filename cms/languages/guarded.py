"""The pages of wagtail-localize with the rights that our tree of pages asks for."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.forms import HiddenInput
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.i18n import JavaScriptCatalog
from wagtail.models import Page
from wagtail_localize.views import convert
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsView

from .services import may_translate


class SubmitView(SubmitPageTranslationView):
    """Begin a translation: of a page one may change, into a tree one may add pages to. Leichte Sprache is written anew."""

    def get_form(self) -> Any:
        """Offer the languages this person may translate this page into."""
        form = super().get_form()
        locales = form.fields["locales"].queryset.exclude(language_code=settings.EASY_LANGUAGE)
        allowed = [
            locale.pk
            for locale in locales
            if may_translate(user=self.request.user, source=self.object, language=locale.language_code)
        ]
        form.fields["locales"].queryset = locales.filter(pk__in=allowed)
        if len(allowed) < 2:
            form.fields["select_all"].widget = HiddenInput()
        return form

    def get_object(self) -> Page:
        """Return the page. Raises PermissionDenied for who may not change it."""
        page = super().get_object()
        if not page.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        return page


class UpdateView(UpdateTranslationsView):
    """Take over what changed in the source; "publish at once" only for who may publish each translation."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Update, or refuse. Raises PermissionDenied."""
        pages = [
            translation.get_target_instance()
            for translation in self.object.translations.filter(enabled=True).select_related("target_locale")
        ]
        for page in pages:
            tester = page.permissions_for_user(self.request.user)
            if not tester.can_edit() or (form.cleaned_data["publish_translations"] and not tester.can_publish()):
                raise PermissionDenied
        return super().form_valid(form)

    def get_object(self) -> Any:
        """Return the source. Raises PermissionDenied for who may not change its page."""
        source = super().get_object()
        page = source.get_source_instance()
        if isinstance(page, Page) and not page.permissions_for_user(self.request.user).can_edit():
            raise PermissionDenied
        return source


class Words(JavaScriptCatalog):
    """Words of the translation editor; some of its German is not how the city speaks."""

    packages = ["wagtail_localize"]

    def get_catalog(self) -> dict[str, Any]:
        """Return the catalogue with our own words."""
        ours = {
            "Download PO file and input translations offline": _("Download PO file and input translations offline"),
            "Upload translated PO file to submit translations": _("Upload translated PO file to submit translations"),
            "Choose a %s": _("Choose a %s"),
            "Change %s": _("Change %s"),
        }
        return super().get_catalog() | ours


def convert_to_alias(request: HttpRequest, page_id: int) -> HttpResponse:
    """Turn a translation back into a place for one. Raises PermissionDenied for who may not publish it."""
    page = Page.objects.filter(pk=page_id).first()
    if page is not None and not page.permissions_for_user(request.user).can_publish():
        raise PermissionDenied
    return convert.convert_to_alias(request, page_id)
