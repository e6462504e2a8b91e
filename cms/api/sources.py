"""The source of a thing: what integrations read before they write, and send. All languages, nothing derived."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.renderers import JSONRenderer

from cms.records.forms import TextSpec
from cms.records.texts import default_language

from .resources import api_path


class LanguagesField(serializers.DictField):
    """A text in several languages: {"de": "Gebühr", "en": "Fee"}. When it is required, German is."""

    def __init__(self, *, max_length: int = 500, **kwargs: Any) -> None:
        super().__init__(child=serializers.CharField(allow_blank=True, max_length=max_length), **kwargs)
        languages = dict(settings.TEXT_LANGUAGES)
        text = {"type": "string", "maxLength": max_length}
        schema = {"type": "object", "properties": dict.fromkeys(languages, text), "additionalProperties": False}
        if not self.allow_empty:
            schema["required"] = [default_language()]
        extend_schema_field(schema)(self)

    def checked(self, data: Any) -> dict[str, str]:
        """Return the texts by language. Raises ValidationError for languages that there aren't."""
        if isinstance(data, Mapping) and (unknown := set(map(str, data)) - set(dict(settings.TEXT_LANGUAGES))):
            known = ", ".join(dict(settings.TEXT_LANGUAGES))
            text = _("There is no such language here; there are: %(known)s.") % {"known": known}
            raise ValidationError({name: text for name in sorted(unknown)})
        return super().to_internal_value(data)

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the texts that are not empty."""
        texts = {code: text for code, text in self.checked(data).items() if text}
        if not self.allow_empty and default_language() not in texts:
            raise ValidationError({default_language(): _("This field may not be blank.")})
        return texts


class MomentField(serializers.DateTimeField):
    """A time with its offset (RFC 3339), in this century or the next; without an offset it is the city's."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return the time. Raises ValidationError."""
        moment = super().to_internal_value(value)
        if not 2000 <= moment.year < 2200:
            raise ValidationError(_("A time between 2000 and 2200."))
        return moment


class RecordTextField(LanguagesField):
    """A text of a record, as :class:`cms.records.forms.TextSpec` says. Languages that are not sent stay as they are."""

    def __init__(self, spec: TextSpec, **kwargs: Any) -> None:
        super().__init__(max_length=spec.length, allow_empty=not spec.required, required=spec.required, **kwargs)
        self.spec = spec

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the cleaned texts; an empty one removes what there is."""
        given = self.checked(data)
        main = given.get(default_language())
        if not self.allow_empty and (main == "" or (main is None and not self.root.partial)):
            raise ValidationError({default_language(): _("This field may not be blank.")})
        return {code: self.spec.cleaned(text) for code, text in given.items()}

    def get_attribute(self, instance: Any) -> dict[str, str]:
        """Return what the editors wrote; imported texts are not theirs to send back."""
        return {row.language: row.value for row in instance.texts.all() if row.field == self.spec.name and row.value}


class StrictSerializer(serializers.ModelSerializer):
    """Refuses fields that don't exist: a misspelled one would be lost without a word. For rows of a source, too."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the values. Raises ValidationError, also for names that don't exist."""
        writable = [name for name, one in self.fields.items() if not one.read_only]
        wrong: dict[str, Any] = {
            str(name): _("There is no such field here; there are: %(known)s.") % {"known": ", ".join(writable)}
            for name in (data if isinstance(data, Mapping) else ())
            if name not in self.fields
        }
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:  # everything that is wrong is named at once
            if not isinstance(error.detail, dict):
                raise
            wrong = {**error.detail, **wrong}
        if wrong:
            raise ValidationError(wrong)
        return values


class RowSerializer(StrictSerializer):
    """A child row of a record, always complete; the model's own ``clean()`` is asked as well."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the values. Raises ValidationError, also for missing ones when only a part of the record is sent."""
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        text = ErrorDetail(serializers.Field.default_error_messages["required"], "required")
        missing = {name: [text] for name, one in self.fields.items() if one.required and name not in data}
        try:
            values = super().to_internal_value(data)
        except ValidationError as error:
            raise ValidationError({**missing, **error.detail}) from error  # type: ignore[dict-item]
        if missing:
            raise ValidationError(missing)  # type: ignore[arg-type]
        return values

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Return ``attrs``. Raises ValidationError for what the model refuses."""
        self.Meta.model(**attrs).clean()  # type: ignore[attr-defined]
        return attrs


class SourceSerializer(StrictSerializer):
    """Base of sources, what is read before it is changed, and sent.

    ``Meta.fields`` is ``[*SourceSerializer.IDENTITY, "phone"]``; ``text_specs`` adds a field for each text. Values go
    to the functions of ``Writes`` by the names of the fields' sources, texts of records as ``texts``.
    """

    IDENTITY = ("kind", "id", "api_url", "source_url")
    resource_kind = ""
    text_specs: tuple[TextSpec, ...] = ()

    kind = serializers.SerializerMethodField(help_text="What it is.")
    id = serializers.CharField(source="pk", read_only=True)
    api_url = serializers.SerializerMethodField(help_text="Where it is read, as soon as it is shown.")
    source_url = serializers.SerializerMethodField(help_text="Where its source is read; its ETag goes into If-Match.")

    def get_kind(self, obj: Any) -> str:
        """Return the kind."""
        return self.resource_kind

    def get_api_url(self, obj: Any) -> str:
        """Return its address in the API."""
        return self.context["request"].build_absolute_uri(api_path(self.resource_kind, obj.pk))

    def get_source_url(self, obj: Any) -> str:
        """Return the address of the source."""
        return f"{self.get_api_url(obj)}source/"

    def get_fields(self) -> dict[str, Any]:
        """Return the declared fields and one for each text."""
        return {**super().get_fields(), **{spec.name: RecordTextField(spec) for spec in self.text_specs}}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Return the values, texts together. Raises ValidationError."""
        values = super().to_internal_value(data)
        if self.text_specs:
            values["texts"] = {
                (spec.name, code): text for spec in self.text_specs for code, text in values.pop(spec.name, {}).items()
            }
        return values

    def names(self, errors: Iterable[str]) -> dict[str, str]:
        """Return for each name in the models what the field is called here."""
        called = {str(one.source): name for name, one in self.fields.items()}
        return {name: called.get(name, "non_field_errors" if name == "__all__" else name) for name in errors}


def etag_of_source(data: Any) -> str:
    """Return the strong ETag of a source (RFC 9110, 8.8.3)."""
    return f'"{hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32]}"'
