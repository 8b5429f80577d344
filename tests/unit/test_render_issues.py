"""From facts about issues to messages: each reader in their language, and nothing for who may not see it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.db.models import GuidelineNote, Issue, Person
from bot.db.unit_of_work import Transactions
from bot.domain.escalation import IssueSource, IssueState, Severity
from bot.i18n.catalogs import load_catalogs
from bot.outbox.issue_messages import (
    DutyChanged,
    GuidelineNoteCard,
    HoldNews,
    IssueCall,
    IssueCard,
    ReworkGone,
    RulingCard,
)
from bot.outbox.messages import Message
from bot.services import duty, holding, issues, rulings, tasks
from bot.slack.content import Content
from bot.slack.ids import RULING_AGREE
from bot.slack.render import render
from bot.slack.render_issues import content_of_thread_card
from sandbox.blockkit import check_blocks
from tests.conftest import MovableClock, copy_sqlite, open_quickly
from tests.factories import Crew, make_crew

CATALOGS = load_catalogs()
WORDS = "3.2절과 4.1절이 서로 달라요."


class Office:
    """A crew on an own SQLite database, with one issue in a thread."""

    def __init__(self, url: str) -> None:
        self.clock = MovableClock()
        database = open_quickly(url)
        self.transactions = Transactions(database, clock=self.clock)
        self.crew: Crew = make_crew(self.transactions)
        with self.transactions() as uow:
            self.claimed = tasks.claim_next(uow, person_id=self.crew["mina"]).assignment_id
        self.issue_id = self.open(channel="C0CREW", thread_ts="1764000000.000100")

    def open(
        self,
        source: IssueSource = IssueSource.THREAD,
        channel: str | None = None,
        thread_ts: str | None = None,
    ) -> int:
        with self.transactions() as uow:
            return issues.open_issue(
                uow,
                person_id=self.crew["mina"],
                project_id=self.crew.project_id,
                severity=Severity.S2,
                request=WORDS,
                source=source,
                task_ids=(1,) if source is IssueSource.THREAD else (),
                channel=channel,
                thread_ts=thread_ts,
            ).issue_id

    def content(self, message: Message) -> Content | None:
        with self.transactions.reading() as session:
            rendered = render(session, message, CATALOGS, self.clock())
        if rendered is None:
            return None
        assert check_blocks(rendered.content.blocks, "message") == []
        return rendered.content

    def thread(self, side: str, issue_id: int | None = None) -> Content | None:
        with self.transactions.reading() as session:
            found = content_of_thread_card(
                session, CATALOGS, self.clock(), issue_id or self.issue_id, side, {"pm": "/pm"}
            )
        if found is not None:
            assert check_blocks(found.blocks, "message") == []
        return found

    def shown(self, message: Message) -> str:
        content = self.content(message)
        return json.dumps(content.blocks, ensure_ascii=False) if content is not None else ""


@pytest.fixture
def office(sqlite_url: str, sqlite_template: Path) -> Iterator[Office]:
    copy_sqlite(sqlite_template, sqlite_url)
    office = Office(sqlite_url)
    yield office
    office.transactions.database.dispose()


def test_each_side_reads_its_own_language(office: Office) -> None:
    crew, pm, mixed = (office.thread(side) for side in ("crew", "pm", "mixed"))
    assert crew is not None
    assert pm is not None
    assert mixed is not None
    assert crew.text.startswith("이슈 #")
    assert pm.text.startswith("Issue #")
    assert crew.text in mixed.text
    assert pm.text in mixed.text
    assert "이슈" in office.shown(IssueCard(office.crew["bridge"], office.issue_id))
    assert "Issue" in office.shown(IssueCard(office.crew["alex"], office.issue_id))


def test_only_those_in_charge_get_the_buttons_that_steer(office: Office) -> None:
    assert "issue:ack" in office.shown(IssueCard(office.crew["bridge"], office.issue_id))
    assert "issue:ack" in office.shown(IssueCard(office.crew["boss"], office.issue_id))
    worker = office.shown(IssueCard(office.crew["mina"], office.issue_id))
    assert "issue:ack" not in worker
    assert "issue:withdraw" in worker
    assert "app_redirect" in worker


def test_what_was_said_in_confidence_never_reaches_a_channel_nor_a_stranger(office: Office) -> None:
    for source in (IssueSource.CARD, IssueSource.NAMELESS):
        issue_id = office.open(source)
        assert office.thread("mixed", issue_id) is None
        assert office.content(IssueCard(office.crew["jun"], issue_id)) is None
        assert office.content(IssueCall(office.crew["jun"], issue_id, "level")) is None
        seen = office.shown(IssueCard(office.crew["bridge"], issue_id))
        assert WORDS in seen
        assert "mina" not in seen
    assert office.content(IssueCard(office.crew["alex"], issue_id)) is None, "PMs don't see nameless reports"


def test_a_call_that_was_overtaken_wakes_nobody(office: Office) -> None:
    bridge = office.crew["bridge"]
    assert office.content(IssueCall(bridge, office.issue_id, "level")) is not None
    assert office.content(IssueCall(bridge, office.issue_id, "waiting")) is None
    assert office.content(IssueCall(bridge, office.issue_id, "reassigned")) is None
    with office.transactions() as uow:
        issues.acknowledge(uow, person_id=bridge, issue_id=office.issue_id)
    for why in ("level", "decayed", "reopened", "unheard of"):
        assert office.content(IssueCall(bridge, office.issue_id, why)) is None
    for why in ("reminder", "reassigned"):
        assert office.content(IssueCall(bridge, office.issue_id, why)) is not None
    assert office.content(IssueCall(bridge, 999, "level")) is None


def test_how_it_was_settled_is_shown_once_it_is(office: Office) -> None:
    with office.transactions() as uow:
        uow.session.execute(
            update(Issue).values(
                state=IssueState.RESOLVED,
                cause="둘 다 낡았어요.",
                remedy="4.1절을 따라요.",
                resolved_at=uow.now,
            )
        )
    shown = office.shown(IssueCard(office.crew["bridge"], office.issue_id))
    assert "둘 다 낡았어요." in shown
    assert "issue:reopen" in shown


def test_a_ruling_is_decided_by_a_pm_and_read_by_its_author(office: Office) -> None:
    bridge, alex = office.crew["bridge"], office.crew["alex"]
    with office.transactions() as uow:
        ver = uow.session.get_one(Issue, office.issue_id).ver
        ruling_id = rulings.rule(
            uow, person_id=bridge, issue_id=office.issue_id, ver=ver, words="우선 4.1절을 따라요."
        )
    assert RULING_AGREE in office.shown(RulingCard(alex, ruling_id))
    assert RULING_AGREE not in office.shown(RulingCard(bridge, ruling_id))
    assert office.content(RulingCard(bridge, 999)) is None


def test_a_note_for_the_guideline_is_decided_by_a_pm(office: Office) -> None:
    with office.transactions() as uow:
        note = GuidelineNote(
            project_id=office.crew.project_id,
            issue_id=office.issue_id,
            words="‘-니께’는 그대로 둬요.",
            made_by_id=office.crew["bridge"],
            created_at=uow.now,
        )
        uow.session.add(note)
        uow.session.flush()
        note_id = note.id
    assert "guideline_note:take" in office.shown(GuidelineNoteCard(office.crew["alex"], note_id))
    assert "guideline_note:take" not in office.shown(GuidelineNoteCard(office.crew["bridge"], note_id))
    assert office.content(GuidelineNoteCard(office.crew["alex"], 999)) is None


def test_those_with_work_on_held_tasks_read_what_it_means(office: Office) -> None:
    mina, bridge = office.crew["mina"], office.crew["bridge"]
    with office.transactions() as uow:
        holding.hold_tasks(uow, person_id=bridge, task_ids=[1], issue_id=office.issue_id)
    assert "seg-0001" in office.shown(HoldNews(mina, "held", [office.claimed], office.issue_id))
    assert office.content(HoldNews(mina, "unheard of", [office.claimed])) is None
    assert office.content(HoldNews(mina, "held", [999])) is None
    assert "보류 중" in office.shown(IssueCard(bridge, office.issue_id))
    assert office.content(ReworkGone(mina, office.claimed)) is None, "it is still theirs"


def test_whoever_takes_over_reads_the_note(office: Office) -> None:
    bridge = office.crew["bridge"]
    with office.transactions() as uow:
        done = duty.switch_on(
            uow, person_id=bridge, project_id=office.crew.project_id, note="3.2절 질문이 많아요."
        )
    assert "3.2절 질문이 많아요." in office.shown(DutyChanged(bridge, done.duty_id))
    assert office.content(DutyChanged(bridge, 999)) is None


def test_who_has_left_is_told_nothing_and_their_thread_stays(office: Office) -> None:
    with office.transactions() as uow:
        uow.session.execute(update(Person).where(Person.id == office.crew["mina"]).values(active=False))
    assert office.content(IssueCard(office.crew["mina"], office.issue_id)) is None
    assert office.thread("crew") is not None
