"""What keeps a dump or a restore from being done, in words for the person at the console."""


class BackupError(Exception):
    """Nothing was changed, unless the message says so."""
