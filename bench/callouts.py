"""64 people press one call-out of ten places at the same moment, over signed HTTP, on both databases.

The server is a process of its own with the listeners and real transactions, as in `bench.ack`; each press is a
connection of its own that waits at a barrier. Every round is a new call-out. Looked at are the rows afterwards
and what every person was told at the address Slack would show it at.
"""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlencode

import click
from sqlalchemy import select

from bench.ack import serving, sign
from bench.crew import TEAM, Ground, ground
from bench.report import Report, quantile
from bot.db.models import CallOut, CallOutEntry, Membership, Person
from bot.domain.people import Role
from bot.domain.quality import CallOutMode, CallOutState, EntryState
from bot.services.call_outs import call_out
from bot.slack.ids import CALL_OUT_JOIN, Ref
from sandbox.postgres import running_postgres
from sandbox.server import serve_in_thread

PEOPLE, PLACES = 64, 10
CHANNEL = "C0BENCH"
_numbers = itertools.count(1)


@dataclass
class Told:
    """What people were shown, by the last part of the address it went to."""

    said: dict[str, str] = field(default_factory=dict)
    turn: threading.Condition = field(default_factory=threading.Condition)

    def wait(self, wanted: int, timeout: float) -> None:
        """Wait until so many people have been told something."""
        with self.turn:
            self.turn.wait_for(lambda: len(self.said) >= wanted, timeout)


@contextmanager
def listening(told: Told) -> Iterator[str]:
    """Yield the address under which answers to presses are received."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with told.turn:
                told.said[self.path.rpartition("/")[2]] = str(body.get("text"))
                told.turn.notify_all()
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Round:
    """One call-out: how it went for the presses, the rows and the people."""

    seconds: list[float]
    not_200: int
    winners: int
    in_order: bool
    errors: int


def _pressed(user: str, call_out_id: int, address: str) -> bytes:
    number = next(_numbers)
    payload = {
        "type": "block_actions", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM},
        "api_app_id": "A0BENCH", "trigger_id": f"{time.time_ns()}.{number}",
        "container": {"type": "message", "channel_id": CHANNEL, "message_ts": f"{call_out_id}.1"},
        "channel": {"id": CHANNEL}, "response_url": f"{address}/{user}",
        "actions": [{
            "type": "button", "action_id": CALL_OUT_JOIN, "block_id": "b", "action_ts": f"{number}",
            "value": str(Ref(call_out_id, 0)),
        }],
    }  # fmt: skip
    return urlencode({"payload": json.dumps(payload)}).encode()


def play(place: Ground, port: int, supervisor: int, told: Told, address: str) -> Round:
    """Call out, let everybody press at once, and return how it went."""
    with place.transactions() as uow:
        id = call_out(
            uow,
            actor_id=supervisor,
            project_id=place.project_id,
            headcount=PLACES,
            mode=CallOutMode.FIRST,
            deadline=uow.now + timedelta(hours=1),
            channel=CHANNEL,
        )
    told.said.clear()
    users = place.users[:PEOPLE]
    barrier = threading.Barrier(len(users))
    taken: list[float] = []
    statuses: list[int] = []

    def press(user: str) -> None:
        body = _pressed(user, id, address)
        headers = sign(body)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.connect()
        barrier.wait()
        began = time.perf_counter()
        connection.request("POST", "/slack/events", body, headers)
        response = connection.getresponse()
        response.read()
        taken.append(time.perf_counter() - began)
        statuses.append(response.status)
        connection.close()

    threads = [threading.Thread(target=press, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.wait(len(users), 20)
    return Round(
        taken, sum(status != 200 for status in statuses), *_look(place, id), _errors(place, id, told)
    )


def _look(place: Ground, call_out_id: int) -> tuple[int, bool]:
    """Return how many have a place, and whether places and numbers were given in the order of the commits.

    The rows of one call-out are written while it is locked, so their ids are in the order of the commits.
    """
    with place.transactions.reading() as session:
        rows = session.execute(
            select(CallOutEntry.state, CallOutEntry.place)
            .where(CallOutEntry.call_out_id == call_out_id)
            .order_by(CallOutEntry.id)
        ).all()
        full = session.get_one(CallOut, call_out_id).state is CallOutState.FULL
    states: list[tuple[EntryState, int | None]] = [(state, number) for state, number in rows]
    wanted: list[tuple[EntryState, int | None]] = [(EntryState.IN, None)] * PLACES
    wanted += [(EntryState.WAITING, number) for number in range(1, PEOPLE - PLACES + 1)]
    return sum(state is EntryState.IN for state, _number in states), full and states == wanted


def _errors(place: Ground, call_out_id: int, told: Told) -> int:
    """Count the people who were told nothing, or anything but where they stand."""
    with place.transactions.reading() as session:
        rows = session.execute(
            select(Person.slack_id, CallOutEntry.state, CallOutEntry.place)
            .join(CallOutEntry, CallOutEntry.person_id == Person.id)
            .where(CallOutEntry.call_out_id == call_out_id)
        ).all()
    wanted = {
        user: "자리를 받으셨어요" if state is EntryState.IN else f"대기 {number}번"
        for user, state, number in rows
    }
    return sum(wanted.get(user, "?") not in told.said.get(user, "") for user in place.users[:PEOPLE])


def _supervisor(place: Ground) -> int:
    with place.transactions() as uow:
        team_id = uow.session.get_one(Person, place.workers[0]).team_id
        person = Person(
            team_id=team_id, slack_id="UBSUP", nickname="bridge", language="ko", zone="Asia/Seoul", created_at=uow.now
        )  # fmt: skip
        uow.session.add(person)
        uow.session.flush()
        uow.session.add(
            Membership(
                project_id=place.project_id, person_id=person.id, role=Role.SUPERVISOR, created_at=uow.now
            )
        )
        return person.id


@click.command()
@click.option("--rounds", default=20, show_default=True, help="Call-outs on each database.")
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(rounds: int, file: Path | None) -> None:
    """Measure who gets a place when everybody presses at once."""
    report, told = Report("callouts"), Told()
    report.row(
        "database", "rounds", "10 winners", "in order", "errors", "not 200", "p50 ms", "p99 ms", "max ms"
    )
    with running_postgres() as postgres, serve_in_thread() as box, listening(told) as address:
        slack = f"{box.url.rstrip('/')}/api/"
        for kind in ("sqlite", "postgres"):
            with (
                ground(kind, postgres, tasks=1, workers=PEOPLE) as place,
                serving("ours", place, slack) as port,
            ):
                supervisor = _supervisor(place)
                # The first requests also ask Slack who the bot is and warm the caches.
                play(place, port, supervisor, told, address)
                played = [play(place, port, supervisor, told, address) for _ in range(rounds)]
            every = [seconds for one in played for seconds in one.seconds]
            right = sum(one.winners == PLACES for one in played)
            ordered = sum(one.in_order for one in played)
            errors = sum(one.errors for one in played)
            bad = sum(one.not_200 for one in played)
            report.row(
                kind, rounds, right, ordered, errors, bad, quantile(every, 0.5) * 1e3,
                quantile(every, 0.99) * 1e3, max(every) * 1e3,
            )  # fmt: skip
            report.figure(f"{kind}.p99_ms", quantile(every, 0.99) * 1e3)
            report.figure(f"{kind}.errors", errors + bad)
            report.at_least(f"{kind}: rounds with exactly {PLACES} winners", right, rounds)
            report.at_least(f"{kind}: rounds with places and waitlist in order of commit", ordered, rounds)
            report.at_most(f"{kind}: errors shown to people", errors + bad, 0)
            report.at_most(f"{kind}: slowest answer, seconds", max(every), 2.5)
    report.finish(file)


if __name__ == "__main__":
    main()
