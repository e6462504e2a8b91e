"""A specialist system that takes submissions and behaves badly: a process of its own with a real HTTP server.

``python -m tests.plugins.forms.specialist_system FILE MOODS`` prints its address; every submission it has stored is a line
of FILE: key, reference. It keeps one copy for each key, as a receiver must. MOODS are words: at the first two attempts of a
key one of them is chosen by the key. Run it with "good" alone and it takes everything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import zlib
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cms.webhooks import signing

SECRET = "whsec_c3BlY2lhbGlzdC1zeXN0ZW0tc2VjcmV0LTAxMjM0NQ=="
#: good: takes it; refuses: 503 and nothing kept; stored_500: kept, then 500; drops: kept, then the line is cut; cuts: cut
#: at once; slow: kept, answers late; twice: kept, answers twice on one line.
MOODS = ("good", "refuses", "stored_500", "drops", "cuts", "slow", "twice")
ROOT = Path(__file__).resolve().parents[3]


class Quiet(ThreadingHTTPServer):
    """Senders are killed in the middle: that they are gone is no news."""

    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


class System:
    """The receiver: what it has stored by key, how often each key came."""

    def __init__(self, path: Path, moods: tuple[str, ...], seconds: float) -> None:
        self.file, self.moods, self.seconds = open(path, "a", buffering=1), moods, seconds  # noqa: SIM115
        self.lock, self.came, self.kept = threading.Lock(), Counter[str](), set[str]()
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                system.take(self)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = Quiet(("127.0.0.1", 0), Handler)

    def take(self, request: BaseHTTPRequestHandler) -> None:
        """Take one submission, or don't."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        key, time_ = request.headers["webhook-id"], int(request.headers["webhook-timestamp"])
        request.close_connection = True
        if request.headers["webhook-signature"] != signing.signature(SECRET, key, time_, body):
            request.send_error(401)
            return
        with self.lock:
            self.came[key] += 1
            mood = self.moods[zlib.crc32(key.encode()) % len(self.moods)] if self.came[key] <= 2 else "good"
        if mood == "cuts":
            return
        if mood == "refuses":
            request.send_error(503)
            return
        status = self.store(key, body)
        if mood == "drops":
            return
        if mood == "slow":
            time.sleep(self.seconds)
        for _number in range(2 if mood == "twice" else 1):
            request.send_response(500 if mood == "stored_500" else status)
            request.send_header("Content-Length", "0")
            request.end_headers()

    def store(self, key: str, body: bytes) -> int:
        """Keep it once; return what is answered."""
        with self.lock:
            if key in self.kept:
                return 409
            self.kept.add(key)
            answers = json.loads(body)
            self.file.write(f"{key} {answers['answers']['number']}\n")
            return 200


class Running:
    """The system as a process. ``stored``: (key, number in the answers) of all it keeps."""

    def __init__(self, path: Path, *moods: str, seconds: float = 1.5) -> None:
        self.path = path
        words = [sys.executable, "-m", "tests.plugins.forms.specialist_system", str(path), str(seconds), *moods]
        self.process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ})
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()

    def stored(self) -> list[tuple[str, str]]:
        """Return every line it has written."""
        return [tuple(line.split()) for line in self.path.read_text().splitlines()]  # type: ignore[misc]

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(timeout=10)
        self.process.stdout.close()  # type: ignore[union-attr]


if __name__ == "__main__":
    chosen = System(Path(sys.argv[1]), tuple(sys.argv[3:]) or MOODS, float(sys.argv[2]))
    print(f"http://127.0.0.1:{chosen.server.server_port}/", flush=True)
    chosen.server.serve_forever()
