"""Appeals, spot checks and how right reviews are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.assignment import AssignmentState
from bot.domain.quality import AppealStage, AppealState
from bot.domain.task import TaskType
from bot.reports.appeals import AppealFacts, OwnAppeal, WaitingAppeal
from bot.reports.cards import HeldFacts, RejectFacts
from bot.reports.fairness import Checked, Disagreement, Fairness, OwnWork, ReviewerFairness
from bot.reports.issue_words import Words
from bot.reports.spot_checks import CheckFacts
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import appeals, fairness, rejects, reviews, spot_checks, tasks
from tests.golden.facts import (
    ANSWERS,
    CHANGED,
    NOW,
    accepted,
    assignment,
    extreme_reject,
    held_review,
    reject,
    task,
)

View = Content | dict[str, Any]
Case = Callable[[Reader], View]

JUDGE = 9
WORDS = "3.2절에 들리는 대로 적으라고 되어 있고, 다시 들어도 “아니라니까”로 들려요."
REASON = "2.4초쯤 끝소리가 “께”로 들려요. 3.2절에 따라 들리는 대로 적어 주시면 좋겠어요."


def appealed(reject_facts: RejectFacts | None = None) -> RejectFacts:
    return replace(reject_facts or reject(), state=AssignmentState.APPEALED)


def appeal(
    stage: AppealStage = AppealStage.SECOND,
    state: AppealState = AppealState.CLAIMED,
    facts: RejectFacts | None = None,
) -> AppealFacts:
    second = stage is AppealStage.SUPERVISOR
    claimed = state is AppealState.CLAIMED
    return AppealFacts(
        51,
        2,
        stage,
        state,
        None if state is AppealState.WAITING else JUDGE,
        NOW + timedelta(hours=1, minutes=30) if claimed else None,
        NOW - timedelta(minutes=40),
        appealed(facts),
        WORDS,
        "하늘",
        "소라",
        "도현" if second else "",
        REASON if second else "",
    )


def own(state: AppealState, stage: AppealStage = AppealStage.SECOND) -> OwnAppeal:
    denied = state is AppealState.DENIED
    further = NOW + timedelta(hours=70) if denied and stage is AppealStage.SECOND else None
    return OwnAppeal(51, 3, stage, state, REASON if denied else "", further)


def overturned() -> RejectFacts:
    facts = reject()
    verdict = replace(facts.verdict, undone=True, overturned=True)
    return replace(facts, verdict=verdict, state=AssignmentState.ACCEPTED)


CHECK = CheckFacts(61, task(), "2", ANSWERS[TaskType.TRANSCRIPTION], None)
REVIEWER = ReviewerFairness(9, "소라", 212, 41, 3, 96, Checked(24, 22))
FAIRNESS = Fairness(
    "DIAL1",
    (REVIEWER, ReviewerFairness(10, "도현", 15, 0, 0, None, Checked())),
    Checked(8, 7),
    (
        Disagreement(12, "소라", Words("끝소리가 하나 빠졌어요."), NOW - timedelta(hours=3)),
        Disagreement(19, "", Words("The second speaker is missing."), NOW - timedelta(days=2)),
    ),
)
WORK = (OwnWork("DIAL1", 42, 5, 61, 1, 1.0, 3.4), OwnWork("MOD2", 3, 0, 3, 0, 1.0, None))


def _card(facts: AppealFacts, *, may_take: bool = False, person: int = JUDGE) -> Case:
    return lambda r: appeals.appeal_card(r, facts, person, may_take=may_take)


def _news(state: AppealState, stage: AppealStage = AppealStage.SECOND) -> Case:
    facts = overturned() if state is AppealState.WON else reject()

    def draw(reader: Reader) -> View:
        content = appeals.appeal_news(reader, facts, own(state, stage))
        assert content is not None
        return content

    return draw


_HELD = HeldFacts(NOW - timedelta(hours=2), 5)
_SUPERVISOR = AppealStage.SUPERVISOR
CASES: dict[str, Case] = {
    "appeal_second": _card(appeal()),
    "appeal_second_held": _card(appeal(facts=replace(reject(), held=_HELD))),
    "appeal_second_free_again": _card(appeal(state=AppealState.WAITING), may_take=True),
    "appeal_offered": _card(appeal(_SUPERVISOR, AppealState.WAITING), may_take=True),
    "appeal_supervisor": _card(appeal(_SUPERVISOR)),
    "appeal_won": _card(appeal(state=AppealState.WON)),
    "appeal_denied": _card(appeal(state=AppealState.DENIED)),
    "appeal_elsewhere": _card(appeal(_SUPERVISOR), person=8),
    "appeal_news_won": _news(AppealState.WON),
    "appeal_news_denied": _news(AppealState.DENIED),
    "appeal_news_final": _news(AppealState.DENIED, _SUPERVISOR),
    "appeal_taken": lambda r: appeals.taken_reply(r, appeal()),
    "appeal_upheld": appeals.upheld_reply,
    "appeal_withdrawn": appeals.withdrawn_reply,
    "appeal_nobody": lambda r: appeals.nobody_reply(r, 12),
    "form_appeal": lambda r: appeals.appeal_form(r, reject(), AppealStage.SECOND),
    "form_appeal_supervisor": lambda r: appeals.appeal_form(r, reject(), _SUPERVISOR),
    "form_appeal_further": lambda r: appeals.further_form(r, appeal(state=AppealState.DENIED)),
    "form_appeal_deny": lambda r: appeals.deny_form(r, appeal()),
    "form_appeal_deny_supervisor": lambda r: appeals.deny_form(r, appeal(_SUPERVISOR)),
    "reject_appealed": lambda r: rejects.reject_card(r, appealed(), None, own(AppealState.WAITING)),
    "reject_appealed_above": lambda r: rejects.reject_card(
        r, appealed(), None, own(AppealState.CLAIMED, _SUPERVISOR)
    ),
    "reject_appeal_denied": lambda r: rejects.reject_card(r, reject(), None, own(AppealState.DENIED)),
    "reject_appeal_final": lambda r: rejects.reject_card(
        r, reject(), None, own(AppealState.DENIED, _SUPERVISOR)
    ),
    "reject_appeal_won": lambda r: rejects.reject_card(r, overturned(), None, own(AppealState.WON)),
    "assignment_appealed": lambda r: tasks.assignment_card(r, assignment(AssignmentState.APPEALED)),
    "assignment_accepted_unreviewed": lambda r: tasks.assignment_card(
        r,
        replace(
            assignment(AssignmentState.ACCEPTED), verdict=replace(accepted(), comment=None, unreviewed=True)
        ),
    ),
    "submitted_reply_accepted": lambda r: tasks.submitted_reply(r, 1, False, True, False, accepted=True),
    "review_list_second": lambda r: reviews.review_list(r, (held_review(),), _rows(r)),
    "review_list_only_second": lambda r: reviews.review_list(r, (), _rows(r)),
    "form_check": lambda r: spot_checks.check_form(r, CHECK),
    "form_check_fixed": lambda r: spot_checks.check_form(
        r, replace(CHECK, fixed=CHANGED[TaskType.TRANSCRIPTION])
    ),
    "checked": lambda r: spot_checks.checked(r, 3),
    "checked_all": lambda r: spot_checks.nothing_to_check(r, "DIAL1"),
    "quality": lambda r: fairness.quality(r, FAIRNESS, 3),
    "quality_none": lambda r: fairness.quality(r, Fairness("DIAL1", (), Checked(), ()), 3),
    "own_figures": lambda r: fairness.own_figures(r, WORK, REVIEWER),
    "own_figures_none": lambda r: fairness.own_figures(r, (), None),
}


def _rows(reader: Reader) -> list[Any]:
    since = NOW - timedelta(hours=2)
    kind = TaskType.TRANSCRIPTION
    return [
        appeals.appeal_row(reader, WaitingAppeal(52, 1, _SUPERVISOR, "DIAL1", kind, 14, since, False)),
        appeals.appeal_row(reader, WaitingAppeal(51, 2, AppealStage.SECOND, "DIAL1", kind, 12, since, True)),
    ]


def extreme_views(reader: Reader, text: str) -> Iterator[View]:
    """Everything that shows somebody's words, with these in their place."""
    for kind in TaskType:
        facts = extreme_reject(kind, text)
        for stage in AppealStage:
            one = replace(
                appeal(stage, facts=facts),
                words=text,
                author=text[:20],
                first_reviewer=text[:20],
                second_reviewer=text[:20],
                second_reason=text,
            )
            yield appeals.appeal_card(reader, one, JUDGE, may_take=False)
            yield appeals.deny_form(reader, one)
            yield appeals.further_form(reader, one)
            denied = replace(own(AppealState.DENIED, stage), reason=text)
            yield rejects.reject_card(reader, replace(facts, state=AssignmentState.RETURNED), None, denied)
            yield rejects.reject_card(reader, appealed(facts), None, denied)
            news = appeals.appeal_news(reader, facts, denied)
            if news is not None:
                yield news
        yield spot_checks.check_form(reader, CheckFacts(1, facts.task, text, facts.answer, facts.answer))
    found = Disagreement(12, text[:20], Words(text), NOW)
    row = replace(REVIEWER, nickname=text[:20])
    yield fairness.quality(reader, Fairness("DIAL1", (row,) * 30, Checked(1, 0), (found,) * 5), 3)
    yield spot_checks.nothing_to_check(reader, text[:16])
