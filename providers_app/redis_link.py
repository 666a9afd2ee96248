"""The connections to Redis, where it is configured, and whether it can be reached just now."""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError

from providers_app.loops import PerLoop

logger = logging.getLogger(__name__)
PREFIX = "rtrag:"
PATIENCE_S = 0.2
"""How long a question waits for Redis."""
AWAY_S = 2.0
"""How long Redis is left alone after a failure; then one call tries it again."""
MAX_CONNECTIONS = 20
T = TypeVar("T")


class RedisAwayError(Exception):
    """There is no Redis, or it cannot be reached just now."""


class RedisLink:
    """One pool of connections for each event loop. `url` is "" where there is no Redis."""

    def __init__(self, url: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self.is_configured = bool(url)
        self._clients = PerLoop(lambda: _client(url))
        self._clock = clock
        self._away_until: float | None = None

    async def do(self, work: Callable[[Redis], Awaitable[T]]) -> T:
        """What comes of `work`. Raises `RedisAwayError`, after `PATIENCE_S` at most."""
        was_away = self._away_until is not None
        if not self.is_configured or (self._away_until is not None and self._clock() < self._away_until):
            raise RedisAwayError
        if was_away:
            self._rest()  # for all others, while this call finds out
        try:
            result = await work(self._clients.get())
        except (RedisError, OSError) as error:
            is_news = self._away_until is None
            self._rest()
            if is_news:
                logger.warning(
                    "Redis is away (%s): breakers and cached answers are not shared, and caps hold for each machine",
                    type(error).__name__,
                )
            raise RedisAwayError from error
        self._away_until = None
        if was_away:
            logger.info("Redis is back")
        return result

    async def close(self) -> None:
        """Close the connections of the running event loop."""
        if client := self._clients.pop():
            await client.aclose()
            await client.connection_pool.disconnect()

    def _rest(self) -> None:
        self._away_until = self._clock() + AWAY_S


def _client(url: str) -> Redis:
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=MAX_CONNECTIONS,
        timeout=PATIENCE_S,
        socket_timeout=PATIENCE_S,
        socket_connect_timeout=PATIENCE_S,
        retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),  # a connection gone stale
    )
    return Redis(connection_pool=pool)
