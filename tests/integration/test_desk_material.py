"""What the search is told of a project."""

from __future__ import annotations

from sqlalchemy import update

from bot.db.models import Project
from bot.db.unit_of_work import Transactions
from bot.reports.desk_material import read_stamp
from tests.factories import make_crew


def test_a_confidential_projects_words_may_not_leave(transactions: Transactions) -> None:
    crew = make_crew(transactions)
    stamps = []
    for confidential in (True, False):
        with transactions() as uow:
            uow.session.execute(update(Project).values(confidential=confidential))
        with transactions.reading() as session:
            stamps.append(read_stamp(session, crew.project_id))
    assert [stamp.may_leave for stamp in stamps] == [False, True]
    assert stamps[0] != stamps[1], "what was prepared for one is not used for the other"
