"""Messages in bridged channels: rendered for the other side, and followed when they are changed or taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from bot.db.models import Rendition, SourceText
from bot.db.unit_of_work import UnitOfWork
from bot.domain.translation import Limits, RenditionState, SourceKind
from bot.services.arrivals import Arrival, arrive, lane_of, plan_of, values_of
from bot.services.bridges import bridge_of
from bot.services.correcting import tell_report
from bot.services.questions import insert_once
from bot.services.rendering_cards import redraw

_USUAL = Limits()


@dataclass(frozen=True)
class HeardMessage:
    """A message that was taken up: the languages it is to be translated into, and how far that is."""

    source_id: int
    project_id: int
    languages: tuple[str, ...]
    state: RenditionState


def hear(
    uow: UnitOfWork,
    *,
    person_id: int,
    channel: str,
    ts: str,
    thread_ts: str | None,
    document: list[Any],
    characters: int,
    language: str | None,
    files: int = 0,
    when: str = "",
    limits: Limits = _USUAL,
) -> HeardMessage | None:
    """Take up a person's new message for the other side of its channel.

    None when the channel is not bridged, when this very message was taken up before, and when nobody on the
    other side needs it in another language. In a twin channel everything is carried over, whatever its language.
    """
    said = arrive(
        uow,
        person_id=person_id,
        channel=channel,
        ts=ts,
        thread_ts=thread_ts,
        document=document,
        characters=characters,
        language=language,
        files=files,
        when=when,
        limits=limits,
    )
    plan = plan_of(uow, said) if said is not None else {}
    return _take_up(uow, said, plan) if said is not None and plan else None


def _take_up(uow: UnitOfWork, said: Arrival, plan: dict[str, RenditionState]) -> HeardMessage | None:
    source_id = insert_once(uow, SourceText, values_of(uow, said))
    if source_id is None:
        return None
    source = uow.session.get_one(SourceText, source_id)
    return _set_going(uow, source, plan, {})


def _set_going(
    uow: UnitOfWork,
    source: SourceText,
    plan: dict[str, RenditionState],
    standing: dict[str, Rendition],
) -> HeardMessage:
    """Let every rendition of the plan begin, those that stand already anew."""
    lane = lane_of(uow, source)
    for language, state in plan.items():
        rendition = standing.get(language)
        if rendition is None:
            rendition = Rendition(
                source_id=source.id,
                language=language,
                lane=lane,
                # Twins keep the order of the whole channel, unless something takes long.
                place=source.channel if source.twin_channel else None,
                then=[],
                flags=[],
                created_at=uow.now,
            )
            uow.session.add(rendition)
        _begin(uow, rendition, source, state)
    uow.session.flush()
    states = {*uow.session.scalars(select(Rendition.state).where(Rendition.source_id == source.id)).all()}
    if RenditionState.PENDING in states:
        # The interpreter listens to the same bell as the sender.
        uow.told_somebody = True
    # Words that wait for their renditions leave the card as it is; those that nobody needs any more do not.
    if states != {RenditionState.PENDING} or set(standing) - set(plan):
        # What waits for one of its renditions goes on when there is nothing to wait for any more.
        over = [
            one
            for language, one in standing.items()
            if language not in plan or one.state is not RenditionState.PENDING
        ]
        redraw(uow, source, over)
    order = (RenditionState.PENDING, RenditionState.ASKING, RenditionState.UNNEEDED)
    return HeardMessage(
        source.id,
        source.project_id,
        tuple(language for language, state in plan.items() if state is not RenditionState.UNNEEDED),
        next((state for state in order if state in states), RenditionState.UNNEEDED),
    )


def _begin(uow: UnitOfWork, rendition: Rendition, source: SourceText, state: RenditionState) -> None:
    """Let a rendition of the text as it is now begin; what it was before is history."""
    if state is RenditionState.UNNEEDED and _must_wait(uow, rendition, source):
        # It is carried over when those before it are there.
        state = RenditionState.PENDING
    rendition.state, rendition.ver = state, source.ver
    rendition.due_at = uow.now if state is RenditionState.PENDING else None
    rendition.lease_until, rendition.attempts, rendition.wanted = None, 0, False
    rendition.corrected_by_id = rendition.corrected_at = None
    if state is RenditionState.UNNEEDED:
        rendition.document, rendition.engine, rendition.flags = source.document, "", []
        rendition.finished_at = uow.now
    _settle_report(uow, rendition, source)


def _settle_report(uow: UnitOfWork, rendition: Rendition, source: SourceText) -> None:
    """Close the report of words that are gone: its cards quote them."""
    if rendition.reported_at is not None:
        rendition.reported_by_id = rendition.reported_at = rendition.report_note = None
        tell_report(uow, source, rendition)


def _must_wait(uow: UnitOfWork, rendition: Rendition, source: SourceText) -> bool:
    ahead = select(Rendition.id).where(
        or_(Rendition.lane == rendition.lane, Rendition.place == rendition.place),
        Rendition.state == RenditionState.PENDING,
        Rendition.source_id < source.id,
    )
    return rendition.document is None and uow.session.scalar(ahead.limit(1)) is not None


def edit(
    uow: UnitOfWork,
    *,
    person_id: int,
    channel: str,
    ts: str,
    thread_ts: str | None,
    document: list[Any],
    characters: int,
    language: str | None,
    files: int = 0,
    when: str = "",
    limits: Limits = _USUAL,
) -> HeardMessage | None:
    """Follow a person's edit; one of a message that was not taken up before is heard like a new one.

    None when the words are the same as before, when a newer change is known, and when nothing is to be done.
    """
    said = arrive(
        uow,
        person_id=person_id,
        channel=channel,
        ts=ts,
        thread_ts=thread_ts,
        document=document,
        characters=characters,
        language=language,
        files=files,
        when=when,
        limits=limits,
    )
    if said is None:
        return None
    source = _locked(uow, said.person.team_id, channel, ts)
    if source is None:
        plan = plan_of(uow, said)
        if not plan or (heard := _take_up(uow, said, plan)) is not None:
            return heard if plan else None
        # It was taken up at this very moment.
        source = _locked(uow, said.person.team_id, channel, ts)
    if source is None or source.deleted or source.project_id != said.bridge.project_id:
        return None
    if when and source.changed_mark and float(when) < float(source.changed_mark):
        return None
    source.changed_mark = said.when
    if source.digest != said.digest:
        return _follow(uow, source, said)
    if source.attachments != files:
        source.attachments = files
        redraw(uow, source)
    return None


def _locked(uow: UnitOfWork, team_id: int, channel: str, ts: str) -> SourceText | None:
    source_id = uow.session.scalar(
        select(SourceText.id).where(
            SourceText.team_id == team_id, SourceText.channel == channel, SourceText.ts == ts
        )
    )
    return uow.lock(SourceText, source_id) if source_id is not None else None


def _follow(uow: UnitOfWork, source: SourceText, said: Arrival) -> HeardMessage:
    plan = plan_of(uow, said)
    source.document, source.digest, source.language = said.document, said.digest, said.language
    source.characters, source.attachments = said.characters, said.files
    source.ver, source.changed_at = source.ver + 1, uow.now
    standing = {rendition.language: rendition for rendition in _renditions(uow, source)}
    for language, rendition in standing.items():
        if language not in plan:
            uow.session.delete(rendition)
    uow.session.flush()
    return _set_going(uow, source, plan, standing)


def _renditions(uow: UnitOfWork, source: SourceText) -> list[Rendition]:
    query = select(Rendition).where(Rendition.source_id == source.id).order_by(Rendition.id)
    return list(uow.session.scalars(query.with_for_update().execution_options(populate_existing=True)))


def delete(uow: UnitOfWork, *, team_id: int, channel: str, ts: str, person_id: int | None = None) -> bool:
    """Forget a message that its author took back, and let every card of it vanish; False when there was none.

    With `person_id`, the author, a message that was not heard yet is remembered as deleted: Slack does not
    promise that its events arrive in order.
    """
    source = _locked(uow, team_id, channel, ts)
    if source is None and person_id is not None and not _leave_stone(uow, team_id, channel, ts, person_id):
        # It was taken up at this very moment.
        source = _locked(uow, team_id, channel, ts)
    if source is None or source.deleted:
        return False
    source.deleted, source.document, source.digest = True, [], ""
    source.characters, source.attachments = 0, 0
    source.ver, source.changed_at = source.ver + 1, uow.now
    renditions = _renditions(uow, source)
    for rendition in renditions:
        rendition.state, rendition.document, rendition.flags = RenditionState.UNNEEDED, None, []
        rendition.ver, rendition.due_at, rendition.lease_until = source.ver, None, None
        rendition.finished_at = uow.now
        _settle_report(uow, rendition, source)
    uow.session.flush()
    redraw(uow, source, renditions)
    return True


def _leave_stone(uow: UnitOfWork, team_id: int, channel: str, ts: str, person_id: int) -> bool:
    """Remember a deletion that came before its message; False when the message is there after all."""
    bridge = bridge_of(uow, team_id=team_id, channel=channel)
    if bridge is None:
        return True
    stone = {
        "team_id": team_id,
        "project_id": bridge.project_id,
        "kind": SourceKind.MESSAGE,
        "channel": channel,
        "ts": ts,
        "author_id": person_id,
        "document": [],
        "digest": "",
        "characters": 0,
        "attachments": 0,
        "ver": 1,
        "changed_mark": ts,
        "deleted": True,
        "created_at": uow.now,
        "changed_at": uow.now,
    }
    return insert_once(uow, SourceText, stone) is not None
