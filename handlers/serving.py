"""The two ways Slack reaches the same listeners, each as one web application with its probes."""

from __future__ import annotations

from collections.abc import Callable

from slack_bolt.adapter.socket_mode import SocketModeHandler
from starlette.applications import Starlette

from bot.metrics import Metrics
from handlers.deps import Deps
from handlers.edge import build_edge, dispatch_through
from handlers.factory import build_app
from handlers.gate import Gate
from handlers.probes import Health, build_web

Step = Callable[[], object]


def serve_http(
    deps: Deps, metrics: Metrics, *, health: Callable[[], Health], start: Step, stop: Step, threads: int
) -> Starlette:
    """Let Slack call /slack/events; every request passes the gate first."""

    def close() -> None:
        deps.close()
        stop()

    return build_edge(
        dispatch=dispatch_through(build_app(deps)),
        gate=Gate(deps.signing_secret),
        health=health,
        metrics=metrics,
        start=start,
        stop=close,
        pool_size=threads,
    )


def serve_socket(
    deps: Deps, metrics: Metrics, *, health: Callable[[], Health], start: Step, stop: Step, app_token: str
) -> Starlette:
    """Call Slack over Socket Mode; the web application only answers probes."""
    socket = SocketModeHandler(build_app(deps), app_token)

    def begin() -> None:
        start()
        socket.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated

    def close() -> None:
        socket.close()  # type: ignore[no-untyped-call]  # as above
        deps.close()
        stop()

    return build_web(health=health, metrics=metrics, start=begin, stop=close)
