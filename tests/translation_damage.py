"""Ways to break rows of bridges, renditions and notices, for the tests of the doctor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import insert
from sqlalchemy.orm import Session

from bot.db.models import BridgedChannel, Notice, NoticeReceipt, Rendition, SourceText, Team
from bot.domain.translation import NoticeState, RenditionState, Side, SourceKind
from bot.reports.invariants import SENDING_SLACK
from tests.every_state import EveryState

Broken = set[tuple[str, int | None]]


class Damaged(Protocol):
    """A filled database whose damage is rolled back."""

    states: EveryState
    session: Session


def _add(bench: Damaged, model: Any, **values: object) -> int:
    row: int = bench.session.scalars(insert(model).values(**values).returning(model.id)).one()
    return row


def _add_source(bench: Damaged, **values: object) -> int:
    now, crew = bench.states.clock(), bench.states.crew
    usual: dict[str, object] = {
        "team_id": crew.team_id, "project_id": crew.project_id, "kind": SourceKind.MESSAGE, "channel": "C1",
        "ts": "1.1", "author_id": crew["mina"], "document": [], "digest": "0" * 64, "language": "ko",
        "created_at": now, "changed_at": now,
    }  # fmt: skip
    return _add(bench, SourceText, **(usual | values))


def _add_rendition(bench: Damaged, source: dict[str, object] | None = None, **values: object) -> int:
    now = bench.states.clock()
    usual: dict[str, object] = {
        "source_id": _add_source(bench, **(source or {})), "language": "en", "lane": "C1:1.1", "then": [],
        "state": RenditionState.DONE, "document": [], "finished_at": now, "created_at": now,
    }  # fmt: skip
    return _add(bench, Rendition, **(usual | values))


def _done_without_words(bench: Damaged) -> Broken:
    _add_rendition(bench)
    row = _add_rendition(bench, {"ts": "2.2"}, document=None)
    return {("rendition_state", row)}


def _pending_for_ever(bench: Damaged) -> Broken:
    return {("rendition_state", _add_rendition(bench, state=RenditionState.PENDING))}


def _reported_by_nobody(bench: Damaged) -> Broken:
    return {("rendition_state", _add_rendition(bench, reported_at=bench.states.clock()))}


def _made_of_older_words(bench: Damaged) -> Broken:
    return {("rendition_version", _add_rendition(bench, {"ver": 2}))}


def _words_of_a_deleted_message(bench: Damaged) -> Broken:
    return {("rendition_version", _add_rendition(bench, {"deleted": True}))}


def _interpreter_died(bench: Damaged) -> Broken:
    long_ago = bench.states.clock() - SENDING_SLACK - timedelta(seconds=1)
    _add_rendition(bench, state=RenditionState.PENDING, due_at=bench.states.clock())
    row = _add_rendition(
        bench, {"ts": "2.2"}, state=RenditionState.PENDING, due_at=long_ago, lease_until=long_ago
    )
    return {("rendition_forgotten", row)}


def _message_without_a_place(bench: Damaged) -> Broken:
    return {("source_place", _add_source(bench, ts=None))}


def _comment_on_nothing(bench: Damaged) -> Broken:
    return {("source_place", _add_source(bench, kind=SourceKind.COMMENT))}


def _bridge_of_another_team(bench: Damaged) -> Broken:
    now, crew = bench.states.clock(), bench.states.crew
    team = _add(bench, Team, slack_id="T9", created_at=now)
    row = _add(
        bench, BridgedChannel, team_id=team, channel="C1", project_id=crew.project_id, side=Side.MIXED,
        set_by_id=crew["boss"], created_at=now,
    )  # fmt: skip
    return {("bridge_team", row)}


def _add_notice(bench: Damaged, **values: object) -> int:
    now, crew = bench.states.clock(), bench.states.crew
    return _add(
        bench, Notice, team_id=crew.team_id, project_id=crew.project_id, author_id=crew["alex"],
        english="A", korean="가", created_at=now, **values,
    )  # fmt: skip


def _posted_without_approval(bench: Damaged) -> Broken:
    row = _add_notice(bench, state=NoticeState.POSTED, posted_at=bench.states.clock(), channel="C1")
    return {("notice_approved", row)}


def _draft_that_was_read(bench: Damaged) -> Broken:
    row, now = _add_notice(bench, state=NoticeState.DRAFT), bench.states.clock()
    _add(bench, NoticeReceipt, notice_id=row, person_id=bench.states.crew["mina"], read_at=now)
    return {("notice_approved", row)}


DAMAGES: tuple[Callable[[Damaged], Broken], ...] = (
    _done_without_words,
    _pending_for_ever,
    _reported_by_nobody,
    _made_of_older_words,
    _words_of_a_deleted_message,
    _interpreter_died,
    _message_without_a_place,
    _comment_on_nothing,
    _bridge_of_another_team,
    _posted_without_approval,
    _draft_that_was_read,
)
