"""`/work next` over signed HTTP, against the smallest Bolt app with as many ORM statements on the same database.

Both run as processes of their own, one after the other in each round; the clients are threads of this one. The
statements of one claim are counted first, by kind, and given to the smallest app.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import itertools
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import click
from slack_bolt import BoltRequest
from sqlalchemy import event

from bench.ack_server import SECRET, make_deps
from bench.crew import TEAM, Ground, ground
from bench.report import Report, middle, quantile
from handlers.factory import build_app
from sandbox.postgres import running_postgres
from sandbox.server import serve_in_thread

CLIENTS = (1, 16, 64)
_numbers = itertools.count(1)


def _signed(user: str) -> tuple[bytes, dict[str, str]]:
    number = next(_numbers)
    body = urlencode(
        {
            "command": "/work", "text": "next", "user_id": user, "user_name": "w", "team_id": TEAM,
            "channel_id": "D0BENCH", "api_app_id": "A0BENCH", "trigger_id": f"{time.time_ns()}.{number}",
            "response_url": "http://127.0.0.1:9/response/x",
        }
    ).encode()  # fmt: skip
    return body, sign(body)


def sign(body: bytes) -> dict[str, str]:
    """Return the headers that Slack sends with this body."""
    stamp = str(int(time.time()))
    digest = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": f"v0={digest}",
    }


def _count_statements(place: Ground, slack: str) -> Counter[str]:
    """Return how many statements of each kind one `/work next` runs."""
    app, kinds = build_app(make_deps(place.database, slack)), Counter[str]()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if (verb := statement.split(None, 1)[0].upper()) in ("SELECT", "INSERT", "UPDATE", "WITH"):
            kinds[verb] += 1

    engines = {place.database.writer, place.database.reader}
    for turn in range(2):
        if turn == 1:  # The first request also asks Slack who the bot is and warms the caches.
            for engine in engines:
                event.listen(engine, "before_cursor_execute", note)
        body, headers = _signed(place.users[0])
        answer = app.dispatch(BoltRequest(body=body.decode(), headers=dict(headers)))
        assert answer.status == 200, answer.status
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return kinds


def _mix(kinds: Counter[str], postgres: bool) -> str:
    """Return SELECT,INSERT,UPDATE for the smallest app; PostgreSQL's combined write counts as its four parts."""
    combined = 0
    if postgres:
        # One WITH picks the slot, the other takes it and inserts three rows.
        combined = 1
    picks = kinds["WITH"] - combined
    return f"{kinds['SELECT'] + picks},{kinds['INSERT'] + 3 * combined},{kinds['UPDATE'] + combined}"


@contextmanager
def serving(which: str, place: Ground, slack: str, mix: str = "0,0,0") -> Iterator[int]:
    """Run one of the servers on the ground's database as a process of its own; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    url = place.database.writer.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "bench.ack_server", "--which", which, "--database", url]
    command += ["--slack", slack, "--port", str(port), "--mix", mix]
    with subprocess.Popen(command) as server:
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port
        finally:
            server.terminate()


def _press(port: int, users: tuple[str, ...], clients: int, seconds: float) -> tuple[float, list[float], int]:
    """Run the clients; return answers per second, every answer's seconds and how many were not 200."""
    taken: list[list[float]] = [[] for _ in range(clients)]
    bad = Counter[int]()
    end = time.perf_counter() + seconds

    def run(number: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while (began := time.perf_counter()) < end:
            body, headers = _signed(users[number])
            connection.request("POST", "/slack/events", body, headers)
            response = connection.getresponse()
            response.read()
            taken[number].append(time.perf_counter() - began)
            if response.status != 200:
                bad[response.status] += 1
        connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(clients)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [t for one in taken for t in one]
    return len(every) / (time.perf_counter() - began), every, sum(bad.values())


@click.command()
@click.option("--seconds", default=4.0, show_default=True, help="How long each measurement runs.")
@click.option("--rounds", default=3, show_default=True, help="Measurements per setting; the median counts.")
@click.option("--tasks", default=40_000, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(seconds: float, rounds: int, tasks: int, file: Path | None) -> None:
    """Measure acks with 1, 16 and 64 clients on both databases."""
    report = Report("ack")
    report.row(
        "database", "clients", "server", "per second", "p50 ms", "p99 ms", "max ms", "not 200", "ratio"
    )
    slowest, failures = 0.0, 0
    with running_postgres() as postgres, serve_in_thread() as box:
        slack = f"{box.url.rstrip('/')}/api/"
        for kind in ("sqlite", "postgres"):
            rates: dict[tuple[int, str], list[float]] = {}
            times: dict[tuple[int, str], list[float]] = {}
            bads = Counter[tuple[int, str]]()
            mix = "0,0,0"
            for _ in range(rounds):
                for which in ("ours", "smallest"):
                    with ground(kind, postgres, tasks=tasks, workers=64) as place:
                        if which == "ours":
                            kinds = _count_statements(place, slack)
                            mix = _mix(kinds, kind == "postgres")
                        with serving(which, place, slack, mix) as port:
                            _press(port, place.users, 2, 0.5)
                            for clients in CLIENTS:
                                rate, each, bad = _press(port, place.users, clients, seconds)
                                rates.setdefault((clients, which), []).append(rate)
                                times.setdefault((clients, which), []).extend(each)
                                bads[clients, which] += bad
            print(f"{kind}: SELECT,INSERT,UPDATE statements of one claim: {mix}")
            for clients in CLIENTS:
                pairs = zip(rates[clients, "ours"], rates[clients, "smallest"], strict=True)
                ratio = middle([a / b for a, b in pairs])
                for which in ("ours", "smallest"):
                    each = times[clients, which]
                    report.row(
                        kind, clients, which, middle(rates[clients, which]), quantile(each, 0.5) * 1e3,
                        quantile(each, 0.99) * 1e3, max(each) * 1e3, bads[clients, which],
                        ratio if which == "ours" else 1.0,
                    )  # fmt: skip
                ours = times[clients, "ours"]
                slowest, failures = max(slowest, max(ours)), failures + bads[clients, "ours"]
                report.figure(f"{kind}.{clients}.per_second", middle(rates[clients, "ours"]))
                report.figure(f"{kind}.{clients}.ratio", ratio)
                report.figure(f"{kind}.{clients}.p99_ms", quantile(ours, 0.99) * 1e3)
                report.at_least(f"{kind}, {clients} clients: throughput against the smallest app", ratio, 0.8)
                if clients == 64:
                    report.at_most(f"{kind}, 64 clients: p99 seconds", quantile(ours, 0.99), 1.0)
    report.figure("slowest_ack_s", slowest)
    report.figure("not_200", failures)
    report.at_most("slowest ack, seconds", slowest, 2.5)
    report.at_most("answers that were not 200", failures, 0)
    report.finish(file)


if __name__ == "__main__":
    main()
