"""The life of issues against the plain model: nothing is lost, fired twice or owned by two, in any order.

`python -m bench.issue_life` plays it for much longer.
"""

from __future__ import annotations

from bot.db.engine import Database
from tests.conftest import LONG, open_quickly
from tests.integration.issue_play import Play

STEPS = 3_000 if LONG else 300


def test_random_lives_agree_with_the_model(database: Database, database_url_of: str) -> None:
    second = open_quickly(database_url_of, pool_size=4)
    try:
        tally = Play(database, second, seed=6).run(STEPS)
    finally:
        second.dispose()
    assert tally.steps == STEPS
    # Without these it would have shown nothing.
    assert min(tally.races, tally.clock_back, tally.duplicates, tally.fired, tally.called, tally.issues) > 3
