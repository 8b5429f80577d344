"""Two processes of threads at the same work, killed now and then: what was answered is there once, and nothing else.

`python -m bench.history` does it with four processes of sixteen threads, and for much longer.
"""

from __future__ import annotations

from bench.history import play
from bench.history_check import Call, find_broken
from bot.db.engine import Database
from bot.db.unit_of_work import Transactions
from tests.conftest import LONG

OPERATIONS = 2_000 if LONG else 100


def test_what_was_answered_outlives_the_processes_that_said_it(
    database: Database, transactions: Transactions
) -> None:
    url = database.writer.url.render_as_string(hide_password=False)
    outcome = play(url, operations=OPERATIONS, kills=3, processes=2, threads=4, tasks=20)
    assert (outcome.broken, outcome.findings, outcome.failed) == ([], [], [])
    assert outcome.ends["done"] + outcome.ends["refused"] >= OPERATIONS
    assert outcome.kills >= 3
    # The checker has seen it: of an answer that nothing stands behind, and of a row that nobody made.
    done = next(call for call in outcome.calls if call.name == "submit" and call.done)
    lie = Call("lie", "submit", done.who, done.row, {"done": {"submission": 10**6, "draft": False}})
    with transactions.reading() as session:
        said = list(find_broken(session, [*outcome.calls, lie]))
        unsaid = list(find_broken(session, [call for call in outcome.calls if call is not done]))
    assert said == [f"submission {lie.key} was acknowledged as {10**6} and is lost"]
    assert unsaid == [f"submission '{done.key}' was made by nobody"]
