"""What an operator's tools ask the process: /healthz and /metrics."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.log import describe
from bot.metrics import Metrics
from handlers.pool import Pool, TooBusyError

log = logging.getLogger(__name__)
T = TypeVar("T")

# A probe must answer before whoever polls it gives up.
PROBE_SECONDS = 2.0
DEGRADED_LAG_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Health:
    """Facts for a probe: None means not known yet (no due outbox row, no event since the start)."""

    database: bool
    sender_lag_seconds: float | None = None
    last_event_seconds: float | None = None

    @property
    def status(self) -> str:
        """Give ok, degraded (work is safe but Slack hears late) or down (nothing can be stored)."""
        if not self.database:
            return "down"
        return "degraded" if (self.sender_lag_seconds or 0) > DEGRADED_LAG_SECONDS else "ok"


def probe_routes(health: Callable[[], Health], metrics: Metrics, pool: Pool) -> list[Route]:
    """Return the routes GET /healthz and GET /metrics; both ask in the threads of `pool`."""

    async def tell_health(_: Request) -> Response:
        state = await _ask(pool, health) or Health(database=False)
        facts = {
            "status": state.status,
            "database": state.database,
            "sender_lag_seconds": state.sender_lag_seconds,
            "last_event_seconds": state.last_event_seconds,
        }
        return JSONResponse(facts, status_code=503 if state.status == "down" else 200)

    async def tell_metrics(_: Request) -> Response:
        rendered = await _ask(pool, metrics.render)
        if rendered is None:
            return Response(status_code=503)
        return Response(rendered[0], headers={"content-type": rendered[1]})

    return [
        Route("/healthz", tell_health, methods=["GET"]),
        Route("/metrics", tell_metrics, methods=["GET"]),
    ]


def build_web(
    *,
    health: Callable[[], Health],
    metrics: Metrics,
    routes: Sequence[Route] = (),
    start: Callable[[], object] = lambda: None,
    stop: Callable[[], object] = lambda: None,
) -> Starlette:
    """Build the ASGI app with GET /healthz, GET /metrics and further routes.

    `health` runs in a thread, and so do `start`, once before the first request, and `stop`, once after the last.
    """
    probes = probe_pool()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await asyncio.to_thread(start)
        try:
            yield
        finally:
            await asyncio.to_thread(stop)
            await asyncio.to_thread(probes.close)

    return Starlette(routes=[*routes, *probe_routes(health, metrics, probes)], lifespan=lifespan)


def probe_pool() -> Pool:
    """Return a pool of one thread, so that a hanging database can't hold more than that."""
    return Pool(1, max_waiting=8, patience_seconds=PROBE_SECONDS)


async def _ask(pool: Pool, call: Callable[[], T]) -> T | None:
    try:
        async with asyncio.timeout(PROBE_SECONDS):
            return await pool.run(call)
    except (TooBusyError, TimeoutError):
        log.warning("a probe got no answer within %.1f s", PROBE_SECONDS)
    # A probe asks databases and threads in whatever state they are; it must say "down", never raise.
    except Exception as error:
        log.error("a probe raised %s at %s", *describe(error))
    return None
