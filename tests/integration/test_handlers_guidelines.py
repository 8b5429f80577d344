"""Guidelines uploaded, looked at, published and confirmed in Slack."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot.db.models import Acknowledgement, Assignment, GuidelineVersion, OutboxRow
from bot.db.unit_of_work import Transactions
from bot.domain.guideline import GuidelineState
from bot.outbox.messages import load
from bot.services.guideline_turns import begin_scheduled
from bot.slack import ids
from bot.slack.render import render
from sandbox.client import message_text
from tests.conftest import MovableClock
from tests.factories import make_crew
from tests.integration.stage import Stage, staged
from tests.integration.test_guidelines import FIRST, SECOND


@pytest.fixture
def stage(transactions: Transactions) -> Iterator[Stage]:
    make_crew(transactions)
    with staged(transactions) as stage:
        yield stage


def deliver(stage: Stage, kind: str, nickname: str) -> dict[str, object]:
    """Post the newest message of a kind as the sender does; return it as it stands in Slack."""
    with stage.deps.transaction.reading() as session:
        row = session.query(OutboxRow).filter_by(kind=kind).order_by(OutboxRow.id.desc()).first()
        assert row is not None
        rendered = render(
            session, load(row.kind, row.payload), stage.catalogs, stage.deps.transaction.clock()
        )
    assert rendered is not None
    return stage.post(nickname, rendered.content)


def upload(stage: Stage, text: str, typed: str = "/pm guideline upload DIAL", name: str = "guide.md") -> str:
    alex = stage.person("alex")
    alex.command(typed)
    file = alex.upload(name, text.encode())
    assert alex.submit({"file": [file["id"]]})["response_action"] == "update"
    stage.settle()
    return message_text(alex.wait_for_modal())


def number_of(stage: Stage, state: GuidelineState) -> int | None:
    with stage.deps.transaction.reading() as session:
        row = session.query(GuidelineVersion).filter_by(state=state).one_or_none()
        return row.number if row else None


def test_from_a_file_to_a_confirmed_version(stage: Stage) -> None:
    alex, mina = stage.person("alex"), stage.person("mina")
    shown = upload(stage, FIRST)
    assert "Spelling" in shown
    assert "Numbers" in shown
    stage.redeliver()
    stage.settle()
    assert stage.count(GuidelineVersion) == 1
    assert stage.told("guideline_report") == 1
    card = deliver(stage, "guideline_report", "alex")
    alex.click(card, ids.GUIDELINE_PUBLISH)
    alex.click(card, ids.GUIDELINE_PUBLISH)
    stage.settle()
    assert number_of(stage, GuidelineState.CURRENT) == 1
    assert stage.told("guideline_card") == 3
    said = mina.command("/work 받기")["message"]
    assert "가이드라인 1판" in message_text(said)
    assert stage.count(Assignment) == 0
    mina.click(said, ids.GUIDELINE_ACKNOWLEDGE)
    stage.redeliver()
    stage.settle()
    assert stage.count(Acknowledgement) == 1
    mina.command("/work 받기")
    assert stage.count(Assignment) == 1


def test_the_second_version_shows_what_is_new(stage: Stage) -> None:
    alex, mina = stage.person("alex"), stage.person("mina")
    upload(stage, FIRST)
    assert "1" in message_text(alex.command("/pm guideline publish DIAL")["message"])
    shown = upload(stage, SECOND, "/pm 가이드라인 올리기 dial")
    assert "New: " in shown
    diff = message_text(alex.command("/pm guideline diff DIAL")["message"])
    assert "Changed: " in diff
    assert "Names" in diff
    assert "Names" in message_text(alex.command("/pm guideline 목차")["message"])
    alex.command("/pm guideline publish DIAL")
    card = mina.command("/work next")["message"]
    assert "Names" in message_text(card)
    mina.click(card, ids.GUIDELINE_TEXT)
    assert "Leave names out." in message_text(mina.wait_for_modal())


def test_a_card_of_an_overtaken_version_says_so(stage: Stage) -> None:
    mina = stage.person("mina")
    upload(stage, FIRST)
    stage.person("alex").command("/pm guideline publish DIAL")
    old = mina.command("/work next")["message"]
    upload(stage, SECOND)
    stage.person("alex").command("/pm guideline publish DIAL")
    told = stage.told("guideline_card")
    mina.click(old, ids.GUIDELINE_ACKNOWLEDGE)
    stage.settle()
    assert stage.count(Acknowledgement) == 0
    assert stage.told("guideline_card") == told + 1


def test_a_time_is_read_on_the_pms_clock(stage: Stage, clock: MovableClock) -> None:
    alex = stage.person("alex")
    upload(stage, FIRST)
    for wrong in ("tomorrow", "2020-01-01 09:00", "2036-01-01"):
        assert message_text(alex.command(f"/pm guideline publish DIAL {wrong}")["message"])
        assert number_of(stage, GuidelineState.DRAFT) == 1
    assert "09:30" in message_text(alex.command("/pm guideline publish DIAL 2026-11-24 09:30")["message"])
    assert number_of(stage, GuidelineState.SCHEDULED) == 1
    with stage.deps.transaction.reading() as session:
        version = session.query(GuidelineVersion).one()
        assert version.effective_at is not None
        assert f"{version.effective_at:%d %H:%M}" == "24 00:30"
    clock.now = version.effective_at + timedelta(seconds=1)
    with stage.deps.transaction() as uow:
        assert begin_scheduled(uow) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("guide.xyz", b"\x00\x01\x02", "files of this kind"),
        ("guide.md", b"   \n", "no text"),
        ("guide.pdf", b"%PDF-1.7 broken", "damaged"),
        ("guide.docx", b"PK\x03\x04 broken", "damaged"),
    ],
)
def test_files_that_cannot_be_read_are_refused_with_the_reason(
    stage: Stage, name: str, content: bytes, words: str
) -> None:
    alex = stage.person("alex")
    alex.command("/pm guideline upload DIAL")
    file = alex.upload(name, content)
    alex.submit({"file": [file["id"]]})
    stage.settle()
    assert words in message_text(alex.wait_for_modal())
    assert stage.count(GuidelineVersion) == 0
    assert stage.told("guideline_report") == 1
    assert words in message_text(deliver(stage, "guideline_report", "alex"))


def test_others_may_not(stage: Stage) -> None:
    upload(stage, FIRST)
    tries = ("upload DIAL", "upload", "outline DIAL", "diff DIAL", "publish DIAL")
    for count, typed in enumerate(tries, 1):
        assert message_text(stage.person("mina").command(f"/pm guideline {typed}")["message"])
        assert stage.denied() == count
    assert message_text(stage.person("bridge").command("/pm guideline publish DIAL")["message"])
    assert stage.denied() == len(tries) + 1
    assert "Spelling" in message_text(stage.person("bridge").command("/pm guideline outline")["message"])
    assert number_of(stage, GuidelineState.DRAFT) == 1


def test_mistyped_words_are_explained(stage: Stage) -> None:
    alex = stage.person("alex")
    for typed in ("", " publsh DIAL", " nothing", " outline NOPE", " publish DIAL", " diff DIAL"):
        assert message_text(alex.command(f"/pm guideline{typed}")["message"])
    assert stage.count(GuidelineVersion) == 0
