"""The Slack process: `python app.py` runs everything in one; `app:asgi` is the factory for uvicorn."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import uvicorn
from slack_sdk import WebClient
from starlette.applications import Starlette

from bot.bootstrap import Application, build_or_explain
from bot.settings import BadConfig, Mode
from handlers.deps import Deps
from handlers.probes import Health
from handlers.serving import serve_http, serve_socket


def _serve(application: Application, *, ticking: bool) -> Starlette:
    """Return the web application whose start and end are those of the whole process."""
    secrets, settings = application.secrets, application.settings
    deps = Deps(
        transaction=application.transactions,
        catalogs=application.catalogs,
        gateway=application.gateway,
        commands=settings.commands,
        signing_secret=secrets.signing_secret.get_secret_value(),
        web_client=WebClient(secrets.bot_token.get_secret_value(), secrets.api_url, timeout=2),
        pulse=application.pulse,
        desk=application.desk,
        translator=application.translator,
        limits=application.limits,
        withholding=settings.pay.withholding,
        prints=application.prints,
    )

    start = partial(application.start, ticking=ticking)
    if settings.mode is Mode.HTTP:
        serve = partial(serve_http, threads=settings.http.threads)
    else:
        serve = partial(serve_socket, app_token=secrets.app_token.get_secret_value())
    return serve(
        deps,
        application.metrics,
        health=lambda: Health(*application.vital_signs()),
        start=start,
        stop=application.close,
    )


def asgi() -> Starlette:
    """Build the web process; the clock is looked at by `python -m bot worker` beside it."""
    return _serve(build_or_explain(), ticking=False)


def main(build: Callable[[], Application] = build_or_explain) -> None:
    """Run listening, sending and the scheduler in this one process until SIGTERM."""
    application = build()
    http = application.settings.http
    uvicorn.run(_serve(application, ticking=True), host=http.host, port=http.port, log_config=None)


if __name__ == "__main__":
    try:
        main()
    except BadConfig as error:
        sys.exit("\n".join(error.problems))
