"""One file that holds the whole installation, database and media, and the way back from it."""

from .errors import BackupError
from .services import dump, restore

__all__ = ["BackupError", "dump", "restore"]
