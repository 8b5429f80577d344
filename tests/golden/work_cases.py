"""The views of call-outs, wishes for work and the board, drawn from ordinary facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.assignment import AssignmentState
from bot.domain.pay import Money
from bot.domain.quality import CallOutMode, CallOutState, EntryState
from bot.domain.task import TaskType
from bot.domain.translation import SourceKind
from bot.i18n.catalogs import load_catalogs
from bot.reports.call_outs import NOT_IN, CallOutFacts, OwnEntry, WhoCame
from bot.reports.issue_words import Words
from bot.reports.live_board import BatchRow, BoardPage, BoardRow, HeldGroup, Which
from bot.slack.board_refs import BoardRef, ReclaimRef
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import call_out_forms, call_outs, live_board, reclaims, wishes
from tests.golden.facts import NOW, assignment, reader_of
from tests.golden.translation_cases import relay

Case = Callable[[Reader], Content | dict[str, Any]]

NOTE = "오늘 저녁까지 끝내야 해서 도와주실 분을 찾아요."
INTO_ENGLISH = relay(
    kind=SourceKind.CALL_OUT, ref_id=5, original=NOTE, text="We need help to finish by this evening."
)
WHY = "담당하시던 분이 쉬셔서 다른 분께 부탁드리려고 해요."
WHY_IN_ENGLISH = relay(
    kind=SourceKind.HOLD, ref_id=3, original=WHY, text="The person is away, so somebody else is asked."
)

CALL_OUT = CallOutFacts(
    call_out_id=5,
    ver=2,
    state=CallOutState.OPEN,
    mode=CallOutMode.FIRST,
    project_id=1,
    project_key="DIAL1",
    project_name="전남 사투리 전사",
    type=TaskType.TRANSCRIPTION,
    headcount=10,
    taken=7,
    waiting=0,
    asked=0,
    price=Money(350, "KRW"),
    hourly=Money(11_340, "KRW"),
    gate="dialect:전남",
    how="짧은 녹음 세 개를 받아 적고 수퍼바이저에게 보여 주세요.",
    deadline=NOW + timedelta(hours=3),
    draws_at=None,
    drawn=False,
    note=Words(NOTE, (INTO_ENGLISH,)),
    channel="C0CREW",
    made_by_id=6,
)
FULL = replace(CALL_OUT, state=CallOutState.FULL, taken=10, waiting=4, note=None, gate=None, how="")
DRAW = replace(
    CALL_OUT,
    mode=CallOutMode.LOTTERY,
    taken=0,
    asked=14,
    draws_at=NOW + timedelta(seconds=40),
    hourly=None,
    note=None,
    gate="aide:2",
    how="",
)
FAIR = replace(DRAW, mode=CallOutMode.LEAST_RECENT)
CLOSED = replace(FULL, state=CallOutState.CLOSED)
IN, WAITING, ASKED = OwnEntry(EntryState.IN), OwnEntry(EntryState.WAITING, 3), OwnEntry(EntryState.ASKED)
CAME = WhoCame(("하늘", "바다", "솔"), ("누리",), 0)


def _both(facts: CallOutFacts) -> Case:
    def draw(_: Reader) -> Content:
        catalogs = load_catalogs(strict=False)
        return call_outs.call_out_card([reader_of(catalogs, one) for one in ("ko", "en")], facts)

    return draw


def _news(what: str, own: OwnEntry) -> Case:
    def draw(reader: Reader) -> Content:
        content = call_outs.call_out_news(reader, what, FULL, own)
        assert content is not None
        return content

    return draw


ROWS = (
    BoardRow(
        91, 3, 14, "clip-014", "하늘", AssignmentState.RETURNED, NOW - timedelta(hours=26),
        NOW + timedelta(hours=1), held=False, ageing=True,
    ),
    BoardRow(
        92, 2, 15, "clip-015", "바다", AssignmentState.IN_REVIEW, NOW - timedelta(hours=3), None,
        held=False, ageing=False,
    ),
    BoardRow(
        93, 1, 16, "목포-016", "솔", AssignmentState.CLAIMED, NOW - timedelta(minutes=12),
        NOW + timedelta(minutes=18), held=False, ageing=False,
    ),
    BoardRow(
        94, 1, 17, "clip-017", "누리", AssignmentState.CLAIMED, NOW - timedelta(minutes=40), None,
        held=True, ageing=False,
    ),
)  # fmt: skip
COUNTS = {
    Which.ALL: 14,
    Which.CLAIMED: 6,
    Which.RETURNED: 3,
    Which.IN_REVIEW: 5,
    Which.AGEING: 1,
    Which.HELD: 1,
}
PAGE = BoardPage(1, "DIAL1", Which.ALL, ROWS, 0, 2, COUNTS)
NOTHING = BoardPage(1, "DIAL1", Which.HELD, (), 0, 1, dict.fromkeys(Which, 0))
GROUPS = (
    HeldGroup(2, 14, NOW - timedelta(hours=5), 4, "october.csv", 12, None, "수빈"),
    HeldGroup(120, 31, NOW - timedelta(hours=1), 5, "11월.csv", None, Words(WHY, (WHY_IN_ENGLISH,)), "수빈"),
)
BATCHES = (BatchRow(5, "11월.csv", 120, 120), BatchRow(4, "october.csv", 38, 0))

CASES: dict[str, Case] = {
    "call_out_card": lambda r: call_outs.call_out_card([r], CALL_OUT),
    "call_out_card_both": _both(CALL_OUT),
    "call_out_card_draw": _both(DRAW),
    "call_out_card_fair": lambda r: call_outs.call_out_card([r], FAIR),
    "call_out_card_full": lambda r: call_outs.call_out_card([r], FULL),
    "call_out_card_closed": _both(CLOSED),
    "call_out_invite": lambda r: call_outs.invite_card(r, CALL_OUT, NOT_IN),
    "call_out_invite_in": lambda r: call_outs.invite_card(r, FULL, IN),
    "call_out_invite_waiting": lambda r: call_outs.invite_card(r, FULL, WAITING),
    "call_out_invite_asked": lambda r: call_outs.invite_card(r, DRAW, ASKED),
    "call_out_invite_closed": lambda r: call_outs.invite_card(r, CLOSED, NOT_IN),
    "call_out_joined": lambda r: call_outs.joined_reply(r, IN),
    "call_out_joined_waiting": lambda r: call_outs.joined_reply(r, WAITING),
    "call_out_joined_asked": lambda r: call_outs.joined_reply(r, ASKED, DRAW.draws_at),
    "call_out_left": call_outs.left_reply,
    "call_out_not_qualified": lambda r: call_outs.not_qualified(r, CALL_OUT),
    "call_out_ended": call_outs.ended_reply,
    "call_out_news_in": _news("in", IN),
    "call_out_news_moved_up": _news("moved_up", IN),
    "call_out_news_waiting": _news("waiting", WAITING),
    "call_out_news_closed": _news("closed", NOT_IN),
    "call_out_form": lambda r: call_out_forms.call_out_form(r, ("DIAL1", "MODE2")),
    "call_out_who": lambda r: call_out_forms.who_came_modal(r, FULL, CAME),
    "call_out_who_draw": lambda r: call_out_forms.who_came_modal(r, DRAW, WhoCame((), (), 14), fresh=True),
    "no_work": lambda r: wishes.no_work(r, wished=False, quiet=False),
    "no_work_quiet": lambda r: wishes.no_work(r, wished=True, quiet=True),
    "wished": wishes.wished_reply,
    "wish_forgotten": wishes.forgotten_reply,
    "work_waiting": lambda r: wishes.work_waiting(r, "DIAL1", TaskType.TRANSCRIPTION),
    "board": lambda r: live_board.board_modal(
        r, PAGE, may_reclaim=True, said=live_board.reclaimed_line(r, 13)
    ),
    "board_read": lambda r: live_board.board_modal(r, PAGE, may_reclaim=False),
    "board_empty": lambda r: live_board.board_modal(r, NOTHING, may_reclaim=True),
    "board_reclaim": lambda r: live_board.reclaim_form(r, ROWS[0], ReclaimRef(91, 3, BoardRef(1))),
    "board_held": lambda r: live_board.held_modal(r, 1, "DIAL1", GROUPS, BATCHES),
    "board_held_none": lambda r: live_board.held_modal(r, 1, "DIAL1", (), ()),
    "board_hold": lambda r: live_board.hold_batch_form(r, 1, BATCHES),
    "board_under_way": live_board.batch_under_way,
    "task_reclaimed": lambda r: reclaims.task_reclaimed(
        r, "reclaim", assignment(AssignmentState.RELEASED), WHY,
        replace(WHY_IN_ENGLISH, kind=SourceKind.RECLAIM) if r.language == "en" else None,
    ),
    "task_handed_on": lambda r: reclaims.task_reclaimed(
        r, "rework_limit", assignment(AssignmentState.RELEASED), "", None
    ),
}  # fmt: skip
