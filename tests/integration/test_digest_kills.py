"""Four processes that make digests and are killed all the time: each is made once, and none is missing."""

from __future__ import annotations

from bench.digests import play
from bot.db.engine import Database
from bot.db.unit_of_work import Transactions
from tests.factories import make_crew


def test_digests_outlive_the_processes_that_make_them(database: Database, transactions: Transactions) -> None:
    crew = make_crew(transactions)
    url = database.writer.url.render_as_string(hide_password=False)
    outcome = play(url, project_id=crew.project_id, days=2, kills=10)
    assert outcome.kills >= 10
    assert (outcome.missing, outcome.duplicates, outcome.lone) == (0, 0, 0)
