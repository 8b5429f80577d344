"""The whole life of work against the plain model: votes, appeals, holds, changing rules and prices, clocks set back.

`python -m bench.life_cycle` plays it for much longer.
"""

from __future__ import annotations

from bot.db.engine import Database
from tests.conftest import LONG
from tests.integration.work_play import Play

OPERATIONS = 3_000 if LONG else 150


def test_random_work_agrees_with_the_model(database: Database) -> None:
    play = Play(database, seed=7)
    tally = play.run(OPERATIONS)
    assert tally.operations == OPERATIONS
    assert tally.findings == 0
