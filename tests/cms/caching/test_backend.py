"""A cache server that is away makes pages slower, nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from django.core.cache.backends.redis import RedisCache

from cms.caching.backend import ForgivingRedisCache


@pytest.fixture(autouse=True)
def no_pause() -> Iterator[None]:
    yield
    ForgivingRedisCache._paused_until = 0.0


def test_nothing_is_found_where_no_server_answers() -> None:
    away = ForgivingRedisCache("redis://127.0.0.1:1", {"OPTIONS": {"socket_connect_timeout": 0.2}})
    assert away.get("a", "none") == "none"
    assert away.add("a", 1) is False
    away.set("a", 1)
    assert away.get_many(["a"]) == {}
    with pytest.raises(ValueError):
        away.incr("a")
    assert away.delete("a") is False


def test_it_keeps_what_a_server_keeps() -> None:
    if not os.environ.get("REDIS_URL"):
        pytest.skip("REDIS_URL is not set: bin/services start")
    here = ForgivingRedisCache(os.environ["REDIS_URL"], {"KEY_PREFIX": "test-forgiving"})
    plain = RedisCache(os.environ["REDIS_URL"], {"KEY_PREFIX": "test-forgiving"})
    here.set("a", 1, 10)
    assert plain.get("a") == here.get("a") == 1
    assert here.incr("a") == 2
    assert here.add("a", 5) is False
    assert here.delete("a") is True
    with pytest.raises(ValueError):
        here.incr("a")
