"""Redis as a cache that may be away: then nothing is found, and nothing breaks."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
#: After a failure the server is left alone for so many seconds, so that requests don't wait for it one by one.
PAUSE_SECONDS = 5.0


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache, whose failures count as "not there". Limits that count in it are open meanwhile."""

    _paused_until = 0.0

    def _attempt(self, operation: str, otherwise: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() < self._paused_until:
            return otherwise
        try:
            return getattr(super(), operation)(*args, **kwargs)
        except (RedisError, OSError) as error:
            type(self)._paused_until = time.monotonic() + PAUSE_SECONDS
            logger.warning("cache away: %s", type(error).__name__)
            return otherwise

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """Return the value, or ``default``."""
        return self._attempt("get", default, key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        """Return what is there."""
        return self._attempt("get_many", {}, keys, version)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        """Store unless it is there; return whether it was stored."""
        return self._attempt("add", False, key, value, *args, **kwargs)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        """Store."""
        self._attempt("set", None, key, value, *args, **kwargs)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Store; return the keys that were not."""
        return self._attempt("set_many", list(data), data, *args, **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        """Keep longer; return whether it is there."""
        return self._attempt("touch", False, key, *args, **kwargs)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget; return whether it was there."""
        return self._attempt("delete", False, key, version)

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        """Forget all of these."""
        self._attempt("delete_many", None, keys, version)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Return whether it is there."""
        return self._attempt("has_key", False, key, version)

    def clear(self) -> bool:
        """Forget everything."""
        return self._attempt("clear", False)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Add; return the sum. Raises ValueError for a key that is not there."""
        found = self._attempt("incr", None, key, delta, version)
        if found is None:
            raise ValueError(f"Key {key!r} not found")
        return found
