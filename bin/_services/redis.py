"""Redis: cache only, nothing kept on disk."""

import os
import shutil
from functools import cached_property

from . import packages, probes
from .base import Launch, Service
from .errors import Unavailable
from .paths import Account, account_for, make_folder, write_private


class Redis(Service):
    name = "redis"
    title = "Redis"
    variable = "REDIS_URL"
    default_port = 26379
    schemes = ("redis", "rediss")
    start_patience = 20

    @cached_property
    def account(self) -> Account:
        return account_for("redis")

    @property
    def program(self) -> str | None:
        return shutil.which("redis-server") or shutil.which("valkey-server")

    def installed(self) -> bool:
        return self.program is not None

    def install(self) -> None:
        packages.install(["redis-server"], what=self.title)

    def installed_state(self) -> str:
        cure = packages.cure(["redis-server"], brew="redis")
        return f"installed ({self.program})" if self.program else f"not installed: {cure}"

    def probe(self, url: str) -> str:
        return probes.redis(url)

    def prepare(self, port: int) -> Launch:
        if self.program is None:
            raise Unavailable(f"{self.title} is not installed.")
        make_folder(self.folder, self.account, 0o700)
        password = self.password()
        settings = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": password,
            "dir": f'"{self.folder}"',
            "save": '""',
            "appendonly": "no",
            "daemonize": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "allkeys-lru",
        }
        file = self.folder / "redis.conf"
        # In a file, because everybody on the machine can read command lines.
        write_private(file, "".join(f"{key} {value}\n" for key, value in settings.items()), self.account)
        return Launch(
            command=[self.program, str(file)],
            account=self.account,
            cwd=self.folder,
            url=f"redis://:{password}@127.0.0.1:{port}/0",
            environment={"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.folder)},
        )

    def compose_settings(self, port: int) -> tuple[str, dict[str, str]]:
        password = self.password()
        settings = {"MOGONTIA_SERVICES_PORT": str(port), "MOGONTIA_SERVICES_PASSWORD": password}
        return f"redis://:{password}@127.0.0.1:{port}/0", settings
