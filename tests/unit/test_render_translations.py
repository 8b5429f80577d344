"""From the outbox to the words: what people are told about translations and notices, and when nothing is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db.engine import open_database
from bot.db.migrate import migrate
from bot.db.models import Person, Rendition
from bot.db.unit_of_work import Transactions
from bot.domain.translation import Side
from bot.i18n.catalogs import load_catalogs
from bot.outbox.messages import (
    EngineTrouble,
    LimitReached,
    Message,
    NoticeCard,
    NoticeDraftCard,
    NoticeReminder,
    PrivateDataWarning,
    TranslationCard,
    TranslationReported,
)
from bot.services import notices
from bot.services.access import find_project
from bot.services.bridges import set_bridge
from bot.services.correcting import dismiss_report, report
from bot.services.hearing import delete, hear
from bot.services.renditions import Translated, finish, take
from bot.slack import ids
from bot.slack.render import render
from bot.slack.rendered import Rendered
from bot.translation.mrkdwn_text import from_mrkdwn
from tests.conftest import MovableClock
from tests.factories import Crew, make_crew

CATALOGS = load_catalogs(strict=True)
CHANNEL, TS = "C0CREW", "1795409580.000100"


class Desk:
    """A crew with one bridged channel."""

    def __init__(self, path: Path) -> None:
        self.clock = MovableClock()
        self.database = open_database(f"sqlite:///{path / 'gagyo.db'}")
        migrate(self.database)
        self.transactions = Transactions(self.database, clock=self.clock)
        self.crew: Crew = make_crew(self.transactions)
        with self.transactions() as uow:
            project = find_project(uow, team_id=self.crew.team_id, key="DIAL")
            boss = self.crew["boss"]
            set_bridge(uow, actor_id=boss, project=project, channel=CHANNEL, side=Side.MIXED)

    def render(self, message: Message) -> Rendered | None:
        with self.transactions.reading() as session:
            return render(session, message, CATALOGS, self.clock())

    def shown(self, message: Message) -> str:
        rendered = self.render(message)
        assert rendered is not None
        return json.dumps([rendered.content.text, rendered.content.blocks], ensure_ascii=False)

    def hear(self) -> int:
        """Let mina write something that is translated; returns its source."""
        with self.transactions() as uow:
            heard = hear(
                uow,
                person_id=self.crew["mina"],
                channel=CHANNEL,
                ts=TS,
                thread_ts=None,
                document=from_mrkdwn("반려됐어요.").dump(),
                characters=6,
                language="ko",
            )
        assert heard is not None
        with self.transactions() as uow:
            job = take(uow)
            assert job is not None
            finish(uow, job=job, done=Translated(from_mrkdwn("A companion.").dump(), "ko", "echo"))
        return heard.source_id

    def leave(self, who: str) -> None:
        with self.transactions() as uow:
            uow.session.get_one(Person, self.crew[who]).active = False


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.database.dispose()


def test_what_stands_in_a_channel_outlives_its_author(desk: Desk) -> None:
    source = desk.hear()
    card = TranslationCard(desk.crew["mina"], source, "thread", CHANNEL)
    desk.leave("mina")
    rendered = desk.render(card)
    assert rendered is not None
    assert (rendered.channel, rendered.thread_ts, rendered.gone) == (CHANNEL, TS, False)
    assert "A companion." in rendered.content.text
    with desk.transactions() as uow:
        delete(uow, team_id=desk.crew.team_id, channel=CHANNEL, ts=TS)
    rendered = desk.render(card)
    assert rendered is not None
    assert rendered.gone
    assert desk.render(PrivateDataWarning(desk.crew["mina"], source)) is None


def test_a_card_of_nothing_has_to_vanish(desk: Desk) -> None:
    rendered = desk.render(TranslationCard(desk.crew["mina"], 999, "thread", CHANNEL))
    assert rendered is not None
    assert rendered.gone
    second = desk.render(TranslationCard(desk.crew["mina"], desk.hear(), "thread", CHANNEL, part=1))
    assert second is not None
    assert second.gone
    assert second.then == ()


def test_an_author_is_warned_without_the_data(desk: Desk) -> None:
    source = desk.hear()
    shown = desk.shown(PrivateDataWarning(desk.crew["mina"], source))
    assert "번역하지 않았어요" in shown
    assert "반려됐어요" not in shown


def test_a_report_is_told_until_it_is_settled(desk: Desk) -> None:
    desk.hear()
    with desk.transactions() as uow:
        rendition = uow.session.scalars(select(Rendition)).one().id
        report(uow, person_id=desk.crew["alex"], rendition_id=rendition, note="not a companion")
    told = TranslationReported(desk.crew["bridge"], rendition)
    shown = desk.shown(told)
    assert "not a companion" in shown
    assert ids.TRANSLATION_CORRECT in shown
    with desk.transactions() as uow:
        dismiss_report(uow, person_id=desk.crew["bridge"], rendition_id=rendition)
    assert ids.TRANSLATION_CORRECT not in desk.shown(told)
    assert desk.render(TranslationReported(desk.crew["bridge"], 999)) is None


def test_those_in_charge_hear_of_limits_and_engines(desk: Desk) -> None:
    crew = desk.crew
    assert "80 %" in desk.shown(LimitReached(crew["alex"], crew.project_id, "2026-11-23", 80))
    assert desk.render(LimitReached(crew["alex"], 999, "2026-11-23", 80)) is None
    assert "papago" in desk.shown(EngineTrouble(crew["boss"], "papago", "refused"))
    desk.leave("boss")
    assert desk.render(EngineTrouble(crew["boss"], "papago", "refused")) is None


def test_a_notice_goes_from_draft_to_its_readers(desk: Desk) -> None:
    crew = desk.crew
    with desk.transactions() as uow:
        notice = notices.draft(
            uow,
            person_id=crew["alex"],
            project_id=crew.project_id,
            english="New guideline on Monday.",
            korean="월요일부터 새 가이드라인이에요.",
        )
    channel_card = NoticeCard(crew["alex"], notice, CHANNEL)
    assert desk.render(channel_card) is None
    assert desk.render(NoticeReminder(crew["mina"], notice)) is None
    assert ids.NOTICE_POST in desk.shown(NoticeDraftCard(crew["bridge"], notice))
    assert ids.NOTICE_POST not in desk.shown(NoticeDraftCard(crew["alex"], notice))
    with desk.transactions() as uow:
        notices.post(uow, person_id=crew["bridge"], notice_id=notice, ver=1, channel=CHANNEL)
    shown = desk.shown(channel_card)
    assert "월요일부터" in shown
    assert "New guideline" in shown
    assert "mina" not in shown
    assert "mina" in desk.shown(NoticeDraftCard(crew["alex"], notice))
    assert "월요일부터" in desk.shown(NoticeReminder(crew["mina"], notice))
    with desk.transactions() as uow:
        notices.acknowledge(uow, person_id=crew["mina"], notice_id=notice)
    assert desk.render(NoticeReminder(crew["mina"], notice)) is None
    with desk.transactions() as uow:
        notices.withdraw(uow, person_id=crew["alex"], notice_id=notice)
    # It was withdrawn before anybody could see it.
    assert desk.render(channel_card) is None
    assert desk.render(NoticeReminder(crew["jun"], notice)) is None
    assert desk.render(NoticeDraftCard(crew["alex"], 999)) is None
