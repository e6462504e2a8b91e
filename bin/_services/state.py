"""What bin/services remembers between calls: ports, passwords, processes."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .console import Progress
from .errors import Unavailable


class State:
    """A JSON file, written atomically; a broken one is put aside, not trusted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "state.json"

    def read(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            self.path.replace(self.path.with_suffix(".broken"))
            return {}
        if not isinstance(found, dict):
            return {}
        return {name: record for name, record in found.items() if isinstance(record, dict)}

    def get(self, name: str) -> dict[str, Any]:
        return self.read().get(name, {})

    def update(self, service: str, **values: Any) -> dict[str, Any]:
        everything = self.read()
        record = everything.setdefault(service, {})
        record.update(values)
        self._write(everything)
        return record

    def forget(self, service: str, *keys: str) -> None:
        everything = self.read()
        for key in keys:
            everything.get(service, {}).pop(key, None)
        self._write(everything)

    def _write(self, everything: dict[str, dict[str, Any]]) -> None:
        draft = self.path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(everything, file, indent=1, sort_keys=True)
        draft.replace(self.path)

    @contextmanager
    def lock(self, timeout: float = 900) -> Iterator[None]:
        """Only one start or stop at a time; two at once would fight over ports and data."""
        progress = Progress("waiting for another bin/services")
        with (self.folder / "lock").open("w") as file:
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if progress.seconds > timeout:
                        raise Unavailable(
                            f"another bin/services has held {file.name} for {timeout:.0f} s; look at it with ps."
                        ) from None
                    progress.tick()
                    time.sleep(0.2)
            yield
