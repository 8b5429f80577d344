"""Texts that the bot passes on between people, rendered for those of their readers who need it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from bot.db.models import Person, Project, Rendition, SourceText
from bot.db.unit_of_work import UnitOfWork
from bot.domain.translation import (
    CREW_LANGUAGE,
    SourceKind,
    TranslationMode,
    effective_mode,
    wanted_language,
)
from bot.outbox.messages import Message
from bot.services.arrivals import digest_of
from bot.services.questions import insert_once
from bot.services.rendering_cards import fact_of
from bot.translation.detect import detect
from bot.translation.document import Document
from bot.translation.plain_text import from_plain

Facts = dict[str, list[dict[str, Any]]]


def relay(
    uow: UnitOfWork,
    *,
    project_id: int,
    kind: SourceKind,
    ref_id: int,
    author_id: int | None,
    text: str,
    shown: Iterable[Message],
    standing: Iterable[Message] = (),
    into: str | None = None,
) -> None:
    """Have a text rendered for the readers of what shows it, and that shown again once it is there.

    The readers are the people whom the facts `shown` are for; the facts of `standing` are sent again only when
    their cards are in Slack already. Nothing happens for those who read the text's language, where it is not
    certain which one that is, and in projects without translation. Called again with the same text it adds
    readers; another text replaces the first. With `into` it is rendered in that language, whatever they read,
    also without readers. Of what was written namelessly only the words are known, and nobody's use of the
    engines grows by them.
    """
    project = uow.session.get_one(Project, project_id)
    if effective_mode(project.translation, confidential=project.confidential) is TranslationMode.OFF:
        return
    document = from_plain(text)
    language = _language(document, uow.session.get_one(Person, author_id) if author_id is not None else None)
    wanted = _by_language(uow, language, shown, standing, into)
    source = _find(uow, kind, ref_id, project_id)
    if source is None and not wanted:
        return
    if source is None:
        values = {
            "team_id": project.team_id,
            "project_id": project_id,
            "kind": kind,
            "ref_id": ref_id,
            "author_id": author_id,
            "document": document.dump(),
            "digest": digest_of(document.dump()),
            "language": language,
            "characters": len(document.plain()),
            "attachments": 0,
            "ver": 1,
            "changed_mark": "",
            "deleted": False,
            "created_at": uow.now,
            "changed_at": uow.now,
        }
        insert_once(uow, SourceText, values)
        source = _find(uow, kind, ref_id, project_id)
    assert source is not None
    _bring_up_to_date(uow, source, author_id, document, language)
    _add(uow, source, wanted)


def _language(document: Document, author: Person | None) -> str | None:
    if document.is_wordless:
        return None
    found = detect(document.plain(), usual_language(author))
    return found.language if found.confident else None


def _by_language(
    uow: UnitOfWork,
    language: str | None,
    shown: Iterable[Message],
    standing: Iterable[Message],
    into: str | None,
) -> Facts:
    facts: Facts = {}
    if language is None:
        return facts
    if into is not None and into != language:
        facts[into] = []
    for stands, messages in ((False, shown), (True, standing)):
        for message in messages:
            wanted = into or _wanted_by(uow, message.person_id)
            if wanted is not None and wanted != language:
                facts.setdefault(wanted, []).append(fact_of(message, standing=stands))
    return facts


def usual_language(author: Person | None) -> str:
    """Return what somebody usually writes; who is nameless is of the crew."""
    if author is None:
        return CREW_LANGUAGE
    return wanted_language(author.language, author.reads) or author.language


def _wanted_by(uow: UnitOfWork, person_id: int) -> str | None:
    reader = uow.session.get_one(Person, person_id)
    return wanted_language(reader.language, reader.reads)


def _find(uow: UnitOfWork, kind: SourceKind, ref_id: int, project_id: int) -> SourceText | None:
    found = uow.session.scalar(
        select(SourceText.id).where(
            SourceText.kind == kind, SourceText.ref_id == ref_id, SourceText.project_id == project_id
        )
    )
    return uow.lock(SourceText, found) if found is not None else None


def _bring_up_to_date(
    uow: UnitOfWork, source: SourceText, author_id: int | None, document: Document, language: str | None
) -> None:
    """Let a text that was written anew replace the one before, with everything made of that."""
    digest = digest_of(document.dump())
    if source.digest == digest:
        return
    source.author_id, source.document, source.digest = author_id, document.dump(), digest
    source.language, source.characters = language, len(document.plain())
    source.ver, source.changed_at = source.ver + 1, uow.now
    for rendition in uow.session.scalars(
        select(Rendition).where(Rendition.source_id == source.id).with_for_update()
    ):
        uow.session.delete(rendition)
    uow.session.flush()


def _add(uow: UnitOfWork, source: SourceText, wanted: Facts) -> None:
    for language, facts in wanted.items():
        rendition = uow.session.scalar(
            select(Rendition)
            .where(Rendition.source_id == source.id, Rendition.language == language)
            .with_for_update()
        )
        if rendition is not None:
            rendition.then = [*rendition.then, *(fact for fact in facts if fact not in rendition.then)]
            continue
        uow.session.add(
            Rendition(
                source_id=source.id,
                language=language,
                ver=source.ver,
                lane=f"relay:{source.id}",
                due_at=uow.now,
                # Somebody waits for just these words: no limit of the day holds them back.
                wanted=True,
                flags=[],
                then=facts,
                created_at=uow.now,
            )
        )
        uow.told_somebody = True
    uow.session.flush()
