"""Who may do what, to what, when: one table, read by the services and by the test of the whole matrix."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.assignment import AssignmentState
from bot.domain.errors import NotAllowed, NotYours, StaleAction
from bot.domain.escalation import UNSETTLED, IssueState, NoteState, RulingState
from bot.domain.guideline import GuidelineState
from bot.domain.pay import RequestState, StatementState
from bot.domain.people import Actor, Role
from bot.domain.quality import AppealState
from bot.domain.review import ReviewState
from bot.domain.task import TaskState


class Action(StrEnum):
    """Everything that is checked against the table."""

    CLAIM = "task.claim"
    SUBMIT = "task.submit"
    RELEASE = "task.release"
    EXTEND = "task.extend"
    REVIEW = "review.claim"
    ACCEPT = "review.accept"
    FIX_ACCEPT = "review.fix_accept"
    REJECT = "review.reject"
    HAND_OVER = "review.hand_over"
    UNDO = "review.undo"
    IMPORT = "project.import"
    EXPORT = "project.export"
    SEE_STATUS = "project.status"
    SEE_GUIDELINE = "guideline.see"
    UPLOAD_GUIDELINE = "guideline.upload"
    PUBLISH_GUIDELINE = "guideline.publish"
    ACKNOWLEDGE = "guideline.acknowledge"
    READ_GUIDELINE = "guideline.read"
    CREATE_PROJECT = "admin.project"
    SET_ROLE = "admin.role"
    SET_PRICE = "admin.price"
    ASK = "question.ask"
    REPLY = "question.reply"
    VERIFY = "answer.verify"
    DECIDE_TERM = "term.decide"
    SET_QUESTIONS = "admin.questions"
    SET_BRIDGE = "admin.bridge"
    SET_TRANSLATION = "admin.translate"
    TRANSLATE = "translation.want"
    REPORT_TRANSLATION = "translation.report"
    FIX_TRANSLATION = "translation.fix"
    NOTICE = "notice.write"
    APPROVE_NOTICE = "notice.approve"
    READ_NOTICE = "notice.read"
    SEE_PAY = "pay.see"
    CLOSE_PAY = "pay.close"
    PAY = "pay.paid"
    ASK_PAY = "pay.ask"
    DECIDE_PAY = "pay.decide"
    WITHDRAW_PAY = "pay.withdraw"
    SET_DIGEST = "digest.schedule"
    SWITCH_DIGEST = "digest.switch"
    SET_DEADLINE = "project.deadline"
    OPEN_ISSUE = "issue.open"
    SEE_ISSUE = "issue.see"
    ACK_ISSUE = "issue.acknowledge"
    STEER_ISSUE = "issue.steer"
    SAY = "issue.say"
    RESOLVE_ISSUE = "issue.resolve"
    WITHDRAW_ISSUE = "issue.withdraw"
    REOPEN_ISSUE = "issue.reopen"
    SET_ESCALATION = "issue.plan"
    DUTY = "duty.switch"
    HOLD = "task.hold"
    RULE = "ruling.make"
    DECIDE_RULING = "ruling.decide"
    DECIDE_NOTE = "guideline.note"
    REPORT_NAMELESSLY = "issue.report"
    SET_RULES = "project.rules"
    ADJUDICATE = "task.adjudicate"
    SPOT_CHECK = "submission.check"
    SEE_QUALITY = "project.quality"
    APPEAL = "verdict.appeal"
    JUDGE_APPEAL = "appeal.judge"
    TAKE_APPEAL = "appeal.claim"
    WITHDRAW_APPEAL = "appeal.withdraw"
    GRANT = "qualification.grant"
    SET_GOLD = "task.gold"
    TAKE_QUIZ = "quiz.take"
    SETTLE_SUGGESTION = "suggestion.settle"
    CALL_OUT = "callout.make"
    JOIN_CALL_OUT = "callout.join"
    WISH = "work.wish"
    CONSENT = "work.consent"
    SEE_BOARD = "project.board"
    RECLAIM = "task.reclaim"


class Relation(StrEnum):
    """How the actor must stand to the row."""

    NONE = "none"
    OWNER = "owner"
    NOT_AUTHOR = "not_author"
    OWNER_NOT_AUTHOR = "owner_not_author"
    NEITHER = "neither"


@dataclass(frozen=True)
class Rule:
    """One row of the table. Without `states` the action has no row to be in a state."""

    roles: frozenset[Role]
    admin: bool = False
    relation: Relation = Relation.NONE
    states: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Subject:
    """What the policy needs to know of the row: its type and id, state, owner and the author of the work.

    `supervisor_only` is set for a review that a reviewer handed up.
    """

    type: str
    id: int | None = None
    state: str = ""
    owner_id: int | None = None
    author_id: int | None = None
    supervisor_only: bool = False


_WORKER = frozenset({Role.WORKER})
_JUDGES = frozenset({Role.REVIEWER, Role.SUPERVISOR})
_NOBODY: frozenset[Role] = frozenset()
_STEERS = frozenset({Role.SUPERVISOR, Role.PM})
_CLAIMED = frozenset({ReviewState.CLAIMED.value})

POLICY: dict[Action, Rule] = {
    Action.CLAIM: Rule(_WORKER),
    Action.SUBMIT: Rule(
        _WORKER,
        relation=Relation.OWNER,
        # EXPIRED is allowed in because late work is never thrown away; the service decides what becomes of it.
        states=frozenset({AssignmentState.CLAIMED, AssignmentState.RETURNED, AssignmentState.EXPIRED}),
    ),
    Action.RELEASE: Rule(
        _WORKER,
        relation=Relation.OWNER,
        states=frozenset({AssignmentState.CLAIMED, AssignmentState.RETURNED}),
    ),
    Action.EXTEND: Rule(_WORKER, relation=Relation.OWNER, states=frozenset({AssignmentState.CLAIMED})),
    Action.REVIEW: Rule(_JUDGES, relation=Relation.NOT_AUTHOR, states=frozenset({ReviewState.WAITING.value})),
    Action.ACCEPT: Rule(_JUDGES, relation=Relation.OWNER_NOT_AUTHOR, states=_CLAIMED),
    Action.FIX_ACCEPT: Rule(_JUDGES, relation=Relation.OWNER_NOT_AUTHOR, states=_CLAIMED),
    Action.REJECT: Rule(_JUDGES, relation=Relation.OWNER_NOT_AUTHOR, states=_CLAIMED),
    Action.HAND_OVER: Rule(_JUDGES, relation=Relation.OWNER_NOT_AUTHOR, states=_CLAIMED),
    Action.UNDO: Rule(
        _JUDGES, relation=Relation.OWNER_NOT_AUTHOR, states=frozenset({ReviewState.DECIDED.value})
    ),
    Action.IMPORT: Rule(frozenset({Role.PM}), admin=True),
    Action.EXPORT: Rule(frozenset({Role.PM}), admin=True),
    Action.SEE_STATUS: Rule(frozenset({Role.PM, Role.SUPERVISOR}), admin=True),
    Action.SEE_GUIDELINE: Rule(frozenset({Role.PM, Role.SUPERVISOR}), admin=True),
    Action.UPLOAD_GUIDELINE: Rule(frozenset({Role.PM}), admin=True),
    Action.PUBLISH_GUIDELINE: Rule(
        frozenset({Role.PM}), admin=True, states=frozenset({GuidelineState.DRAFT})
    ),
    Action.ACKNOWLEDGE: Rule(_WORKER, states=frozenset({GuidelineState.SCHEDULED, GuidelineState.CURRENT})),
    Action.READ_GUIDELINE: Rule(
        frozenset(Role),
        admin=True,
        states=frozenset({GuidelineState.SCHEDULED, GuidelineState.CURRENT, GuidelineState.PAST}),
    ),
    Action.CREATE_PROJECT: Rule(_NOBODY, admin=True),
    Action.SET_ROLE: Rule(_NOBODY, admin=True),
    Action.SET_PRICE: Rule(_NOBODY, admin=True),
    Action.ASK: Rule(frozenset(Role), admin=True),
    Action.REPLY: Rule(frozenset({Role.SUPERVISOR, Role.PM}), admin=True),
    Action.VERIFY: Rule(frozenset({Role.PM}), admin=True),
    Action.DECIDE_TERM: Rule(frozenset({Role.SUPERVISOR, Role.PM}), admin=True),
    Action.SET_QUESTIONS: Rule(_NOBODY, admin=True),
    Action.SET_BRIDGE: Rule(_NOBODY, admin=True),
    Action.SET_TRANSLATION: Rule(_NOBODY, admin=True),
    Action.TRANSLATE: Rule(frozenset(Role), admin=True),
    Action.REPORT_TRANSLATION: Rule(frozenset(Role), admin=True),
    Action.FIX_TRANSLATION: Rule(frozenset({Role.SUPERVISOR, Role.PM}), admin=True),
    Action.NOTICE: Rule(frozenset({Role.SUPERVISOR, Role.PM}), admin=True),
    # Only somebody who knows both languages and the crew can say that the Korean is right.
    Action.APPROVE_NOTICE: Rule(frozenset({Role.SUPERVISOR})),
    Action.READ_NOTICE: Rule(frozenset(Role), admin=True),
    Action.SEE_PAY: Rule(frozenset({Role.PM}), admin=True),
    Action.CLOSE_PAY: Rule(frozenset({Role.PM}), admin=True),
    Action.PAY: Rule(frozenset({Role.PM}), admin=True, states=frozenset({StatementState.CLOSED.value})),
    Action.ASK_PAY: Rule(frozenset({Role.PM}), admin=True),
    # The owner is who would be paid, the author who asked: neither decides.
    Action.DECIDE_PAY: Rule(
        frozenset({Role.PM}),
        admin=True,
        relation=Relation.NEITHER,
        states=frozenset({RequestState.ASKED.value}),
    ),
    Action.WITHDRAW_PAY: Rule(
        frozenset({Role.PM}),
        admin=True,
        relation=Relation.OWNER,
        states=frozenset({RequestState.ASKED.value}),
    ),
    Action.SET_DIGEST: Rule(frozenset({Role.PM, Role.SUPERVISOR}), admin=True),
    Action.SWITCH_DIGEST: Rule(_WORKER),
    Action.SET_DEADLINE: Rule(frozenset({Role.PM}), admin=True),
    Action.OPEN_ISSUE: Rule(frozenset(Role), admin=True),
    Action.SEE_ISSUE: Rule(frozenset(Role), admin=True),
    Action.ACK_ISSUE: Rule(_STEERS, admin=True, states=frozenset({IssueState.OPEN.value})),
    Action.STEER_ISSUE: Rule(_STEERS, admin=True, states=frozenset(UNSETTLED)),
    Action.SAY: Rule(frozenset(Role), admin=True, states=frozenset({*UNSETTLED, IssueState.RESOLVED})),
    Action.RESOLVE_ISSUE: Rule(_STEERS, admin=True, states=frozenset(UNSETTLED)),
    # The owner is who opened it.
    Action.WITHDRAW_ISSUE: Rule(
        frozenset(Role), admin=True, relation=Relation.OWNER, states=frozenset({IssueState.OPEN.value})
    ),
    Action.REOPEN_ISSUE: Rule(frozenset(Role), admin=True, states=frozenset({IssueState.RESOLVED.value})),
    Action.SET_ESCALATION: Rule(frozenset({Role.PM}), admin=True),
    Action.DUTY: Rule(frozenset({Role.SUPERVISOR})),
    Action.HOLD: Rule(_STEERS, admin=True),
    Action.RULE: Rule(frozenset({Role.SUPERVISOR}), states=frozenset(UNSETTLED)),
    Action.DECIDE_RULING: Rule(
        frozenset({Role.PM}), admin=True, states=frozenset({RulingState.STANDING.value})
    ),
    Action.DECIDE_NOTE: Rule(frozenset({Role.PM}), admin=True, states=frozenset({NoteState.PROPOSED.value})),
    Action.REPORT_NAMELESSLY: Rule(_WORKER | {Role.REVIEWER}),
    Action.SET_RULES: Rule(frozenset({Role.PM}), admin=True),
    Action.ADJUDICATE: Rule(
        frozenset({Role.SUPERVISOR}),
        relation=Relation.NOT_AUTHOR,
        states=frozenset({TaskState.ADJUDICATION.value}),
    ),
    Action.SPOT_CHECK: Rule(_STEERS, admin=True),
    Action.SEE_QUALITY: Rule(_STEERS, admin=True),
    Action.APPEAL: Rule(_WORKER, relation=Relation.OWNER, states=frozenset({AssignmentState.RETURNED.value})),
    Action.TAKE_APPEAL: Rule(
        _JUDGES, relation=Relation.NOT_AUTHOR, states=frozenset({AppealState.WAITING.value})
    ),
    Action.JUDGE_APPEAL: Rule(
        _JUDGES, relation=Relation.OWNER_NOT_AUTHOR, states=frozenset({AppealState.CLAIMED.value})
    ),
    Action.WITHDRAW_APPEAL: Rule(
        _WORKER,
        relation=Relation.OWNER,
        states=frozenset({AppealState.WAITING.value, AppealState.CLAIMED.value}),
    ),
    Action.GRANT: Rule(frozenset({Role.SUPERVISOR}), admin=True),
    Action.SET_GOLD: Rule(_STEERS, admin=True),
    Action.TAKE_QUIZ: Rule(_WORKER),
    Action.SETTLE_SUGGESTION: Rule(frozenset({Role.SUPERVISOR}), admin=True),
    Action.CALL_OUT: Rule(_STEERS, admin=True),
    Action.JOIN_CALL_OUT: Rule(_WORKER),
    Action.WISH: Rule(_WORKER),
    Action.CONSENT: Rule(_WORKER),
    Action.SEE_BOARD: Rule(_STEERS, admin=True),
    Action.RECLAIM: Rule(frozenset({Role.SUPERVISOR}), admin=True),
}


def is_for(action: Action, actor: Actor) -> bool:
    """Say whether the actor is there and has a role that the action is for, whatever it is done to."""
    rule = POLICY[action]
    return actor.active and (bool(rule.roles & actor.roles) or (rule.admin and actor.admin))


def authorise(action: Action, actor: Actor, subject: Subject) -> None:
    """Pass silently when the actor may do this to the subject now.

    Raises NotAllowed for the wrong role or a deactivated person, NotYours for the wrong relation and
    StaleAction when only the row's state stands in the way. The order is fixed so that nobody learns the
    state of a row they have no right to.
    """
    rule = POLICY[action]
    fits = is_for(action, actor)
    if subject.supervisor_only:
        fits = fits and Role.SUPERVISOR in actor.roles
    if not fits:
        raise NotAllowed(action, subject.type, subject.id)
    owner = rule.relation in (Relation.OWNER, Relation.OWNER_NOT_AUTHOR)
    stranger = rule.relation in (Relation.NOT_AUTHOR, Relation.OWNER_NOT_AUTHOR, Relation.NEITHER)
    apart = rule.relation is Relation.NEITHER
    if (
        (owner and subject.owner_id != actor.person_id)
        or (apart and subject.owner_id == actor.person_id)
        or (stranger and subject.author_id == actor.person_id)
    ):
        raise NotYours(action, subject.type, subject.id)
    if rule.states and subject.state not in rule.states:
        raise StaleAction(action, subject.type, subject.id or 0, subject.state)
