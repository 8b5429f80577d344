"""What cards promise in each state: which buttons are there, and who sees content."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.assignment import AssignmentState
from bot.domain.people import Role, WorkStatus
from bot.domain.review import Decision, ReviewLevel, ReviewState
from bot.domain.task import TaskType
from bot.i18n.catalogs import Catalogs, load_catalogs
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.ids import FormRef, Ref
from bot.slack.reader import Reader
from bot.slack.views import forms, home, people, rejects, reviews, tasks
from sandbox.blockkit import walk_elements
from tests.golden import facts
from tests.golden.cases import CASES
from tests.golden.facts import ANSWERS, NOW, assignment, reader_of, review

CATALOGS: Catalogs = load_catalogs(strict=True)
KO, EN = reader_of(CATALOGS, "ko"), reader_of(CATALOGS, "en")


def buttons(view: Content | dict[str, Any]) -> list[str]:
    """The action ids of a view, links aside."""
    blocks = view.blocks if isinstance(view, Content) else view["blocks"]
    found = [element["action_id"] for _block, element in walk_elements(blocks)]
    return [action for action in found if not action.startswith("link:")]


def words(view: Content | dict[str, Any]) -> str:
    return json.dumps(view.as_reply() if isinstance(view, Content) else view, ensure_ascii=False)


ASSIGNMENT_BUTTONS = {
    AssignmentState.CLAIMED: [
        ids.TASK_SUBMIT,
        ids.TASK_EXTEND,
        ids.TASK_UNUSABLE,
        ids.TASK_RELEASE,
        ids.ISSUE_OPEN,
        ids.CARD_ASK,
    ],
    AssignmentState.IN_REVIEW: [ids.TASK_NEXT],
    AssignmentState.RETURNED: [ids.TASK_SUBMIT, ids.TASK_UNUSABLE, ids.TASK_RELEASE, ids.ISSUE_OPEN],
    AssignmentState.APPEALED: [ids.TASK_NEXT],
    AssignmentState.ACCEPTED: [ids.TASK_NEXT],
    AssignmentState.RELEASED: [ids.TASK_NEXT],
    AssignmentState.EXPIRED: [ids.TASK_NEXT, ids.TASK_SUBMIT],
}


@pytest.mark.parametrize("state", AssignmentState)
def test_a_card_offers_what_can_still_be_done(state: AssignmentState) -> None:
    assert buttons(tasks.assignment_card(KO, assignment(state))) == ASSIGNMENT_BUTTONS[state]


def test_a_deadline_in_a_korean_sentence_leaves_the_verb_its_place() -> None:
    said = tasks.claim_reply(KO, assignment(), False).text
    assert "까지 하시면 되고(42분 남음), " in said
    waits = replace(review(), state=ReviewState.WAITING)
    assert "까지 먼저 보실 수 있게" in words(reviews.reserved_notice(KO, waits))


def test_a_reservation_that_has_passed_is_not_promised() -> None:
    passed = replace(review(), state=ReviewState.WAITING, lease_until=NOW - timedelta(seconds=1))
    for reader in (KO, EN):
        said = words(reviews.reserved_notice(reader, passed))
        assert "맡아 두었어요" not in said
        assert "kept for you" not in said


def test_joining_does_not_promise_work_that_an_admin_must_give_first() -> None:
    said = words(people.welcome())
    assert "바로 시작" not in said
    assert "관리자" in said
    assert "admin" in said


def test_more_time_is_offered_once() -> None:
    card = tasks.assignment_card(KO, replace(assignment(), extended=True))
    assert ids.TASK_EXTEND not in buttons(card)
    assert ids.TASK_EXTEND not in buttons(tasks.lease_ending(KO, replace(assignment(), extended=True)))


def test_buttons_name_the_row_and_its_version() -> None:
    card = tasks.assignment_card(KO, assignment())
    values = [e["value"] for _b, e in walk_elements(card.blocks) if e["action_id"].startswith("task:")]
    assert {Ref.parse(value) for value in values} == {Ref(21, 4)}


def test_giving_back_is_asked_for_first() -> None:
    card = tasks.assignment_card(KO, assignment())
    release = next(e for _b, e in walk_elements(card.blocks) if e["action_id"] == ids.TASK_RELEASE)
    assert release["style"] == "danger"
    assert release["confirm"]["title"]["text"] == "이 작업을 반납할까요?"


def test_the_deadline_is_on_the_readers_clock() -> None:
    assert "14:35까지 (42분 남음)" in words(tasks.assignment_card(KO, assignment()))
    assert "until 14:35 (42 min left)" in words(tasks.assignment_card(EN, assignment()))
    berlin = Reader(CATALOGS["en"], "en", "Europe/Berlin", NOW)
    assert "until 06:35 (42 min left)" in words(tasks.assignment_card(berlin, assignment()))


def test_a_deadline_on_another_day_says_which() -> None:
    assert KO.until(NOW + timedelta(hours=20)) == "11월 24일 (화) 09:53까지 (20시간 남음)"
    assert KO.until(NOW - timedelta(minutes=1)) == "13:52까지 (시간 종료)"


@pytest.mark.parametrize("kind", TaskType)
def test_what_was_fixed_is_shown_with_the_full_pay(kind: TaskType) -> None:
    fixed = replace(assignment(AssignmentState.ACCEPTED, kind), verdict=facts.accepted(facts.CHANGED[kind]))
    shown = words(tasks.assignment_card(KO, fixed))
    assert '"strike": true' in shown
    assert '"bold": true' in shown
    assert "단가는 그대로" in shown


def test_long_work_says_where_all_of_it_is() -> None:
    long = replace(facts.task(TaskType.TRANSLATION), payload={"source": "한 문장이에요. " * 1500})
    card = tasks.assignment_card(KO, replace(assignment(), task=long))
    assert "앞부분만 보여 드려요. 전체 내용은 ‘제출’ 창에서 볼 수 있어요." in words(card)
    form = forms.submit_form(KO, replace(assignment(), task=long))
    runs = re.findall(r'"text": "([^"]*)", "type": "text"', words(form))
    assert "".join(runs).count("한 문장이에요.") == 1500


@pytest.mark.parametrize("name", sorted(CASES))
def test_notifications_hold_no_work(name: str) -> None:
    shown = CASES[name](KO)
    if isinstance(shown, Content):
        for content in (
            *ANSWERS[TaskType.TRANSCRIPTION].values(),
            "들리는 대로",
            "media.example",
            "clip-001",
        ):
            assert content not in shown.text


VERDICTS = [ids.REVIEW_ACCEPT, ids.REVIEW_FIX, ids.REVIEW_REJECT]


def test_a_review_in_hand_can_be_judged_or_handed_up() -> None:
    assert buttons(reviews.review_card(KO, review())) == [*VERDICTS, ids.REVIEW_HAND_OVER, ids.ISSUE_OPEN]
    supervisor = replace(review(), level=ReviewLevel.SUPERVISOR, handed_over_note="판단이 어려워요")
    card = reviews.review_card(KO, supervisor)
    assert buttons(card) == [*VERDICTS, ids.ISSUE_OPEN]
    assert "판단이 어려워요" in words(card)


def test_a_verdict_can_be_taken_back_while_there_is_time() -> None:
    decided = review(ReviewState.DECIDED)
    assert buttons(reviews.review_card(KO, decided, 9)) == [ids.REVIEW_NEXT, ids.REVIEW_UNDO]
    old = replace(decided, verdict=facts.accepted(minutes_ago=11))
    assert buttons(reviews.review_card(KO, old, 9)) == [ids.REVIEW_NEXT]


@pytest.mark.parametrize(
    "facts_of",
    [
        review(),
        review(ReviewState.WAITING),
        review(ReviewState.DECIDED),
        replace(
            review(ReviewState.WAITING), level=ReviewLevel.SUPERVISOR, handed_over_note="판단이 어려워요"
        ),
    ],
)
def test_whoever_lost_a_review_sees_no_content(facts_of: Any) -> None:
    card = reviews.review_card(KO, facts_of, 8)
    assert not set(buttons(card)) & {*VERDICTS, ids.REVIEW_UNDO}
    for content in ("아니라니께", "media.example", "판단이 어려워요"):
        assert content not in words(card)


def test_a_waiting_review_is_offered_to_people_who_may_take_it() -> None:
    waiting = review(ReviewState.WAITING)
    assert ids.REVIEW_CLAIM in buttons(reviews.review_card(KO, waiting, 9))
    card = reviews.review_card(KO, waiting, 9, may_take=False)
    assert buttons(card) == [ids.REVIEW_NEXT]
    assert "시간이 다 되어" not in words(card)


def test_the_second_round_shows_what_was_asked_and_what_changed() -> None:
    card = words(reviews.review_card(KO, review(round=2)))
    assert "지난번에 부탁드린 점 · 사투리가 표준어로 바뀌었어요 · 3.2 사투리 표기" in card
    assert '"strike": true' in card


def test_a_reject_explains_itself_and_offers_the_way_on() -> None:
    card = rejects.reject_card(KO, facts.reject())
    assert buttons(card) == [ids.TASK_SUBMIT, ids.APPEAL_OPEN, ids.ISSUE_OPEN]
    for told in (
        "사투리가 표준어로",
        "3.2 사투리 표기",
        "들리는 대로 적어",
        "아니라니께",
        "350원",
        "나에게만",
    ):
        assert told in words(card)
    # The author reads about the work; the words for a reject are the reviewer's side.
    assert "반려" not in words(card)


@pytest.mark.parametrize("closed", [{"answered": True}, {"undone": True}])
def test_a_settled_reject_loses_its_button_and_its_words(closed: dict[str, bool]) -> None:
    card = rejects.reject_card(KO, facts.reject(**closed))
    assert buttons(card) == []
    assert "들리는 대로" not in words(card)


def test_forms_remember_what_they_were_opened_for() -> None:
    form = forms.submit_form(KO, assignment(AssignmentState.RETURNED))
    assert FormRef.load(form["private_metadata"]) == FormRef(21, 4, 2)
    assert FormRef.load(forms.reject_form(KO, review())["private_metadata"]) == FormRef(41, 2, 1)


def test_rework_starts_from_the_last_answer_with_the_reason_on_top() -> None:
    form = forms.submit_form(KO, assignment(AssignmentState.RETURNED))
    assert "사투리가 표준어로" in words(form["blocks"][0])
    inputs = {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}
    assert inputs["text"]["initial_value"] == ANSWERS[TaskType.TRANSCRIPTION]["text"]
    assert form["submit"]["text"] == "다시 제출"


def test_inputs_are_named_by_the_field_they_fill() -> None:
    for view in (CASES[name](KO) for name in CASES if name.startswith("form_")):
        assert isinstance(view, dict)
        for block in view["blocks"]:
            if block["type"] == "input":
                assert block["block_id"] == block["element"]["action_id"]


def test_a_label_is_chosen_from_the_projects() -> None:
    form = forms.submit_form(KO, assignment(kind=TaskType.MODERATION))
    label = next(b["element"] for b in form["blocks"] if b.get("block_id") == ids.LABEL)
    assert label["type"] == "radio_buttons"
    many = replace(facts.task(TaskType.MODERATION), labels=tuple(f"l{n}" for n in range(20)))
    form = forms.submit_form(KO, replace(assignment(kind=TaskType.MODERATION), task=many))
    label = next(b["element"] for b in form["blocks"] if b.get("block_id") == ids.LABEL)
    assert label["type"] == "static_select"


def test_home_offers_work_to_those_who_want_it() -> None:
    desk = facts.desk(0, 0)
    assert buttons(home.home_view(KO, desk))[:2] == [ids.TASK_NEXT, ids.REVIEW_NEXT]
    resting = replace(desk, status=WorkStatus.RESTING)
    assert ids.TASK_NEXT not in buttons(home.home_view(KO, resting))
    pm = replace(desk, roles={"DIAL1": (Role.PM,)})
    assert not {ids.TASK_NEXT, ids.REVIEW_NEXT} & set(buttons(home.home_view(KO, pm)))


def test_a_full_count_is_marked_as_more() -> None:
    assert "1,000+" in words(home.home_view(KO, facts.desk()))


@pytest.mark.parametrize("decision", Decision)
def test_every_verdict_is_confirmed_with_the_way_back(decision: Decision) -> None:
    reply = reviews.verdict_reply(KO, decision, NOW + timedelta(minutes=10))
    assert "14:03까지 되돌릴 수 있어요(10분 남음)" in reply.text


@pytest.mark.parametrize(
    "value", ["", "12", "12.", ".3", "12.3.4", "-1.2", "１２.3", "12.3 ", "9" * 19 + ".1"]
)
def test_a_reference_is_read_strictly(value: str) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        Ref.parse(value)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[1,2]", '["1",2,3]', "[1,2,true]", "null"])
def test_a_form_reference_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        FormRef.load(text)
