"""What an app keeps sealed (manifest kind ``sealed``), so that the keys can be changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """Columns and files of one model that :mod:`cms.sealing` wrote.

    ``model``: label ("app.Model"); ``columns``: name of a text column -> purpose, "" in a row counts as nothing;
    ``files``: name of a file field -> purpose.
    """

    model: str
    columns: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """One declaration for each model."""
        return self.model
