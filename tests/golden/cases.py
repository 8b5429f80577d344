"""Every view by name, drawn from ordinary facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.domain.assignment import AssignmentState
from bot.domain.people import Role, WorkStatus
from bot.domain.review import Decision, ReviewLevel, ReviewState
from bot.domain.surface import COMMANDS, GUIDELINE_VERBS
from bot.domain.task import TaskType
from bot.reports.cards import HeldFacts
from bot.reports.crews import CrewGap
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import admin, forms, home, people, rejects, reviews, tasks
from bot.slack.views.help import help_for
from tests.golden import (
    appeal_cases,
    facts,
    grant_cases,
    guideline_cases,
    issue_cases,
    issue_said_cases,
    leak_cases,
    question_cases,
    report_cases,
    translation_cases,
    vote_cases,
    work_cases,
)
from tests.golden.facts import ANSWERS, CHANGED, NOW, PRICE, assignment, held_review, held_task, review

Case = Callable[[Reader], Content | dict[str, Any]]

TRANSCRIPTION, MODERATION, TRANSLATION = TaskType


@dataclass(frozen=True)
class RoleDone:
    """What a change of role comes back with."""

    nickname: str = "하늘"
    project_key: str = "DIAL1"
    role: Role = Role.WORKER
    granted: bool = True
    changed: bool = True
    released: int = 0


@dataclass(frozen=True)
class Settings:
    """Somebody's own settings."""

    nickname: str = "하늘"
    language: str = "ko"
    zone: str = "Asia/Seoul"
    status: WorkStatus = WorkStatus.WORKING


def _by_state(state: AssignmentState) -> Case:
    return lambda r: tasks.assignment_card(r, assignment(state))


def _by_kind(kind: TaskType) -> dict[str, Case]:
    """The views that look different for every type of work."""
    return {
        f"assignment_claimed_{kind}": lambda r: tasks.assignment_card(r, assignment(kind=kind)),
        f"review_{kind}": lambda r: reviews.review_card(r, review(kind=kind)),
        f"review_{kind}_again": lambda r: reviews.review_card(r, review(kind=kind, round=2)),
        f"form_submit_{kind}": lambda r: forms.submit_form(r, assignment(kind=kind)),
        f"form_fix_{kind}": lambda r: forms.fix_form(r, review(kind=kind)),
        f"form_reject_{kind}": lambda r: forms.reject_form(r, review(kind=kind)),
    }


def _fixed(kind: TaskType) -> Case:
    facts_of = replace(
        assignment(AssignmentState.ACCEPTED, kind),
        verdict=facts.accepted(CHANGED[kind]),
        last_answer=ANSWERS[kind],
    )
    return lambda r: tasks.assignment_card(r, facts_of)


_UNUSABLE = {"unusable": "noise", "note": "바람 소리가 커요."}
_TOMORROW = NOW + timedelta(hours=34)
_OVERTURNED = replace(
    facts.reject(undone=True), verdict=replace(facts.rejected(undone=True), overturned=True)
)
_HANDED_UP = replace(
    review(),
    level=ReviewLevel.SUPERVISOR,
    handed_over_note="이 말이 욕설인지 판단이 어려워요.",
)

CASES: dict[str, Case] = {
    **{
        f"assignment_{state}": _by_state(state)
        for state in AssignmentState
        if state is not AssignmentState.CLAIMED
    },
    **_by_kind(TRANSCRIPTION),
    **_by_kind(MODERATION),
    **_by_kind(TRANSLATION),
    "assignment_accepted_fixed": _fixed(TRANSCRIPTION),
    "assignment_accepted_fixed_moderation": _fixed(MODERATION),
    "assignment_claimed_confidential": lambda r: tasks.assignment_card(
        r, replace(assignment(), task=facts.task(confidential=True), extended=True)
    ),
    "assignment_expired_kept": lambda r: tasks.assignment_card(
        r, replace(assignment(AssignmentState.EXPIRED), last_answer=ANSWERS[TRANSCRIPTION])
    ),
    "assignment_held": lambda r: tasks.assignment_card(r, replace(assignment(), held=HeldFacts(NOW, 3))),
    "assignment_returned_held": lambda r: tasks.assignment_card(
        r, replace(assignment(AssignmentState.RETURNED), held=HeldFacts(NOW), rework_until=_TOMORROW)
    ),
    "assignment_in_review_held": lambda r: tasks.assignment_card(
        r, replace(assignment(AssignmentState.IN_REVIEW), held=HeldFacts(NOW, 3))
    ),
    "assignment_returned_until": lambda r: tasks.assignment_card(
        r, replace(assignment(AssignmentState.RETURNED), rework_until=_TOMORROW)
    ),
    "assignment_last_word": lambda r: tasks.assignment_card(
        r, replace(assignment(AssignmentState.RETURNED), rework_until=_TOMORROW, last_word=True)
    ),
    "assignment_rework_gone": lambda r: tasks.assignment_card(
        r,
        replace(
            assignment(AssignmentState.EXPIRED), last_answer=ANSWERS[TRANSCRIPTION], verdict=facts.rejected()
        ),
    ),
    "claim_reply": lambda r: tasks.claim_reply(r, assignment(), False),
    "claim_reply_rework": lambda r: tasks.claim_reply(r, assignment(AssignmentState.RETURNED), True),
    "task_list": lambda r: tasks.task_list(r, (held_task(7, AssignmentState.RETURNED), held_task(12))),
    "task_list_empty": lambda r: tasks.task_list(r, ()),
    "lease_ending": lambda r: tasks.lease_ending(r, assignment()),
    "lease_expired": lambda r: tasks.lease_expired(r, assignment(AssignmentState.EXPIRED)),
    "released_reply": tasks.released_reply,
    "extended_reply": lambda r: tasks.extended_reply(r, NOW + timedelta(hours=20)),
    "submitted_reply": lambda r: tasks.submitted_reply(r, 1, False, False, False),
    "submitted_reply_again": lambda r: tasks.submitted_reply(r, 2, False, False, False),
    "submitted_reply_late": lambda r: tasks.submitted_reply(r, 1, False, True, False),
    "submitted_reply_draft": lambda r: tasks.submitted_reply(r, 1, True, True, False),
    "submitted_reply_unusable": lambda r: tasks.submitted_reply(r, 1, False, False, True),
    "review_unusable": lambda r: reviews.review_card(r, replace(review(), answer=_UNUSABLE)),
    "review_handed_up": lambda r: reviews.review_card(r, _HANDED_UP),
    "review_held": lambda r: reviews.review_card(r, replace(review(), held=HeldFacts(NOW, 3))),
    "review_decided": lambda r: reviews.review_card(r, review(ReviewState.DECIDED), 9),
    "review_decided_reject": lambda r: reviews.review_card(
        r, replace(review(ReviewState.DECIDED), verdict=facts.rejected()), 9
    ),
    "review_decided_long_ago": lambda r: reviews.review_card(
        r, replace(review(ReviewState.DECIDED), verdict=facts.accepted(minutes_ago=30)), 9
    ),
    "review_timed_out": lambda r: reviews.review_card(r, review(ReviewState.WAITING), 9),
    "review_handed_over": lambda r: reviews.review_card(
        r, replace(_HANDED_UP, state=ReviewState.WAITING, reviewer_id=None, handed_over_by_id=9), 9
    ),
    "review_of_another": lambda r: reviews.review_card(r, review(), 8),
    "review_claim_reply": lambda r: reviews.review_claim_reply(r, review()),
    "review_list": lambda r: reviews.review_list(r, (held_review(7, reserved=True), held_review(12))),
    "review_list_empty": lambda r: reviews.review_list(r, ()),
    "verdict_reply_accept": lambda r: reviews.verdict_reply(r, Decision.ACCEPT, NOW + timedelta(minutes=10)),
    "verdict_reply_reject": lambda r: reviews.verdict_reply(r, Decision.REJECT, NOW + timedelta(minutes=10)),
    "verdict_reply_handed_over": lambda r: reviews.verdict_reply(r, None, None),
    "undo_reply": reviews.undo_reply,
    "reserved_notice": lambda r: reviews.reserved_notice(r, review(ReviewState.WAITING, round=2)),
    "handed_over_notice": lambda r: reviews.handed_over_notice(r, _HANDED_UP),
    "reject_open": lambda r: rejects.reject_card(r, facts.reject()),
    "reject_answered": lambda r: rejects.reject_card(r, facts.reject(answered=True)),
    "reject_undone": lambda r: rejects.reject_card(r, facts.reject(undone=True)),
    "reject_until": lambda r: rejects.reject_card(r, replace(facts.reject(), rework_until=_TOMORROW)),
    "reject_last_word": lambda r: rejects.reject_card(
        r, replace(facts.reject(), rework_until=_TOMORROW, last_word=True)
    ),
    "reject_held": lambda r: rejects.reject_card(r, replace(facts.reject(), held=HeldFacts(NOW, 3))),
    "reject_overturned": lambda r: rejects.reject_card(r, _OVERTURNED),
    "reject_overturned_answered": lambda r: rejects.reject_card(r, replace(_OVERTURNED, answered=True)),
    "reject_released": lambda r: rejects.reject_card(
        r, replace(facts.reject(), state=AssignmentState.RELEASED)
    ),
    "welcome": lambda _r: people.welcome(),
    "joined": lambda r: people.joined(r, "하늘"),
    "profile": lambda r: people.profile(r, Settings()),
    "profile_resting": lambda r: people.profile(r, Settings(language="en", status=WorkStatus.RESTING)),
    "role_granted": lambda r: people.role_changed(r, "DIAL1", "전남 사투리", Role.WORKER, True),
    "role_granted_pm": lambda r: people.role_changed(r, "DIAL1", "전남 사투리", Role.PM, True),
    "role_taken": lambda r: people.role_changed(r, "DIAL1", "전남 사투리", Role.REVIEWER, False),
    "join_requested": lambda r: people.join_requested(r, "하늘", "U0HANEUL"),
    "form_submit_again": lambda r: forms.submit_form(r, assignment(AssignmentState.RETURNED)),
    "form_unusable": lambda r: forms.unusable_form(r, assignment()),
    "form_fix_unusable": lambda r: forms.fix_form(r, replace(review(), answer=_UNUSABLE)),
    "form_hand_over": lambda r: forms.hand_over_form(r, review()),
    "form_join": lambda r: forms.join_form(r, "하늘"),
    "form_nickname": lambda r: forms.nickname_form(r, "하늘"),
    "form_import": lambda r: forms.import_form(r, ("DIAL1", "SAFE2")),
    "form_import_none": lambda r: forms.import_form(r, ()),
    "home": lambda r: home.home_view(r, facts.desk()),
    "home_newcomer": lambda r: home.home_view(
        r, replace(facts.desk(0, 0, 0), open_tasks=0, in_review=0, earned=(), waiting_reviews=0)
    ),
    "project_created": lambda r: admin.project_created(r, "DIAL1", "전남 사투리"),
    "price_set": lambda r: admin.price_set(r, "DIAL1", PRICE),
    "role_set": lambda r: admin.role_set(r, RoleDone()),
    "role_set_again": lambda r: admin.role_set(r, RoleDone(changed=False)),
    "role_unset": lambda r: admin.role_set(r, RoleDone(granted=False, released=2)),
    "role_unset_again": lambda r: admin.role_set(r, RoleDone(granted=False, changed=False)),
    "project_status": lambda r: admin.project_status(r, facts.status()),
    "project_status_short_of_people": lambda r: admin.project_status(
        r, replace(facts.status(), undecided=3, crew_gap=CrewGap(12, 4, 2))
    ),
    "project_status_unpriced": lambda r: admin.project_status(r, facts.status(price=None)),
    "status_list": lambda r: admin.status_list(r, (facts.status(), facts.status("SAFE2"))),
    "status_list_empty": lambda r: admin.status_list(r, ()),
    "import_report": lambda r: admin.import_report(r, "DIAL1", 1200, 3, ()),
    "import_report_nothing": lambda r: admin.import_report(r, "DIAL1", 0, 3, ()),
    "import_report_problems": lambda r: admin.import_report(
        r, "DIAL1", 0, 0, ("Line 3: The id &lt;x&gt; is already used.", "Line 4: The task has no id."), 7
    ),
    "message_parked": lambda r: admin.message_parked(r, "reject_card", "invalid_blocks", 77),
    "message_parked_with_more": lambda r: admin.message_parked(
        r, "reject_card", "channel_not_found", 77, lane="person:12", behind=3
    ),
    **appeal_cases.CASES,
    **guideline_cases.CASES,
    **issue_said_cases.CASES,
    **question_cases.CASES,
    **translation_cases.CASES,
    **report_cases.CASES,
    **leak_cases.CASES,
    **grant_cases.CASES,
    **vote_cases.CASES,
    **work_cases.CASES,
    **issue_cases.CASES,
    "help_guideline": lambda r: help_for(r, "/pm guideline", GUIDELINE_VERBS),
    "help_work": lambda r: help_for(r, "/work", COMMANDS["work"]),
    "help_admin": lambda r: help_for(r, "/admin", COMMANDS["admin"]),
    "help_unknown": lambda r: help_for(r, "/work", COMMANDS["work"], "받끼", "next"),
}
