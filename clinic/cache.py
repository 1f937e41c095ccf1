"""The shared cache: in Redis, and no cache at all while Redis is away."""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class JsonSerializer:
    """Values as JSON text: nothing that lies in Redis can become code here."""

    def dumps(self, value: Any) -> str:
        return json.dumps(value)

    def loads(self, text: bytes) -> Any:
        return json.loads(text)


def _or(otherwise: Any, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def forgiving(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except RedisError as error:
            logger.warning("cache away error=%s", type(error).__name__)
            return otherwise

    return forgiving


class ForgivingRedisCache(RedisCache):
    """A request never fails because Redis does: nothing is found then, and nothing is counted."""

    add = _or(True, RedisCache.add)
    set = _or(None, RedisCache.set)
    touch = _or(False, RedisCache.touch)
    delete = _or(False, RedisCache.delete)
    has_key = _or(False, RedisCache.has_key)
    incr = _or(0, RedisCache.incr)
    get_many = _or({}, RedisCache.get_many)
    set_many = _or([], RedisCache.set_many)
    delete_many = _or(None, RedisCache.delete_many)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version)
        except RedisError as error:
            logger.warning("cache away error=%s", type(error).__name__)
            return default
