"""Messages and progress, on stderr so that the output of ``bin/services env`` stays clean."""

import sys
import time


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


class Progress:
    """One line that grows while something long goes on; a new line every few seconds without a terminal."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.began = time.monotonic()
        self.shown = self.began
        self.terminal = sys.stderr.isatty()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def tick(self) -> None:
        now = time.monotonic()
        if now - self.shown < (1 if self.terminal else 5):
            return
        self.shown = now
        if self.terminal:
            sys.stderr.write(f"\r{self.what} ... {self.seconds:.0f} s ")
            sys.stderr.flush()
        else:
            say(f"{self.what} ... {self.seconds:.0f} s")

    def done(self, message: str) -> None:
        if self.terminal and self.shown != self.began:
            sys.stderr.write("\r\033[K")
        say(f"{message} ({self.seconds:.1f} s)")
