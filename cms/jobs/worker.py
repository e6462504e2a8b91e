"""The process that works: jobs, deliveries of events, messages to other systems, mails, the clock of periodic jobs."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from cms.contracts.work import Courier as AppCourier
from cms.events.services import deliver_one, due
from cms.notifications.postman import Postman
from cms.plugins.registry import providers
from cms.webhooks.courier import Courier

from . import queue, schedule
from .models import Worker

logger = logging.getLogger(__name__)
LANES = ("events", "webhooks", "couriers", "mail", "jobs")
#: How many deliveries or mails in a row before the other lanes get their turn.
PORTION = 50


class CityWorker(TaskWorker):
    """django-tasks-db's worker with our lanes. ``lanes``: some of LANES; ``until_idle``: end when nothing is left."""

    def __init__(self, *, lanes: tuple[str, ...] = LANES, interval: float = 1, until_idle: bool = False) -> None:
        name = f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=until_idle,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=name,
            excluded_queue_names=[],
        )
        self.lanes = lanes
        self.postman = Postman(name)
        self.courier = Courier(name)
        #: Label of an app -> its courier; kept while the app is switched off, for what is under way.
        self.couriers: dict[str, AppCourier] = {}
        self._housekeeping_at = 0.0
        self._ended = threading.Event()

    def run(self) -> None:
        """Work until told to end. What is under way is finished first."""
        self._beat()
        heart = threading.Thread(target=self._keep_beating, daemon=True, name="heart")
        heart.start()
        try:
            while self.running:
                if not connection.in_atomic_block:  # as in tests, where everything happens inside one
                    close_old_connections()
                try:
                    self._housekeeping()
                    busy = self._one_round()
                except DatabaseError as error:  # away, locked or restarted: nothing is lost, we come again
                    logger.warning("the worker waits for the database: %s", type(error).__name__)
                    connection.close()
                    busy = False
                if not busy and self.batch:
                    return
                if not busy and self.running:
                    time.sleep(self.interval)
        finally:
            self._ended.set()
            self.courier.close()
            for courier in self.couriers.values():
                courier.close()
            self.postman.close()
            heart.join(timeout=5)
            self._say_goodbye()

    def _one_round(self) -> bool:
        work: dict[str, Callable[[], bool]] = {
            "events": self._events,
            "webhooks": self._webhooks,
            "couriers": self._couriers,
            "mail": self._mail,
            "jobs": self._job,
        }
        self.running_task = True  # a signal now lets us finish
        try:
            return any([work[lane]() for lane in LANES if lane in self.lanes])
        finally:
            self.running_task = False

    def _events(self) -> bool:
        # Asked outside a transaction first: on SQLite a transaction takes the write lock.
        return self._portion(lambda: due().exists() and deliver_one())

    def _webhooks(self) -> bool:
        return self.courier.deliver(PORTION, lambda: self.running)

    def _couriers(self) -> bool:
        """Let the couriers of apps that are not switched off deliver."""
        worked = False
        for label, make in providers("courier").items():
            if label not in self.couriers:
                self.couriers[label] = make(self.worker_id)
            worked = self.couriers[label].deliver(PORTION, lambda: self.running) or worked
        return worked

    def _mail(self) -> bool:
        return self.postman.deliver(PORTION, lambda: self.running)

    def _portion(self, one: Callable[[], bool]) -> bool:
        worked = False
        for _number in range(PORTION):
            if not self.running or not one():
                break
            worked = True
        return worked

    def _job(self) -> bool:
        rows = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not rows.exists():
            return False
        with exclusive_transaction(rows.db):
            row = rows.get_locked()
            if row is not None:
                row.claim(self.worker_id)
        if row is None:
            return False
        self.run_task(row)
        self.running_task = True  # the library's run_task says False at its end
        return True

    def _housekeeping(self) -> None:
        """Every few seconds: dead workers' work, failed jobs, periodic jobs."""
        if time.monotonic() < self._housekeeping_at:
            return
        queue.take_back()
        queue.retry_failed()
        self.postman.take_back(queue.alive())
        self.courier.take_back(queue.alive())
        for courier in self.couriers.values():
            courier.take_back(queue.alive())
        schedule.enqueue_due()
        self._housekeeping_at = time.monotonic() + min(5.0, settings.WORKER_PRESUMED_DEAD_SECONDS / 3)

    def _beat(self) -> None:
        now = timezone.now()
        Worker.objects.update_or_create(
            name=self.worker_id,
            defaults={"seen_at": now},
            create_defaults={"host": socket.gethostname(), "seen_at": now},
        )

    def _keep_beating(self) -> None:
        while not self._ended.wait(settings.WORKER_PRESUMED_DEAD_SECONDS / 6):
            try:
                self._beat()
            except DatabaseError:  # the next beat tries again
                connection.close()
        connection.close()

    def _say_goodbye(self) -> None:
        try:
            Worker.objects.filter(name=self.worker_id).delete()
        except DatabaseError:  # then we are found dead a little later
            logger.warning("the worker could not sign off")
