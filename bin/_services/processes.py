"""Starting servers detached from us, recognising them later, ending them and all they started."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import Unavailable
from .paths import Account, give

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    pid: int
    group: int
    zombie: bool
    began: str


def _from_proc(pid: int) -> Process | None:
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    return Process(pid=pid, group=int(fields[2]), zombie=fields[0] in "ZX", began=fields[19])


def _from_ps(*arguments: str) -> list[Process]:
    """Systems without /proc (macOS)."""
    result = subprocess.run(
        ["ps", "-o", "pid=,pgid=,stat=,lstart=", *arguments], capture_output=True, text=True, check=False
    )
    rows = (line.split(None, 3) for line in result.stdout.splitlines())
    return [Process(int(r[0]), int(r[1]), r[2].startswith("Z"), r[3].strip()) for r in rows if len(r) == 4]


def look_up(pid: int) -> Process | None:
    if (PROC / "self" / "stat").exists():
        return _from_proc(pid)
    found = _from_ps("-p", str(pid))
    return found[0] if found else None


def group_members(group: int) -> list[Process]:
    if (PROC / "self" / "stat").exists():
        everything = [_from_proc(int(entry.name)) for entry in PROC.iterdir() if entry.name.isdigit()]
    else:
        everything = list(_from_ps("-ax"))
    return [process for process in everything if process and process.group == group and not process.zombie]


def boot_id() -> str:
    """Changes with every start of the machine, after which recorded pids mean nothing."""
    try:
        return (PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        result = subprocess.run(["sysctl", "-n", "kern.boottime"], capture_output=True, text=True, check=False)
        return result.stdout.strip()


def spawn(
    command: Sequence[str], *, log: Path, cwd: Path, environment: Mapping[str, str], account: Account
) -> "subprocess.Popen[bytes]":
    """Start a server in a session of its own; it keeps none of our files and survives us."""
    log.touch(mode=0o644)
    give(log, account)
    with log.open("ab") as output:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=dict(environment),
            start_new_session=True,
            **as_account(account),
        )


def as_account(account: Account) -> dict[str, Any]:
    """Arguments of :mod:`subprocess` that give up root's rights for good."""
    if account.uid is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def identity(pid: int) -> dict[str, object]:
    """What to record so that a later call recognises exactly this process."""
    found = look_up(pid)
    return {"pid": pid, "began": found.began if found else "", "boot": boot_id()}


def is_ours(record: Mapping[str, object]) -> bool:
    """Whether the recorded server itself still runs (and its number was not given to another process)."""
    pid = record.get("pid")
    if not isinstance(pid, int) or record.get("boot") != boot_id():
        return False
    found = look_up(pid)
    return found is not None and not found.zombie and found.began == record.get("began")


def survivors(record: Mapping[str, object]) -> list[Process]:
    """Processes of the recorded server that still run, also when its first process is gone.

    The number of a group is not given away while the group has members, so the members of a group
    whose leader is dead are those that the leader left behind.
    """
    pid = record.get("pid")
    if not isinstance(pid, int) or record.get("boot") != boot_id():
        return []
    leader = look_up(pid)
    if leader is not None and not leader.zombie and leader.began != record.get("began"):
        return []
    return group_members(pid)


def end(record: Mapping[str, object], *, first: signal.Signals, patience: float) -> bool:
    """End a recorded server: politely, then by force. True when something had to be ended."""
    if not survivors(record):
        return False
    pid = int(str(record["pid"]))
    if is_ours(record):
        os.kill(pid, first)
    else:
        _signal_group(pid, signal.SIGTERM)
    for wait, harder in ((patience, signal.SIGKILL), (10.0, None)):
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if not survivors(record):
                return True
            time.sleep(0.1)
        if harder is not None:
            _signal_group(pid, harder)
    return True


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        pass


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


# From here on systems hand out ports to outgoing connections. A probe that knocks at such a port before its server
# listens may be given that very port and then talks to itself, and keeps the server from getting it.
FIRST_OUTGOING_PORT = 32768


def choose_port(*preferred: int | None) -> int:
    """The first free one of the preferred ports, else one near the last of them. Raises Unavailable."""
    wanted = [port for port in preferred if port and port < FIRST_OUTGOING_PORT]
    near = range(wanted[-1] + 1, min(wanted[-1] + 1000, FIRST_OUTGOING_PORT)) if wanted else range(20000, 30000)
    for port in (*wanted, *near):
        if port_is_free(port):
            return port
    raise Unavailable(f"No port is free between {near.start} and {near.stop}.")
