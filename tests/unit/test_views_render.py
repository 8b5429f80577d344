"""From the outbox to the message: every fact the services leave there can be worded for its reader."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import OutboxRow, Person
from bot.db.unit_of_work import Transactions
from bot.domain.assignment import WARN_SHARE
from bot.i18n.catalogs import load_catalogs
from bot.outbox.issue_messages import IssueSaidThere, IssueThreadCard
from bot.outbox.messages import (
    KINDS,
    AssignmentCard,
    GuidelineCard,
    GuidelineReport,
    ImportReport,
    JoinRequested,
    LeaseEnding,
    LeaseExpired,
    Message,
    MessageParked,
    NoticeCard,
    RejectCard,
    ReviewCard,
    ReviewHandedOver,
    ReviewReserved,
    RoleChanged,
    TranslationCard,
    load,
)
from bot.outbox.quality_messages import CallOutCard
from bot.outbox.report_messages import DigestCard
from bot.services import reviews, tasks, verdicts
from bot.services.leases import expire_leases, warn_leases
from bot.services.submissions import submit
from bot.slack.render import _VIEWS, render
from bot.slack.rendered import Rendered
from sandbox.blockkit import check_blocks
from tests.conftest import MovableClock, copy_sqlite, open_quickly
from tests.every_state import Explained
from tests.factories import Crew, make_crew

CATALOGS = load_catalogs(strict=True)
EXPLAINED: Explained = {"reason": "misheard", "section": "2.4", "comment": "00:12의 말이 빠졌어요."}


class Office:
    """A crew on an own SQLite database, and the sender's view of its outbox."""

    def __init__(self, url: str) -> None:
        self.clock = MovableClock()
        database = open_quickly(url)
        self.transactions = Transactions(database, clock=self.clock)
        self.crew: Crew = make_crew(self.transactions)

    def render(self, message: Message) -> Rendered | None:
        with self.transactions.reading() as session:
            return render(session, message, CATALOGS, self.clock())

    def told(self, session: Session) -> list[Message]:
        return [
            load(row.kind, row.payload) for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        ]

    def claim(self) -> int:
        with self.transactions() as uow:
            return tasks.claim_next(uow, person_id=self.crew["mina"]).assignment_id

    def submit(self, assignment_id: int, text: str) -> None:
        with self.transactions() as uow:
            submit(uow, person_id=self.crew["mina"], assignment_id=assignment_id, parts={"text": text})

    def take_review(self, who: str = "dohyun") -> int:
        with self.transactions() as uow:
            return reviews.claim_next_review(uow, person_id=self.crew[who]).review_id

    def reject(self, review_id: int) -> int:
        with self.transactions() as uow:
            done = verdicts.reject(uow, person_id=self.crew["dohyun"], review_id=review_id, **EXPLAINED)
        assert done.verdict_id is not None
        return done.verdict_id


@pytest.fixture
def office(sqlite_url: str, sqlite_template: Path) -> Iterator[Office]:
    copy_sqlite(sqlite_template, sqlite_url)
    office = Office(sqlite_url)
    yield office
    office.transactions.database.dispose()


def test_every_kind_of_message_has_a_view() -> None:
    in_channels = {TranslationCard, NoticeCard, DigestCard, IssueThreadCard, IssueSaidThere, CallOutCard}
    assert {*_VIEWS, *in_channels} == set(KINDS.values())


def test_a_whole_round_can_be_told(office: Office) -> None:
    crew = office.crew
    assignment = office.claim()
    office.submit(assignment, "아니라니까")
    review = office.take_review()
    verdict = office.reject(review)
    office.submit(assignment, "아니라니께")
    second = office.take_review()
    with office.transactions() as uow:
        verdicts.fix_and_accept(
            uow, person_id=crew["dohyun"], review_id=second, parts={"text": "아니라니께."}
        )
    with office.transactions.reading() as session:
        told = office.told(session)
        for message in [*told, RejectCard(crew["mina"], verdict), ReviewCard(crew["dohyun"], review)]:
            rendered = render(session, message, CATALOGS, office.clock())
            if rendered is not None:
                assert check_blocks(rendered.content.blocks, "message") == []
                assert rendered.card == message.card
                assert rendered.person_id == message.person_id
    kinds = {type(message) for message in told}
    assert kinds >= {AssignmentCard, ReviewCard, RejectCard, ReviewReserved, RoleChanged}


def test_readers_get_their_own_language(office: Office) -> None:
    crew = office.crew
    for name, word in (("alex", "You now have the role PM"), ("mina", "PM 역할을 맡으셨어요")):
        rendered = office.render(RoleChanged(crew[name], crew.project_id, "pm", True))
        assert rendered is not None
        assert word in rendered.content.text
        assert rendered.user == f"U{name.upper()}"


def test_somebody_who_left_is_told_nothing(office: Office) -> None:
    with office.transactions() as uow:
        uow.session.get_one(Person, office.crew["mina"]).active = False
    assert office.render(RoleChanged(office.crew["mina"], office.crew.project_id, "pm", True)) is None
    assert office.render(JoinRequested(office.crew["boss"], office.crew["mina"])) is None
    assert office.render(JoinRequested(office.crew["boss"], office.crew["jun"])) is not None


def test_overtaken_facts_are_dropped(office: Office) -> None:
    crew = office.crew
    assignment = office.claim()
    ending, expired = LeaseEnding(crew["mina"], assignment), LeaseExpired(crew["mina"], assignment)
    assert office.render(ending) is None, "most of the time is still there"
    office.clock.advance(seconds=timedelta(minutes=30).total_seconds() * WARN_SHARE)
    with office.transactions() as uow:
        assert warn_leases(uow) == 1
    warned = office.render(ending)
    assert warned is not None
    assert "얼마 남지 않았어요" in warned.content.text
    assert office.render(expired) is None
    with office.transactions() as uow:
        tasks.extend(uow, person_id=crew["mina"], assignment_id=assignment)
    assert office.render(ending) is None, "they have asked for more time"
    office.clock.advance(hours=2)
    with office.transactions() as uow:
        assert expire_leases(uow) == 1
    assert office.render(ending) is None
    assert office.render(expired) is not None
    office.submit(assignment, "늦었지만 다 했어요")
    assert office.render(expired) is None


def test_notices_end_when_somebody_takes_the_review(office: Office) -> None:
    crew = office.crew
    office.submit(office.claim(), "아니라니까")
    review = office.take_review()
    with office.transactions() as uow:
        verdicts.hand_over(uow, person_id=crew["dohyun"], review_id=review, note="판단이 어려워요")
    notice = ReviewHandedOver(crew["bridge"], review)
    asked = office.render(notice)
    assert asked is not None
    assert "판단이 어려워요" not in json.dumps(asked.content.blocks, ensure_ascii=False)
    mine = office.render(ReviewCard(crew["dohyun"], review))
    assert mine is not None
    assert "수퍼바이저께 넘기셨어요" in mine.content.text
    with office.transactions() as uow:
        reviews.claim_review(uow, person_id=crew["bridge"], review_id=review)
    assert office.render(notice) is None
    theirs = office.render(ReviewCard(crew["bridge"], review))
    assert theirs is not None
    assert "판단이 어려워요" in json.dumps(theirs.content.blocks, ensure_ascii=False)


def test_rows_that_are_gone_are_told_of_no_more(office: Office) -> None:
    boss = office.crew["boss"]
    for message in (
        AssignmentCard(boss, 99),
        ReviewCard(boss, 99),
        RejectCard(boss, 99),
        LeaseEnding(boss, 99),
        LeaseExpired(boss, 99),
        ReviewReserved(boss, 99),
        ReviewHandedOver(boss, 99),
        JoinRequested(boss, 99),
        RoleChanged(boss, 99, "pm", True),
        ImportReport(boss, 99, 1, 0, []),
        GuidelineCard(boss, 99),
        GuidelineReport(boss, 99, 99),
        GuidelineReport(boss, office.crew.project_id, 99),
    ):
        assert office.render(message) is None
    assert office.render(MessageParked(boss, 7, "reject_card", "is_archived")) is not None


def test_an_import_report_words_its_problems(office: Office) -> None:
    problems: list[dict[str, Any]] = [
        {"line": 3, "code": "duplicate_id", "values": {"id": "<!channel>", "first_line": 2}},
        {"line": None, "code": "empty_file", "values": {}},
    ]
    rendered = office.render(ImportReport(office.crew["alex"], office.crew.project_id, 0, 0, problems, 5))
    assert rendered is not None
    shown = json.dumps(rendered.content.blocks)
    assert "Line 3: The id <!channel> is already used on line 2" in shown
    assert '"mrkdwn", "text": "<!channel>' not in shown
    assert "And 5 more problems." in shown
