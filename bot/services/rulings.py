"""Provisional rulings: a supervisor decides for the time being so that work can go on; a PM agrees or not."""

from __future__ import annotations

from sqlalchemy import select

from bot.db.models import Assignment, Hold, Issue, IssueStep, Person, Ruling, Submission
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.escalation import SUMMARY_LIMIT, UNSETTLED, IssueSource, RulingState, Step
from bot.domain.people import Role
from bot.domain.policy import Action, Subject
from bot.domain.text import check_text
from bot.outbox.issue_messages import HoldNews, RulingCard
from bot.outbox.queue import enqueue
from bot.reports.members import in_charge
from bot.services.access import require
from bot.services.holding import end_holds, held_by, place_holds
from bot.services.issue_access import load, may
from bot.services.issue_cards import people_of, redraw
from bot.services.issue_clock import touch
from bot.services.issue_steps import record
from bot.services.issue_words import pass_on_note, pass_on_ruling


def rule(uow: UnitOfWork, *, person_id: int, issue_id: int, ver: int, words: str) -> int:
    """Say how it is to be done until the PM has decided, and let the issue's tasks go on; return the ruling's id.

    The PMs are asked whether they agree. Raises Invalid without words and for a nameless report, which no PM may
    see, StaleAction while another ruling stands, and what `may` raises.
    """
    issue = may(uow, action=Action.RULE, person_id=person_id, issue_id=issue_id, ver=ver)
    if issue.source is IssueSource.NAMELESS:
        raise Invalid("issue", "nameless")
    words = words.strip()
    check_text("words", words, SUMMARY_LIMIT)
    standing = uow.session.scalar(
        select(Ruling.id).where(Ruling.issue_id == issue.id, Ruling.state == RulingState.STANDING)
    )
    if standing is not None:
        raise StaleAction(Action.RULE, "ruling", standing, RulingState.STANDING)
    ruling = Ruling(issue_id=issue.id, words=words, made_by_id=person_id, made_at=uow.now)
    uow.session.add(ruling)
    uow.session.flush()
    issue.ver += 1
    step_id = record(uow, issue, Step.RULED, actor_id=person_id, note=words, detail={"ruling": ruling.id})
    touch(uow, issue, person_id)
    tasks = held_by(uow.session, issue)
    end_holds(uow, person_id=person_id, task_ids=tasks, issue_id=issue.id, news="ruled")
    redraw(uow, issue)
    _show(uow, issue, ruling, step_id)
    return ruling.id


def decide_ruling(
    uow: UnitOfWork, *, person_id: int, ruling_id: int, ver: int, agree: bool, reason: str = ""
) -> None:
    """Agree with a ruling, which then stays as it is, or not: for a reason, which its people read.

    Without agreement the tasks that it let go on are on hold again as long as they are not final and the issue
    is not settled. Whoever worked on them meanwhile is told, and that it is no fault of theirs. Raises NotFound,
    StaleAction, and Invalid without a reason.
    """
    found = uow.session.get(Ruling, ruling_id)
    if found is None:
        raise NotFound("ruling", str(ruling_id))
    # The issue comes first, as it does when a ruling is made.
    issue, ruling = load(uow, found.issue_id), uow.lock(Ruling, ruling_id)
    assert ruling is not None
    subject = Subject("ruling", ruling.id, ruling.state)
    require(uow, Action.DECIDE_RULING, person_id, issue.project_id, subject)
    if ver != ruling.ver:
        raise StaleAction(Action.DECIDE_RULING, "ruling", ruling.id, ruling.state)
    reason = reason.strip()
    check_text("reason", reason, SUMMARY_LIMIT, required=not agree)
    ruling.state = RulingState.AGREED if agree else RulingState.DECLINED
    ruling.ver += 1
    ruling.decided_by_id, ruling.decided_at, ruling.reason = person_id, uow.now, reason or None
    issue.ver += 1
    step = Step.RULING_AGREED if agree else Step.RULING_DECLINED
    detail = {"ruling": ruling.id}
    step_id = record(uow, issue, step, actor_id=person_id, note=reason or None, detail=detail)
    touch(uow, issue, person_id)
    if not agree:
        _undo(uow, issue, ruling, person_id)
    redraw(uow, issue)
    _show(uow, issue, ruling, step_id)


def _undo(uow: UnitOfWork, issue: Issue, ruling: Ruling, person_id: int) -> None:
    """Place the holds that the ruling had ended again, and tell whoever has worked under it."""
    freed = list(
        uow.session.scalars(
            select(Hold.task_id)
            .where(
                Hold.issue_id == issue.id,
                Hold.released_at == ruling.made_at,
                Hold.released_by_id == ruling.made_by_id,
            )
            .distinct()
        )
    )
    stopped: tuple[int, ...] = ()
    if issue.state in UNSETTLED:
        stopped = place_holds(
            uow,
            person_id=person_id,
            task_ids=freed,
            issue_id=issue.id,
            reason=ruling.reason or "",
            news="ruling_off",
        ).assignments
    by_person: dict[int, list[int]] = {}
    for author_id, assignment_id in uow.session.execute(
        select(Submission.author_id, Submission.assignment_id)
        .where(
            Submission.task_id.in_(freed),
            Submission.submitted_at >= ruling.made_at,
            Submission.assignment_id.not_in(stopped),
        )
        .distinct()
        .order_by(Submission.author_id, Submission.assignment_id)
    ):
        by_person.setdefault(author_id, []).append(assignment_id)
    told = set(uow.session.scalars(select(Assignment.person_id).where(Assignment.id.in_(stopped))))
    for author_id, assignments in by_person.items():
        author = uow.session.get_one(Person, author_id)
        if author.active and author_id not in told:
            enqueue(uow, author.team_id, HoldNews(author_id, "ruling_off", assignments, issue.id))


def _show(uow: UnitOfWork, issue: Issue, ruling: Ruling, step_id: int) -> None:
    """Show the ruling to its author and to those who may decide about it, in their language, as the history does."""
    cards = [RulingCard(person_id, ruling.id) for person_id in _readers(uow, issue, ruling)]
    for card in cards:
        enqueue(uow, issue.team_id, card)
    pass_on_ruling(uow, ruling, [card.person_id for card in cards])
    step = uow.session.get_one(IssueStep, step_id)
    pass_on_note(uow, issue, step, people_of(uow, issue), also=cards)


def _readers(uow: UnitOfWork, issue: Issue, ruling: Ruling) -> list[int]:
    """Return the ruling's author and the project's PMs, or the admins where there is no PM."""
    return sorted({*in_charge(uow.session, issue.project_id, Role.PM), ruling.made_by_id})
