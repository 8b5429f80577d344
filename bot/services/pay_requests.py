"""Adjustments and voids: one person asks and says why, a second one decides, and only then a line is added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from bot.db.models import Assignment, LedgerLine, Membership, PayRequest, Person, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.domain.pay import MAX_PRICE_MINOR, REASON_LIMIT, LedgerKind, RequestKind, RequestState
from bot.domain.policy import Action, Subject
from bot.domain.review import UNDO_WINDOW
from bot.domain.text import check_text
from bot.domain.translation import SourceKind
from bot.outbox.fact import Message
from bot.outbox.pay_messages import PayChange, PayChanged, PayRequested
from bot.outbox.queue import enqueue
from bot.reports.pay_requests import deciders
from bot.services.access import require
from bot.services.relaying import relay


@dataclass(frozen=True)
class Asked:
    """A request that waits, and how many people may decide about it."""

    request_id: int
    approvers: int


@dataclass(frozen=True)
class Decided:
    """What became of a request."""

    request_id: int
    state: RequestState


def ask_adjustment(
    uow: UnitOfWork, *, person_id: int, project_id: int, payee_id: int, amount_minor: int, reason: str
) -> Asked:
    """Ask to add a signed amount of the project's currency to somebody's pay.

    Raises Invalid for the amount ("zero", "too_large"), the person ("not_in_project"), the reason, and the
    approver ("nobody") when there is no second person.
    """
    require(uow, Action.ASK_PAY, person_id, project_id, Subject("project", project_id))
    project = uow.session.get_one(Project, project_id)
    if not amount_minor:
        raise Invalid("amount", "zero")
    if abs(amount_minor) > MAX_PRICE_MINOR:
        raise Invalid("amount", "too_large", str(MAX_PRICE_MINOR))
    if not _belongs(uow, project_id, payee_id):
        raise Invalid("person", "not_in_project")
    request = PayRequest(
        kind=RequestKind.ADJUSTMENT,
        project_id=project_id,
        person_id=payee_id,
        amount_minor=amount_minor,
        currency=project.currency,
        reason=reason.strip(),
        asked_by_id=person_id,
        asked_at=uow.now,
    )
    return _ask(uow, request)


def _belongs(uow: UnitOfWork, project_id: int, payee_id: int) -> bool:
    """Say whether somebody has a role in the project, or has earned in it before they left."""
    member = exists().where(Membership.project_id == project_id, Membership.person_id == payee_id)
    earned = exists().where(LedgerLine.project_id == project_id, LedgerLine.person_id == payee_id)
    return bool(uow.session.scalar(select(member | earned)))


def ask_void(uow: UnitOfWork, *, person_id: int, assignment_id: int, reason: str) -> Asked:
    """Ask to take back all that one accepted assignment has earned; its verdict and answer stay as they are.

    Raises NotFound, and Invalid for the assignment: "not_earned", "undo_first" (its reviewer can still take the
    verdict back, for as many minutes as the value says), "already_asked" (a void waits or was approved).
    """
    assignment = uow.lock(Assignment, assignment_id)
    if assignment is None:
        raise NotFound("assignment", str(assignment_id))
    require(uow, Action.ASK_PAY, person_id, assignment.project_id, Subject("assignment", assignment_id))
    earned = _standing(uow, assignment_id)
    if earned is None or not earned.amount_minor:
        raise Invalid("assignment", "not_earned", str(assignment_id))
    # Two ways to take the same pay back would take it twice, so one ends before the other begins.
    left = earned.created_at + UNDO_WINDOW - uow.now
    if left.total_seconds() >= 0:
        raise Invalid("assignment", "undo_first", str(int(left.total_seconds() // 60) + 1))
    request = PayRequest(
        kind=RequestKind.VOID,
        project_id=assignment.project_id,
        person_id=earned.person_id,
        assignment_id=assignment_id,
        verdict_id=earned.verdict_id,
        amount_minor=-earned.amount_minor,
        currency=earned.currency,
        reason=reason.strip(),
        asked_by_id=person_id,
        asked_at=uow.now,
    )
    open_states = (RequestState.ASKED, RequestState.APPROVED)
    asked = exists().where(PayRequest.verdict_id == earned.verdict_id, PayRequest.state.in_(open_states))
    if uow.session.scalar(select(asked)):
        raise Invalid("assignment", "already_asked", str(assignment_id))
    return _ask(uow, request)


def _standing(uow: UnitOfWork, assignment_id: int) -> LedgerLine | None:
    """Return what the assignment's standing acceptance earned; a void of its own verdict ends it."""
    other = aliased(LedgerLine)
    undone = exists().where(
        other.verdict_id == LedgerLine.verdict_id,
        other.kind == LedgerKind.VOID,
        other.request_id.is_(None),
    )
    return uow.session.scalar(
        select(LedgerLine).where(
            LedgerLine.assignment_id == assignment_id, LedgerLine.kind == LedgerKind.EARNED, ~undone
        )
    )


def _ask(uow: UnitOfWork, request: PayRequest) -> Asked:
    check_text("reason", request.reason, REASON_LIMIT)
    others = _deciders(uow, request)
    if not others:
        raise Invalid("approver", "nobody")
    uow.session.add(request)
    uow.session.flush()
    team_id = _team_of(uow, request)
    uow.audit(
        team_id=team_id,
        actor_id=request.asked_by_id,
        action=Action.ASK_PAY,
        subject=("pay_request", request.id),
        states=(None, RequestState.ASKED),
        detail={"project": request.project_id, "kind": request.kind.value},
    )
    _show(uow, request, team_id)
    return Asked(request.id, len(others))


def may_decide(uow: UnitOfWork, *, person_id: int, request_id: int) -> None:
    """Pass silently when the person could approve or decline now, as a form for it is about to open."""
    _load(uow, Action.DECIDE_PAY, person_id, request_id)


def approve(uow: UnitOfWork, *, person_id: int, request_id: int) -> Decided:
    """Add the line that was asked for, as a second person; who is paid more or less is told why.

    The line goes into the next statement that is closed. Raises NotYours for who asked or is paid, StaleAction.
    """
    request = _load(uow, Action.DECIDE_PAY, person_id, request_id)
    voided = _voided(uow, request)
    uow.session.add(
        LedgerLine(
            project_id=request.project_id,
            person_id=request.person_id,
            assignment_id=request.assignment_id,
            submission_id=voided.submission_id if voided else None,
            verdict_id=request.verdict_id,
            request_id=request.id,
            kind=LedgerKind.VOID if voided else LedgerKind.ADJUSTMENT,
            amount_minor=request.amount_minor,
            currency=request.currency,
            created_at=uow.now,
        )
    )
    decided = _decide(uow, request, person_id, RequestState.APPROVED, Action.DECIDE_PAY)
    if uow.session.get_one(Person, request.person_id).active:
        what = PayChange.VOIDED if voided else PayChange.ADJUSTED
        fact = PayChanged(request.person_id, what.value, request_id=request.id)
        enqueue(uow, _team_of(uow, request), fact)
        _pass_on_reason(uow, request, [fact])
    return decided


def _voided(uow: UnitOfWork, request: PayRequest) -> LedgerLine | None:
    """Return the line that a void takes back, None for an adjustment."""
    if request.kind is not RequestKind.VOID:
        return None
    return uow.session.scalars(
        select(LedgerLine).where(
            LedgerLine.verdict_id == request.verdict_id, LedgerLine.kind == LedgerKind.EARNED
        )
    ).one()


def decline(uow: UnitOfWork, *, person_id: int, request_id: int, note: str = "") -> Decided:
    """Leave the pay as it is, as a second person; the note goes to who asked. Raises as `approve` does."""
    request = _load(uow, Action.DECIDE_PAY, person_id, request_id)
    note = note.strip()
    check_text("note", note, REASON_LIMIT, required=False)
    request.note = note or None
    return _decide(uow, request, person_id, RequestState.DECLINED, Action.DECIDE_PAY)


def withdraw(uow: UnitOfWork, *, person_id: int, request_id: int) -> Decided:
    """Take one's own request back while nobody has decided. Raises NotYours for others, StaleAction."""
    request = _load(uow, Action.WITHDRAW_PAY, person_id, request_id)
    return _decide(uow, request, person_id, RequestState.WITHDRAWN, Action.WITHDRAW_PAY)


def _load(uow: UnitOfWork, action: Action, person_id: int, request_id: int) -> PayRequest:
    request = uow.lock(PayRequest, request_id)
    if request is None:
        raise NotFound("pay_request", str(request_id))
    # Who decides must be neither of the two; who withdraws must be the one who asked.
    owner_id = request.asked_by_id if action is Action.WITHDRAW_PAY else request.person_id
    subject = Subject("pay_request", request.id, request.state, owner_id, request.asked_by_id)
    require(uow, action, person_id, request.project_id, subject)
    return request


def _decide(
    uow: UnitOfWork, request: PayRequest, person_id: int, state: RequestState, action: Action
) -> Decided:
    before, request.state = request.state, state
    request.decided_by_id, request.decided_at = person_id, uow.now
    uow.session.flush()
    team_id = _team_of(uow, request)
    uow.audit(
        team_id=team_id,
        actor_id=person_id,
        action=action,
        subject=("pay_request", request.id),
        states=(before, state),
    )
    _show(uow, request, team_id)
    return Decided(request.id, state)


def _show(uow: UnitOfWork, request: PayRequest, team_id: int) -> None:
    """Draw the request's card for everybody who may decide and for who asked."""
    readers = sorted({*_deciders(uow, request), request.asked_by_id})
    cards = [PayRequested(reader_id, request.id) for reader_id in readers]
    for card in cards:
        enqueue(uow, team_id, card)
    _pass_on_reason(uow, request, cards)


def _pass_on_reason(uow: UnitOfWork, request: PayRequest, shown: Iterable[Message]) -> None:
    """Have the reason rendered for those of its readers who need it."""
    relay(
        uow,
        project_id=request.project_id,
        kind=SourceKind.PAY_REASON,
        ref_id=request.id,
        author_id=request.asked_by_id,
        text=request.reason,
        shown=shown,
    )


def _deciders(uow: UnitOfWork, request: PayRequest) -> tuple[int, ...]:
    return deciders(uow.session, request.project_id, asker_id=request.asked_by_id, payee_id=request.person_id)


def _team_of(uow: UnitOfWork, request: PayRequest) -> int:
    return uow.session.get_one(Project, request.project_id).team_id
