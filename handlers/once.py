"""The one way from a request to its effect: once per key, in one transaction, refusals worded and audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.db.models import Issue
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import DomainError, NotAllowed, NotYours, StaleAction
from bot.domain.policy import Action
from bot.outbox.issue_messages import GuidelineNoteCard, RulingCard
from bot.outbox.messages import (
    AssignmentCard,
    FaqCard,
    GuidelineCard,
    HandoverCard,
    NoticeDraftCard,
    ReviewCard,
)
from bot.outbox.pay_messages import PayRequested
from bot.outbox.quality_messages import AdjudicationCard, AppealCard, CallOutInvite, SuggestionCard
from bot.outbox.queue import enqueue
from bot.services.access import record_denied
from bot.services.issue_cards import redraw
from bot.services.requests import recall, remember
from bot.slack.failures import SlackFailure
from bot.slack.views import trouble
from bot.slack.views.errors import word_error
from handlers.heard import Answer, Heard, Kind

Effect = Callable[[UnitOfWork], Answer]
View = dict[str, object]

# Two presses of one button within this time are one: a finger that clicked twice, not a second wish.
_AGAIN_AFTER = {Kind.ACTION: timedelta(seconds=2)}


def once(heard: Heard, effect: Effect, then: Callable[[], object] | None = None) -> Answer:
    """Run the effect in a transaction of its own, unless this request had it before; return its answer.

    `then` is handed to the threads for afterwards when the effect has been committed, and only then. Raises
    DatabaseBusy and what the database raises; nothing was saved in that case.
    """
    try:
        with heard.deps.transaction() as uow:
            seen = recall(uow, heard.key, heard.delivery, again_after=_AGAIN_AFTER.get(heard.kind))
            if seen is not None:
                return seen
            answer = effect(uow)
            remember(uow, heard.key, answer)
    except DomainError as error:
        return _refuse(heard, error)
    if then is not None:
        heard.deps.afterwards.run("the rest of a request", then)
    return answer


def look(heard: Heard, read: Effect) -> Answer:
    """Answer from what is there, changing nothing."""
    try:
        with heard.deps.transaction.reading() as session:
            return read(UnitOfWork(session, heard.reader.now, reading=True))
    except DomainError as error:
        return _refuse(heard, error)


def open_form(heard: Heard, build: Callable[[UnitOfWork], View]) -> Answer:
    """Read what the form shows, then open it, with no transaction open meanwhile."""
    try:
        with heard.deps.transaction.reading() as session:
            view = build(UnitOfWork(session, heard.reader.now, reading=True))
    except DomainError as error:
        return _refuse(heard, error)
    return open_view(heard, view)


def open_view(heard: Heard, view: View) -> Answer:
    """Open a form with this request's trigger; one that came too late is answered with "press again"."""
    try:
        heard.deps.gateway.open_view(heard.trigger_id, view)
    except SlackFailure as failure:
        # A trigger is good for one form: the same delivery has opened it already.
        if failure.code == "exchanged_trigger_id":
            return {}
        return complain(heard, trouble.press_again(heard.reader.t))
    return {}


def complain(heard: Heard, words: str, field: str | None = None) -> Answer:
    """Return an answer that says what went wrong: at a field of the open form, else as a message."""
    if heard.kind is Kind.FORM:
        blocks = [b["block_id"] for b in heard.body["view"]["blocks"] if b.get("type") == "input"]
        if marked := field if field in blocks else next(iter(blocks), None):
            return {"response_action": "errors", "errors": {marked: words}}
        return {"response_action": "update", "view": trouble.notice(heard.reader.t, trouble.say(words))}
    return {**trouble.say(words).as_reply(), "trouble": True}


def _refuse(heard: Heard, error: DomainError) -> Answer:
    answer = complain(heard, word_error(heard.reader.t, error), getattr(error, "field", None))
    if heard.actor is None or not isinstance(error, NotAllowed | NotYours | StaleAction):
        return answer
    with heard.deps.transaction() as uow:
        seen = recall(uow, heard.delivery, heard.delivery)
        if seen is not None:
            return seen
        record_denied(uow, team_id=heard.actor.team_id, actor_id=heard.actor.person_id, error=error)
        if isinstance(error, StaleAction):
            _redraw(uow, heard.actor.team_id, heard.actor.person_id, error)
        remember(uow, heard.delivery, answer)
    return answer


def _redraw(uow: UnitOfWork, team_id: int, person_id: int, error: StaleAction) -> None:
    """Have the card with the old button drawn as things are now."""
    if error.subject_type == "assignment":
        enqueue(uow, team_id, AssignmentCard(person_id, error.subject_id))
    elif error.subject_type == "handover":
        enqueue(uow, team_id, HandoverCard(person_id, error.subject_id))
    elif error.subject_type == "pay_request":
        enqueue(uow, team_id, PayRequested(person_id, error.subject_id))
    elif error.subject_type == "issue":
        issue = uow.session.get(Issue, error.subject_id)
        if issue is not None:
            redraw(uow, issue)
    elif error.subject_type == "call_out":
        enqueue(uow, team_id, CallOutInvite(person_id, error.subject_id))
    elif error.subject_type == "ruling":
        enqueue(uow, team_id, RulingCard(person_id, error.subject_id))
    elif error.subject_type == "guideline_note":
        enqueue(uow, team_id, GuidelineNoteCard(person_id, error.subject_id))
    elif error.subject_type == "appeal" and error.action != Action.TAKE_APPEAL:
        enqueue(uow, team_id, AppealCard(person_id, error.subject_id))
    elif error.subject_type == "suggestion":
        enqueue(uow, team_id, SuggestionCard(person_id, error.subject_id))
    elif error.subject_type == "task" and error.action == Action.ADJUDICATE:
        enqueue(uow, team_id, AdjudicationCard(person_id, error.subject_id))
    elif error.subject_type == "faq":
        enqueue(uow, team_id, FaqCard(person_id, error.subject_id))
    elif error.subject_type == "guideline" and error.action == Action.ACKNOWLEDGE:
        enqueue(uow, team_id, GuidelineCard(person_id, error.subject_id))
    elif error.subject_type == "notice" and error.action in (Action.NOTICE, Action.APPROVE_NOTICE):
        enqueue(uow, team_id, NoticeDraftCard(person_id, error.subject_id))
    # A notice that offers a review is no card: somebody who came second must not be sent one.
    elif error.subject_type == "review" and error.action != Action.REVIEW:
        enqueue(uow, team_id, ReviewCard(person_id, error.subject_id))
