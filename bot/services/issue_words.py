"""What is written to an issue, taken to its people: into both its threads or in private, in their language."""

from __future__ import annotations

from collections.abc import Iterable

from bot.db.models import GuidelineNote, Issue, IssueStep, Rendition, Ruling, SourceText
from bot.db.unit_of_work import UnitOfWork
from bot.domain.translation import Side, SourceKind, side_languages
from bot.outbox.issue_messages import (
    GuidelineNoteCard,
    IssueCard,
    IssueSaid,
    IssueSaidThere,
    IssueThreadCard,
    RulingCard,
)
from bot.outbox.messages import Message
from bot.outbox.queue import enqueue
from bot.reports.issue_threads import awaited, sides_of
from bot.reports.issue_words import resolution_of
from bot.services.relaying import relay
from bot.services.rendering_cards import fact_of

_NOBODY = 0
"""Whom a card in a channel is for when there is nobody in particular."""


def show_in_threads(uow: UnitOfWork, issue: Issue) -> None:
    """Draw the issue's state in its thread and in the twin of that; nothing for one without a channel."""
    for card in _thread_cards(uow, issue):
        _send_there(uow, issue, card)


def _thread_cards(uow: UnitOfWork, issue: Issue) -> list[IssueThreadCard]:
    person_id = issue.opener_id or _NOBODY
    return [
        IssueThreadCard(person_id, issue.id, channel, side.value)
        for channel, side in sides_of(uow.session, issue)
    ]


def _send_there(uow: UnitOfWork, issue: Issue, card: IssueThreadCard | IssueSaidThere) -> None:
    """Send what stands in a thread, or leave it with the thread's beginning until the twin has that."""
    rows = []
    if ids := awaited(uow.session, issue, card.channel):
        # The text first, as everybody locks them: what ends at this moment must either be seen here or see this.
        source_id = uow.session.get_one(Rendition, ids[0]).source_id
        uow.lock(SourceText, source_id)
        rows = [uow.lock(Rendition, id) for id in ids]
    if not rows or not awaited(uow.session, issue, card.channel):
        enqueue(uow, issue.team_id, card)
        return
    fact = fact_of(card, standing=False)
    for rendition in rows:
        if rendition is not None and fact not in rendition.then:
            rendition.then = [*rendition.then, fact]
    uow.session.flush()


def pass_on_request(uow: UnitOfWork, issue: Issue, people: Iterable[int]) -> None:
    """Have what an issue asks for rendered for its people and its threads, wherever its cards show it."""
    if issue.request:
        _pass_on_card(uow, issue, SourceKind.ISSUE, issue.id, issue.opener_id, issue.request, people)


def pass_on_resolution(uow: UnitOfWork, issue: Issue, author_id: int, people: Iterable[int]) -> None:
    """Have the cause of an issue and what was done about it rendered wherever its cards show them."""
    if text := resolution_of(issue.cause, issue.remedy):
        _pass_on_card(uow, issue, SourceKind.RESOLUTION, issue.id, author_id, text, people)


def pass_on_note(
    uow: UnitOfWork, issue: Issue, step: IssueStep, people: Iterable[int], *, also: Iterable[Message] = ()
) -> None:
    """Have what somebody wrote with a step rendered for those who read the issue's history.

    `also` are further cards that show it.
    """
    if not step.note:
        return
    _pass_on_card(uow, issue, SourceKind.ISSUE_STEP, step.id, step.actor_id, step.note, people)
    _relay(uow, issue.project_id, SourceKind.ISSUE_STEP, step.id, step.actor_id, step.note, also)


def _pass_on_card(
    uow: UnitOfWork,
    issue: Issue,
    kind: SourceKind,
    ref_id: int,
    author_id: int | None,
    text: str,
    people: Iterable[int],
) -> None:
    cards = [IssueCard(person_id, issue.id) for person_id in people]
    _relay(uow, issue.project_id, kind, ref_id, author_id, text, cards)
    for there in _thread_cards(uow, issue):
        _relay_there(uow, issue, kind, ref_id, author_id, text, there)


def pass_on_said(uow: UnitOfWork, issue: Issue, step: IssueStep, people: Iterable[int]) -> None:
    """Take what somebody wrote to an issue from a card to the others, rendered for those who need it.

    Into the issue's thread and the twin of it; where it has none, to each of `people` but the writer.
    """
    words, author_id = step.note or "", step.actor_id
    sides = sides_of(uow.session, issue)
    for channel, side in sides:
        there = IssueSaidThere(author_id or _NOBODY, step.id, channel, side.value)
        _send_there(uow, issue, there)
        _relay_there(uow, issue, SourceKind.ISSUE_STEP, step.id, author_id, words, there)
    if not sides:
        said = [IssueSaid(person_id, step.id) for person_id in people if person_id != author_id]
        for message in said:
            enqueue(uow, issue.team_id, message)
        _relay(uow, issue.project_id, SourceKind.ISSUE_STEP, step.id, author_id, words, said)


def pass_on_ruling(uow: UnitOfWork, ruling: Ruling, people: Iterable[int]) -> None:
    """Have a provisional ruling rendered for those of its readers who need it."""
    issue = uow.session.get_one(Issue, ruling.issue_id)
    cards = [RulingCard(person_id, ruling.id) for person_id in people]
    _relay(uow, issue.project_id, SourceKind.RULING, ruling.id, ruling.made_by_id, ruling.words, cards)
    for there in _thread_cards(uow, issue):
        _relay_there(uow, issue, SourceKind.RULING, ruling.id, ruling.made_by_id, ruling.words, there)


def pass_on_guideline_note(uow: UnitOfWork, note: GuidelineNote, people: Iterable[int]) -> None:
    """Have a note that is proposed for the guideline rendered for those of its readers who need it."""
    cards = [GuidelineNoteCard(person_id, note.id) for person_id in people]
    _relay(uow, note.project_id, SourceKind.GUIDELINE_NOTE, note.id, note.made_by_id, note.words, cards)


def _relay(
    uow: UnitOfWork,
    project_id: int,
    kind: SourceKind,
    ref_id: int,
    author_id: int | None,
    text: str,
    shown: Iterable[Message],
    into: str | None = None,
) -> None:
    relay(
        uow,
        project_id=project_id,
        kind=kind,
        ref_id=ref_id,
        author_id=author_id,
        text=text,
        shown=shown,
        into=into,
    )


def _relay_there(
    uow: UnitOfWork,
    issue: Issue,
    kind: SourceKind,
    ref_id: int,
    author_id: int | None,
    text: str,
    there: IssueThreadCard | IssueSaidThere,
) -> None:
    for language in side_languages(Side(there.side)):
        _relay(uow, issue.project_id, kind, ref_id, author_id, text, [there], language)
