"""The command line of bin/services."""

import argparse
import shlex
import sys
from collections.abc import Sequence

from .base import Service
from .chromium import Chromium
from .console import say
from .elasticsearch import Elasticsearch
from .elasticsearch_archive import RELEASES
from .errors import Unavailable
from .mail import Mail
from .paths import services_folder
from .postgres import Postgres
from .redis import Redis
from .state import State
from .verapdf import VeraPdf

NAMES = ("postgres", "redis", "elasticsearch", "mail", "chromium", "verapdf")
NOT_RUNNING = 3  # what "status" of init scripts returns, too


def build(state: State, names: Sequence[str], major: int | None) -> list[Service]:
    services: dict[str, Service] = {
        "postgres": Postgres(state),
        "redis": Redis(state),
        "elasticsearch": Elasticsearch(state, major),
        "mail": Mail(state),
        "chromium": Chromium(state),
        "verapdf": VeraPdf(state),
    }
    return [services[name] for name in NAMES if name in names]


def parser() -> argparse.ArgumentParser:
    main_parser = argparse.ArgumentParser(
        prog="bin/services",
        description="Real servers on loopback for development, tests and CI. Data and logs lie outside the repository "
        "in $MOGONTIA_SERVICES_DIR (default ~/.cache/mogontia/services). PostgreSQL runs with fsync off: "
        "quick, and not for data you want to keep.",
    )
    commands = main_parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("start", "start what does not run yet and wait until it answers"),
        ("stop", "stop what start has started"),
        ("status", "show what runs, where, and what is installed; exit code 3 if something named does not run"),
        ("env", 'print "export DATABASE_URL=..." for what runs, for eval'),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("names", nargs="*", metavar="NAME", help=f"{' '.join(NAMES)} (default: all)")
        if name == "start":
            command.add_argument(
                "--wait",
                type=float,
                default=10,
                metavar="SECONDS",
                help="how long a server named by a *_URL variable may take to answer (default 10)",
            )
            command.add_argument(
                "--elasticsearch",
                type=int,
                choices=sorted(RELEASES),
                metavar="MAJOR",
                help=f"major version: {' or '.join(str(major) for major in RELEASES)} (default 8)",
            )
    return main_parser


def start(services: Sequence[Service]) -> int:
    missing = []
    for service in services:
        try:
            service.start()
        except Unavailable as error:
            say(f"MISSING {error}")
            missing.append(service.title)
    if missing:
        say(f"Could not be had: {', '.join(missing)}.")
    return 1 if missing else 0


def stop(services: Sequence[Service]) -> int:
    failed = False
    for service in reversed(services):
        try:
            service.stop()
        except Unavailable as error:
            say(f"FAILED {error}")
            failed = True
    return 1 if failed else 0


def status(services: Sequence[Service]) -> int:
    found = [service.status() for service in services]
    for line in found:
        print(f"{line.name:<14} {'yes' if line.running else 'no ':<4} {line.detail}")
    return 0 if all(line.running for line in found) else NOT_RUNNING


def env(services: Sequence[Service]) -> int:
    for service in services:
        found = service.status()
        if found.running:
            for name, value in service.exports(found.url).items():
                print(f"export {name}={shlex.quote(value)}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    names = options.names or NAMES
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        say(f"Unknown: {', '.join(unknown)}. There are: {', '.join(NAMES)}.")
        return 2
    try:
        changes = options.command in ("start", "stop")
        state = State(services_folder(create=changes))
        services = build(state, names, getattr(options, "elasticsearch", None))
        for service in services:
            service.external_patience = getattr(options, "wait", service.external_patience)
        if not changes:
            return status(services) if options.command == "status" else env(services)
        with state.lock():
            return start(services) if options.command == "start" else stop(services)
    except Unavailable as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("interrupted; bin/services stop ends what was started")
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 1
