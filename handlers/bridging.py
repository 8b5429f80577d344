"""Carrying on what is said in bridged channels: new messages, edits and deletions, in threads too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.db.unit_of_work import UnitOfWork
from bot.domain.translation import READABLE
from bot.services import hearing, people
from bot.services.bridges import bridge_of
from bot.translation.document import Document
from bot.translation.rich_text import read
from handlers.heard import Heard
from handlers.said import Change, Said


def overhear(heard: Heard, said: Said, *, bot: str) -> None:
    """Have a message in a bridged channel translated for the other side, once however often it is delivered.

    What begins with a mention of the `bot` is said to it, not to the others, and is answered elsewhere.
    """
    prior = _prior(heard, said.channel)
    if said.change is Change.DELETED:
        forget(heard, said, bridged=prior is not None)
    elif prior is None:
        return
    elif not _is_for_bot(said, bot):
        _carry_on(heard, said, prior)
    elif said.change is Change.EDITED:
        # It may have been said to the others before.
        forget(heard, said)


def _carry_on(heard: Heard, said: Said, prior: str) -> None:
    document = read(said.text, list(said.blocks))
    words = _words(heard, document, prior)
    take = hearing.hear if said.change is Change.NEW else hearing.edit
    with heard.deps.transaction() as uow:
        take(
            uow,
            person_id=heard.me.person_id,
            channel=said.channel,
            ts=said.ts,
            thread_ts=said.thread_ts,
            document=words.document,
            characters=words.characters,
            language=words.language,
            files=said.files,
            when=said.when,
            limits=heard.deps.limits,
        )


def _prior(heard: Heard, channel: str) -> str | None:
    """Return the language the person usually writes if the channel is bridged, else None."""
    with heard.deps.transaction.reading() as session:
        uow = UnitOfWork(session, heard.reader.now, reading=True)
        if bridge_of(uow, team_id=heard.me.team_id, channel=channel) is None:
            return None
        profile = people.read_profile(uow, person_id=heard.me.person_id)
    return profile.reads if profile.reads in READABLE else profile.language


def _is_for_bot(said: Said, bot: str) -> bool:
    return bool(bot) and said.text.lstrip().startswith((f"<@{bot}>", f"<@{bot}|"))


def forget(heard: Heard, said: Said, *, bridged: bool = False) -> None:
    """Let a message and what was made of it vanish; of one in a bridged channel not even a late word is kept."""
    me = heard.me
    with heard.deps.transaction() as uow:
        hearing.delete(
            uow,
            team_id=me.team_id,
            channel=said.channel,
            ts=said.ts,
            person_id=me.person_id if bridged else None,
        )


@dataclass(frozen=True)
class _Words:
    document: list[Any]
    characters: int
    language: str | None


def _words(heard: Heard, document: Document, prior: str) -> _Words:
    found = heard.deps.translator.language_of(document, prior)
    language = found.language if found.confident else None
    return _Words(document.dump(), len(document.plain()), language)
