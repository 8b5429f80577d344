"""A message as it arrives in a bridged channel: where it belongs and what is to be made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from bot.db.models import Person, SourceText
from bot.db.unit_of_work import UnitOfWork
from bot.domain.translation import (
    CREW_LANGUAGE,
    Limits,
    RenditionState,
    Side,
    SourceKind,
    TranslationMode,
)
from bot.reports.twin_threads import begun_by_issue, find_beginning
from bot.services.bridges import Bridge, bridge_of, target_languages

WORDLESS = "und"
"""What a carried-over message without a language stands under in place of one."""


@dataclass(frozen=True)
class Arrival:
    """A message as it arrives, and the bridge that carries it."""

    person: Person
    bridge: Bridge
    channel: str
    ts: str
    thread_ts: str | None
    document: list[Any]
    characters: int
    language: str | None
    files: int
    when: str
    long: bool

    @property
    def digest(self) -> str:
        """What tells whether its words have changed."""
        return digest_of(self.document)


def arrive(
    uow: UnitOfWork,
    *,
    person_id: int,
    channel: str,
    ts: str,
    thread_ts: str | None,
    document: list[Any],
    characters: int,
    language: str | None,
    files: int,
    when: str,
    limits: Limits,
) -> Arrival | None:
    """Return the message with the bridge that carries it, None where there is none or its pair is not whole."""
    person = uow.session.get_one(Person, person_id)
    bridge = bridge_of(uow, team_id=person.team_id, channel=channel)
    if bridge is None or (bridge.side is not Side.MIXED and bridge.other is None):
        return None
    root = thread_ts if thread_ts != ts else None
    long = characters > limits.long_paste
    return Arrival(person, bridge, channel, ts, root, document, characters, language, files, when or ts, long)


def digest_of(document: list[Any]) -> str:
    """Return 64 hexadecimal digits, equal for documents that say and show the same."""
    return sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def plan_of(uow: UnitOfWork, said: Arrival) -> dict[str, RenditionState]:
    """Return the languages of the renditions to make, and the state each begins in."""
    bridge, language = said.bridge, said.language
    off = bridge.mode is TranslationMode.OFF
    if bridge.side is Side.MIXED:
        other = Side.PM if language == CREW_LANGUAGE else Side.CREW
    else:
        other = Side.PM if bridge.side is Side.CREW else Side.CREW
    wanted: tuple[str, ...] = ()
    if language is not None and not off:
        wanted = target_languages(uow.session, bridge.project_id, other)
    begin = RenditionState.ASKING if said.long else RenditionState.PENDING
    plan = {target: begin for target in wanted if target != language}
    # In a twin channel those who read the same language see nothing of it unless it is carried over as it is.
    if bridge.other is not None and (language in wanted or not plan):
        plan[language or WORDLESS] = RenditionState.UNNEEDED
    return plan


def values_of(uow: UnitOfWork, said: Arrival) -> dict[str, Any]:
    """Return the columns of its row, without renditions."""
    return {
        "team_id": said.person.team_id,
        "project_id": said.bridge.project_id,
        "kind": SourceKind.MESSAGE,
        "channel": said.channel,
        "ts": said.ts,
        "thread_ts": said.thread_ts,
        "twin_channel": said.bridge.other,
        "root_id": _find_root(uow, said),
        "author_id": said.person.id,
        "document": said.document,
        "digest": said.digest,
        "language": said.language,
        "characters": said.characters,
        "attachments": said.files,
        "ver": 1,
        "changed_mark": said.when,
        "deleted": False,
        "created_at": uow.now,
        "changed_at": uow.now,
    }


def lane_of(uow: UnitOfWork, source: SourceText) -> str:
    """Return the conversation whose order a message's renditions keep: its thread, over both channels of a pair."""
    root = uow.session.get_one(SourceText, source.root_id) if source.root_id is not None else source
    own = f"{root.channel}:{root.thread_ts or root.ts}"
    if root.channel is None or root.thread_ts is None:
        return own
    # Of a thread that the card of an issue has begun, neither side's replies know the other's.
    begun = begun_by_issue(uow.session, root.team_id, root.channel, root.thread_ts)
    return min(own, ":".join(begun)) if begun is not None else own


def _find_root(uow: UnitOfWork, said: Arrival) -> int | None:
    """Return the message whose twin thread a reply belongs into; None for what begins one."""
    if said.thread_ts is None or said.bridge.other is None:
        return None
    found = find_beginning(uow.session, said.person.team_id, said.channel, said.thread_ts)
    return found.id if found is not None else None
