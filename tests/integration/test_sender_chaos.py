"""Senders killed again and again while Slack misbehaves: nothing lost, doubled or out of order."""

from __future__ import annotations

import logging
import multiprocessing
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.db.engine import open_database
from bot.db.migrate import migrate
from bot.db.models import OutboxState
from bot.db.unit_of_work import Transactions
from bot.outbox.patience import Patience
from sandbox.client import Sandbox
from sandbox.server import serve_in_thread
from tests.conftest import LONG
from tests.integration.sender_scene import FAST, Scene, build_sender

MESSAGES, KILLS = (300, 12) if LONG else (150, 8)
LANES, SENDERS = 20, 3
LATEST_ARRIVAL, TIMEOUT = 1.6, 1
PATIENCE = Patience(quarantine=2.2, preparation=2.0, first=0.05, longest=0.5, silence=0.5)
FAULTS = [
    {"method": "chat.postMessage", "kind": "429", "retry_after": 1, "probability": 0.05, "seed": 1},
    {"method": "chat.postMessage", "kind": "500", "probability": 0.03, "seed": 2},
    {"method": "chat.postMessage", "kind": "500_after", "probability": 0.03, "seed": 3},
    {"method": "chat.postMessage", "kind": "reset_after", "probability": 0.05, "seed": 4},
    # Stored after the sender has stopped listening.
    {
        "method": "chat.postMessage",
        "kind": "delay",
        "seconds": LATEST_ARRIVAL,
        "probability": 0.04,
        "seed": 5,
    },
    {"method": "conversations.history", "kind": "503", "probability": 0.1, "seed": 6},
]


def send_until_killed(database_url: str, slack_url: str) -> None:
    """Be a sender process."""
    logging.disable()
    transactions = Transactions(open_database(database_url))
    build_sender(transactions, slack_url, timeout=TIMEOUT, pace=FAST, patience=PATIENCE).start()
    threading.Event().wait()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with serve_in_thread() as running:
        box = Sandbox(running.url)
        yield box
        box.close()


@pytest.mark.slow
def test_killed_senders_lose_nothing_double_nothing_and_keep_the_order(
    database_url_of: str, box: Sandbox
) -> None:
    database = open_database(database_url_of)
    migrate(database)
    scene = Scene(box, database, patience=PATIENCE)
    people = [scene.add_person() for _ in range(LANES)]
    box.faults(rules=FAULTS)
    dice = random.Random(7)
    spawn = multiprocessing.get_context("forkserver")
    spawn.set_forkserver_preload([__name__])

    def start() -> multiprocessing.process.BaseProcess:
        process = spawn.Process(target=send_until_killed, args=(database_url_of, box.url), daemon=True)
        process.start()
        return process

    senders = [start() for _ in range(SENDERS)]
    kills, began = 0, time.monotonic()
    try:
        for number in range(MESSAGES):
            scene.tell(people[number % LANES], number)
        while OutboxState.NEW in (states := {row.state for row in scene.rows()}) or kills < KILLS:
            assert time.monotonic() - began < 60, Counter(scene.states())
            time.sleep(dice.uniform(0.2, 0.6))
            victim = dice.randrange(SENDERS)
            process = senders[victim]
            assert process.pid is not None
            process.kill()
            process.join()
            assert process.exitcode == -signal.SIGKILL
            senders[victim] = start()
            kills += 1
        scene.wait_until_done(30)
        time.sleep(LATEST_ARRIVAL)
    finally:
        for process in senders:
            process.kill()
            process.join()
        took = time.monotonic() - began
        database.dispose()

    heard = {person: [int(text.split()[1]) for text in scene.heard(person)] for person in people}
    told = {person: list(range(index, MESSAGES, LANES)) for index, person in enumerate(people)}
    stands = Counter(number for numbers in heard.values() for number in numbers)
    faults = Counter(call["fault"] for call in box.calls("chat.postMessage") if call["fault"])
    print(f"{kills} kills, {took:.0f} s, faults {dict(faults)}, states {states}")
    assert sum(faults.values()) > MESSAGES / 10
    assert len(stands) == MESSAGES, "lost"
    assert max(stands.values()) == 1, "duplicates"
    assert heard == told, "order"
