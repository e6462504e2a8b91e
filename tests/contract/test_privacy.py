"""Whatever is stored about a person, somebody hands it out and erases it."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db.models import EmailField, Model

from cms.accounts.models import User
from cms.plugins.registry import collect
from tests.conftest import make_user

#: What points at an account or holds an address and is nobody's personal data, with the reason.
NOT_PERSONAL = {
    "accessibility.AccessibilitySettings": "addresses of the city and of the enforcement body",
    "directory.OrganisationUnit": "the office's address",
    "directory.Location": "the place's address",
    "content.ContactPage": "the address of an office",
    "directory.Person": "published staff directory; the link to the account is cut when the account goes",
    "events.Event": "actor is set to nobody when the account goes",
    "plugins.PluginSwitch": "who switched is set to nobody when the account goes",
    "allauth_idp_oidc.Client": "belongs to the account of an integration, which is no person",
    "allauth_idp_oidc.Token": "stands for a client of an integration; expires after an hour",
    "account.EmailConfirmation": "goes with its address",
    "socialaccount.SocialToken": "tokens are not stored",
    "admin.LogEntry": "Django's own admin is not in use",
    "wagtailcore.Page": "owner and lock are set to nobody when the account goes",
    "wagtailcore.Revision": "the author is set to nobody when the account goes",
    "wagtailcore.WorkflowState": "the requester is set to nobody when the account goes",
    "wagtailcore.TaskState": "who finished it is set to nobody when the account goes",
    "wagtailcore.Comment": "goes with the account",
    "wagtailcore.CommentReply": "goes with the account",
    "wagtailcore.PageSubscription": "goes with the account",
    "wagtailcore.UploadedFile": "a file on its way in; the link is cut when the account goes",
    "wagtailadmin.EditingSession": "who edits at the moment; goes with the account",
    "wagtailadmin.FormState": "goes with the account",
    "wagtailimages.Image": "who uploaded it is set to nobody when the account goes",
    "media.CityImage": "who uploaded it is set to nobody when the account goes; consents are named by file number",
    "media.DocumentVersion": "who replaced the file is set to nobody when the account goes",
    "wagtaildocs.Document": "who uploaded it is set to nobody when the account goes",
    "content.CityDocument": "who uploaded it is set to nobody when the account goes",
    "privacy.PersonRequest": "whom it is about lies sealed and goes after 90 days; who asked is set to nobody with the account",
    "importing.ImportRun": "who began it is set to nobody when the account goes",
    "search.SearchTodo": "who should do it is set to nobody when the account goes",
    "wagtail_localize.StringTranslation": "who translated it last is set to nobody when the account goes",
    "wagtail_localize.SegmentOverride": "who translated it last is set to nobody when the account goes",
    "forms.DraftState": "who changed it is set to nobody when the account goes",
    "forms.Form": "the owner is set to nobody when the account goes",
    "forms.FormVersion": "who changed it is set to nobody when the account goes",
    "services.Service": "who locked it is set to nobody when the account goes",
}


def personal_models() -> set[str]:
    """Return the labels of models that point at an account or hold a mail address."""
    found = set()
    for model in apps.get_models(include_auto_created=False):
        for field in model._meta.local_fields:
            points = (
                field.remote_field is not None and field.related_model is User and not field.remote_field.parent_link
            )
            if points or isinstance(field, EmailField):
                found.add(model._meta.label)
    return found


def covered() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for config, items in collect("privacy", also_off=True):
        for item in items:
            for label in item.models:
                found.setdefault(label, []).append(f"{config.label}.{item.name}")
    return found


def test_every_personal_model_is_somebodys() -> None:
    assert personal_models() - set(covered()) - set(NOT_PERSONAL) == set()


def test_every_named_model_exists_and_is_named_once() -> None:
    for label, names in covered().items():
        assert apps.get_model(label), label
        assert len(names) == 1, label
        assert label not in NOT_PERSONAL


@pytest.mark.django_db
def test_every_contribution_hands_out_and_erases(roles: Any) -> None:
    user = make_user("vera")
    for _config, items in collect("privacy", also_off=True):
        for item in items:
            assert isinstance(item.export(user), list), item.name
            assert isinstance(item.erase(user), int), item.name
            assert str(item.retention), item.name


@pytest.mark.django_db
def test_nothing_points_at_an_account_that_is_gone(roles: Any) -> None:
    """What is not erased lets go by itself: no relation keeps an account from being deleted."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if field.remote_field is not None and field.related_model is User:
                rule = field.remote_field.on_delete.__name__
                assert rule in {"CASCADE", "SET_NULL", "DO_NOTHING"}, f"{model._meta.label}.{field.name}: {rule}"


def test_the_list_has_no_dead_rows() -> None:
    known: dict[str, type[Model]] = {model._meta.label: model for model in apps.get_models()}
    assert {label for label in NOT_PERSONAL if label not in known} == set()
