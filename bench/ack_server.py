"""The two servers `bench.ack` compares, each as a process of its own: the bot's edge, and the smallest Bolt app.

Neither sends messages: in production that is the sender's work, at Slack's pace.
"""

from __future__ import annotations

import itertools
import os

import click
import uvicorn
from slack_bolt import Ack, App, BoltRequest
from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.db.engine import Database, open_database
from bot.db.models import Person, RequestKey, Task
from bot.db.unit_of_work import Transactions, utc_now
from bot.domain.surface import DEFAULT_COMMANDS
from bot.i18n.catalogs import load_catalogs
from bot.metrics import Metrics
from bot.slack.gateway import Gateway
from handlers.deps import Deps
from handlers.probes import Health
from handlers.serving import serve_http

SECRET = "bench-secret"  # noqa: S105 -- a throw-away server's
TOKEN = "xoxb-sandbox"  # noqa: S105 -- the sandbox's
THREADS = 8


def make_deps(database: Database, slack: str) -> Deps:
    """Return what the listeners need, speaking to the Slack at `slack`."""
    return Deps(
        transaction=Transactions(database),
        catalogs=load_catalogs(),
        gateway=Gateway(TOKEN, slack),
        commands=DEFAULT_COMMANDS,
        signing_secret=SECRET,
        web_client=WebClient(TOKEN, slack),
    )


def _ours(database: Database, slack: str) -> Starlette:
    return serve_http(
        make_deps(database, slack),
        Metrics(),
        health=lambda: Health(database=True),
        start=lambda: None,
        stop=database.dispose,
        threads=THREADS,
    )


def _smallest(database: Database, slack: str, selects: int, inserts: int, updates: int) -> Starlette:
    """Build a Bolt app that runs as many ORM statements of each kind in one transaction, then acknowledges."""
    app = App(
        client=WebClient(TOKEN, slack),
        signing_secret=SECRET,
        token_verification_enabled=False,
        process_before_response=True,
    )
    transactions = Transactions(database)
    numbers = itertools.count(1)
    process = os.getpid()

    def statements(session: Session) -> str:
        number = next(numbers)
        nickname = ""
        for _ in range(selects):
            found = session.scalar(
                select(Person).where(Person.id == 1 + number % 64).execution_options(populate_existing=True)
            )
            nickname = found.nickname if found else ""
        for turn in range(inserts):
            session.add(
                RequestKey(key=f"{process}:{number}:{turn}", answer={"text": "x"}, created_at=utc_now())
            )
            session.flush()
        if updates:
            task = session.get_one(Task, number)
            for turn in range(updates):
                task.priority = turn + 1
                session.flush()
        return nickname

    @app.command("/work")
    def work(ack: Ack) -> None:
        with transactions() as uow:
            nickname = statements(uow.session)
        ack(f"{nickname}: done")

    async def hear(request: Request) -> Response:
        bolt = BoltRequest(body=(await request.body()).decode(), headers=dict(request.headers))
        answer = await run_in_threadpool(app.dispatch, bolt)
        return Response(answer.body, answer.status, headers={k: v[0] for k, v in answer.headers.items()})

    return Starlette(routes=[Route("/slack/events", hear, methods=["POST"])])


@click.command()
@click.option("--which", type=click.Choice(["ours", "smallest"]), required=True)
@click.option("--database", "url", required=True)
@click.option("--slack", required=True)
@click.option("--port", type=int, required=True)
@click.option("--mix", default="0,0,0", help="SELECT, INSERT and UPDATE statements of the smallest app.")
def main(which: str, url: str, slack: str, port: int, mix: str) -> None:
    """Serve until SIGTERM."""
    database = open_database(url, pool_size=THREADS)
    selects, inserts, updates = (int(n) for n in mix.split(","))
    # `get_one` of the updated task is a SELECT too.
    web = (
        _ours(database, slack)
        if which == "ours"
        else _smallest(database, slack, selects - bool(updates), inserts, updates)
    )
    uvicorn.run(web, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
