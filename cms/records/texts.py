"""Records have one row whatever the language; their texts are child rows (language, layer, field).

The editors' texts belong to the record's revisions. Imported layers (the Land's or another city's
catalogue) do not: an import never touches a draft, and an editor's text wins over an imported one.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .children import ChildrenQuerySet

EDITOR_LAYER = ""


def default_language() -> str:
    """Return the language every record has texts in."""
    return settings.LANGUAGE_CODE


def current_language() -> str:
    """Return the active language of the site, without regional variants it doesn't have, else the default language."""
    active, known = get_language() or default_language(), dict(settings.LANGUAGES)
    return next((code for code in (active, active.split("-")[0]) if code in known), default_language())


class RecordText(models.Model):
    """One text of a record. Subclasses add ``record``: a ParentalKey for editors' texts, a ForeignKey for imported."""

    language = models.CharField(_("language"), max_length=12)
    field = models.CharField(_("field"), max_length=40)
    value = models.TextField(_("text"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.field} ({self.language})"


class ImportedText(RecordText):
    """One text from a source outside; ``layer`` names the source, ``priority`` orders sources (small wins)."""

    layer = models.CharField(_("source"), max_length=40)
    priority = models.PositiveSmallIntegerField(default=100)

    class Meta:
        abstract = True


class TextedQuerySet(ChildrenQuerySet):
    """Adds the prefetch every page that shows records needs."""

    def with_texts(self) -> TextedQuerySet:
        """Read editors' and imported texts with the records: one query, whatever the number of rows."""
        return self.with_children(*self.model.text_relations())


class TextedRecord(models.Model):
    """Base of records with child texts. ``TEXT_FIELDS`` names them; ``title_field`` is the one shown in lists.

    Subclasses have the reverse relations ``texts`` and, with ``HAS_IMPORTED_TEXTS``, ``imported_texts``.
    ``SHOWN_CHILDREN``: the relations that pages on which the record is a block show beside its texts.
    """

    TEXT_FIELDS: tuple[str, ...] = ()
    HAS_IMPORTED_TEXTS = False
    SHOWN_CHILDREN: tuple[str, ...] = ()
    title_field = "name"

    class Meta:
        abstract = True

    @classmethod
    def text_relations(cls) -> tuple[str, ...]:
        """Return the names of the relations that hold the texts."""
        return ("texts", "imported_texts") if cls.HAS_IMPORTED_TEXTS else ("texts",)

    def text_layers(self) -> dict[tuple[str, str], str]:
        """Return (field, language) -> text, with editors' texts over imported ones; empty texts count as absent.

        Kept on the instance: a page asks for a dozen texts of each record it shows.
        """
        if "_text_layers" not in self.__dict__:
            self.__dict__["_text_layers"] = self._read_text_layers()
        return self.__dict__["_text_layers"]

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again, and its texts with it."""
        self.__dict__.pop("_text_layers", None)
        super().refresh_from_db(*args, **kwargs)

    def _read_text_layers(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        if self.HAS_IMPORTED_TEXTS and self.pk:
            for row in sorted(self.imported_texts.all(), key=lambda row: -row.priority):  # type: ignore[attr-defined]
                if row.value:
                    found[row.field, row.language] = row.value
        for row in self.texts.all():  # type: ignore[attr-defined]
            if row.value:
                found[row.field, row.language] = row.value
        return found

    def text(self, field: str, language: str | None = None, *, fallback: bool = True) -> str:
        """Return the text of ``field`` in ``language`` (default: the active one), else in the default language, else "".

        Raises KeyError for a field the record does not have: a typo must be seen.
        """
        if field not in self.TEXT_FIELDS:
            raise KeyError(f"{type(self).__name__} has no text {field!r}; it has {', '.join(self.TEXT_FIELDS)}.")
        layers = self.text_layers()
        value = layers.get((field, language or current_language()), "")
        if not value and fallback:
            value = layers.get((field, default_language()), "")
        return value

    def text_list(self, field: str, language: str | None = None) -> list[str]:
        """Return a text with one value a line as a list."""
        return [line.strip() for line in self.text(field, language).splitlines() if line.strip()]

    def languages(self) -> list[str]:
        """Return the languages the record has its title in, default language first."""
        have = {language for field, language in self.text_layers() if field == self.title_field}
        return [code for code, _name in settings.TEXT_LANGUAGES if code in have]

    def has_language(self, language: str) -> bool:
        """Return whether the title exists in ``language``."""
        return language in self.languages()

    def set_texts(self, values: dict[tuple[str, str], str]) -> None:
        """Set editors' texts in memory; ``values`` maps (field, language) to text, "" removes. Call ``save()`` after.

        Texts not named stay. Works on unsaved records and on drafts.
        """
        rows = {(row.field, row.language): row for row in self.texts.all()}  # type: ignore[attr-defined]
        for (field, language), value in values.items():
            if field not in self.TEXT_FIELDS:
                raise KeyError(f"{type(self).__name__} has no text {field!r}.")
            if not value:
                rows.pop((field, language), None)
            elif (field, language) in rows:
                rows[field, language].value = value
            else:
                rows[field, language] = self.texts.model(field=field, language=language, value=value)  # type: ignore[attr-defined]
        self.__dict__.pop("_text_layers", None)
        self.texts.set(list(rows.values()))  # type: ignore[attr-defined]

    @property
    def title(self) -> str:
        """The record's name in the active language."""
        return self.text(self.title_field)

    def __str__(self) -> str:
        return self.text(self.title_field, default_language()) or f"{self._meta.verbose_name} {self.pk}"


def unique_text(model_name: str, *, layered: bool = False) -> list[models.UniqueConstraint]:
    """Return the constraint that a record has each text once a language (and layer)."""
    fields = ["record", "language", "field", *(["layer"] if layered else [])]
    return [models.UniqueConstraint(fields=fields, name=f"{model_name}_unique")]


def localized(value: Any, language: str | None = None) -> str:
    """Return the text of a ``LocalizedField`` value in ``language`` (default: active), else in the default language."""
    if not isinstance(value, dict):
        return str(value or "")
    return str(value.get(language or current_language()) or value.get(default_language()) or "")
