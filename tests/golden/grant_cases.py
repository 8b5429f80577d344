"""Gates, qualifications, quizzes, suggestions, known tasks and care, drawn from ordinary facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.quality import Closed
from bot.reports.golds import GoldFacts, GoldList, GoldPerson
from bot.reports.qualifications import Asked, GrantFacts
from bot.reports.suggestions import SuggestionFacts
from bot.services.quizzing import Ask
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import care, gates, golds, qualifications, quizzes, suggestions, tasks
from tests.golden.facts import NOW, assignment

Case = Callable[[Reader], Content | dict[str, Any]]

LATER = NOW + timedelta(minutes=30)
END = datetime(2027, 1, 31, 14, 59, tzinfo=UTC)

CLOSED = (
    Closed("DIAL1", "qualification", "aide:1", 3, how="연습 과제 열 개를 해 보세요.", needs="aide:2"),
    Closed("DIAL2", "qualification", "project:dial2", 4, quiz=True),
    Closed("HATE1", "consent", project_id=5),
    Closed("RUSH1", "call_out", project_id=6),
    Closed("DAY1", "day_cap", "40", 7, until=NOW + timedelta(hours=9)),
)
REVIEW = Closed("DIAL1", "review", "aide:1", 3)
ROW = Closed("HATE1", "row_limit", "20", 5, until=LATER)

LADDER = GrantFacts(
    1, "aide:2", None, 7, "하늘", "가교", "전사 연습 과제 20개를 모두 잘했어요.", NOW, END, False, ""
)
SKILL = replace(LADDER, grant_id=2, key="listening", value=3, expires_at=None)

ASKED = (
    Asked(3, "DIAL1", Role.WORKER, "aide:2", True, "", ""),
    Asked(3, "DIAL1", Role.REVIEWER, "aide:1", False, "석 달 동안 반려율이 낮으면 드려요.", "aide:2"),
    Asked(4, "DIAL2", Role.WORKER, "dialect:전남", False, "", ""),
)

QUESTIONS = (
    Ask("gold", "4", "", (("safe", "safe"), ("hate", "hate")), "hate", payload=(("text", "저리 가!"),)),
    Ask(
        "section",
        "dial",
        "사투리는 들리는 그대로 적고 표준어로 고치지 않아요.",
        (("1", "지침 › 1 사투리"), ("2", "지침 › 2 숫자")),
        "1",
        "지침 › 1 사투리",
    ),
    Ask("faq", "9", "숫자는 어떻게 적나요?", (("9", "한글로 적어요."), ("8", "그대로 둬요.")), "9"),
)

REJECTS = SuggestionFacts(5, 1, "DIAL1", 7, "하늘", "reject_share", {"rejects": 3, "n": 5, "days": 7}, NOW)
MISSED = replace(REJECTS, rule="gold", figures={"hits": 5, "n": 9, "likeness": 0.713})
QUIZ = replace(REJECTS, rule="quiz_passed", figures={"right": 7, "asked": 8})

GOLDS = GoldList(
    "DIAL1",
    5,
    (GoldFacts(12, "seg-0012", "거시기 허요", 4, 3), GoldFacts(9, "seg-0009", "그라고 말이여", 0, 0)),
    2,
    (GoldPerson("하늘", 4, 3, 0.93),),
)


def _result(*, passed: bool, practice: bool = False) -> Case:
    return lambda r: quizzes.quiz_result(
        r,
        "DIAL1",
        7 if passed else 3,
        8,
        passed=passed,
        practice=practice,
        read=() if passed else ("지침 › 1 사투리", "지침 › 3 소음"),
        again_at=None if passed or practice else NOW + timedelta(hours=24),
    )


def _card(**changes: Any) -> Case:
    return lambda r: tasks.assignment_card(r, replace(assignment(), **changes))


def _news(what: str) -> Case:
    return lambda r: qualifications.grant_news(r, SKILL if what == "given" else LADDER, what)


CASES: dict[str, Case] = {
    "closed_reply": lambda r: gates.closed_reply(r, CLOSED),
    "closed_reply_breather": lambda r: gates.closed_reply(r, (ROW,)),
    "closed_reply_review": lambda r: gates.closed_reply(r, (REVIEW,)),
    "task_list_closed": lambda r: tasks.task_list(r, (), CLOSED[:2]),
    "qualifications_own": lambda r: qualifications.own_qualifications(
        r, (LADDER, SKILL), ASKED, ((3, "DIAL1"), (4, "DIAL2"))
    ),
    "qualifications_none": lambda r: qualifications.own_qualifications(r, (), ()),
    "grant_list": lambda r: qualifications.grant_list(r, (LADDER, SKILL)),
    "grant_list_empty": lambda r: qualifications.grant_list(r, ()),
    "granted_reply": lambda r: qualifications.granted_reply(r, "하늘", "listening", 3),
    "revoked_reply": lambda r: qualifications.revoked_reply(r, "하늘", "aide:2"),
    "described_reply": lambda r: qualifications.described_reply(r, "aide:2"),
    **{f"grant_news_{what}": _news(what) for what in ("given", "ending", "ended", "taken_back")},
    "form_quiz": lambda r: quizzes.quiz_form(r, 4, "DIAL1", QUESTIONS, practice=False),
    "form_quiz_practice": lambda r: quizzes.quiz_form(r, 4, "DIAL1", QUESTIONS[1:], practice=True),
    "quiz_result_passed": _result(passed=True),
    "quiz_result_not_yet": _result(passed=False),
    "quiz_result_practice": _result(passed=False, practice=True),
    "suggestion_rejects": lambda r: suggestions.suggestion_card(r, REJECTS),
    "suggestion_missed": lambda r: suggestions.suggestion_card(r, MISSED),
    "suggestion_quiz": lambda r: suggestions.suggestion_card(r, QUIZ),
    "suggestion_settled": lambda r: suggestions.suggestion_card(
        r, replace(REJECTS, settled_by="가교", outcome="practice")
    ),
    "suggestion_practice_offered": lambda r: suggestions.settled_reply(r, "practice"),
    "suggestion_granted": lambda r: suggestions.settled_reply(r, "granted"),
    "suggestion_seen": lambda r: suggestions.settled_reply(r, "seen"),
    "form_adjust_grant": lambda r: suggestions.adjust_form(r, REJECTS, (LADDER, SKILL)),
    "form_adjust_grant_none": lambda r: suggestions.adjust_form(r, REJECTS, ()),
    "practice_offer": lambda r: suggestions.practice_offer(r, 3, "DIAL1"),
    "gold_list": lambda r: golds.gold_list(r, GOLDS),
    "gold_list_empty": lambda r: golds.gold_list(r, GoldList("DIAL1", 0, (), 0, ())),
    "gold_set": lambda r: golds.gold_set(r, 12, renewed=False),
    "gold_changed": lambda r: golds.gold_set(r, 12, renewed=True),
    "gold_retired": lambda r: golds.gold_retired(r, 12),
    "assignment_claimed_asked": _card(asked=True),
    "assignment_claimed_sensitive": _card(sensitive=True),
    "assignment_returned_sensitive": lambda r: tasks.assignment_card(
        r, replace(assignment(AssignmentState.RETURNED), sensitive=True)
    ),
    "form_consent": lambda r: care.consent_form(r, 5, "HATE1", "혐오 표현 검열", 20),
    "consented": lambda r: care.consented(r, "HATE1", r.t("Your task is in our direct messages.")),
    "stopped_reply": lambda r: care.stopped_reply(r, 2),
    "stopped_reply_none": lambda r: care.stopped_reply(r, 0),
    "form_card_ask": lambda r: care.ask_form(r, 31, 2, 7),
    "handed_on": lambda r: care.handed_on(r, 7, "DIAL1", "하늘", 3),
}
