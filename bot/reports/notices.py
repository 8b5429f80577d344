"""Notices as the views show them: in both languages, with who has read them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Membership, Notice, NoticeReceipt, Person, Project, Rendition, SourceText
from bot.db.unit_of_work import utc_now
from bot.domain.people import Role
from bot.domain.translation import NoticeState, RenditionState, SourceKind
from bot.translation.document import Document
from bot.translation.plain_text import to_plain

LIST_LIMIT = 10
SHOWN_FOR = timedelta(days=14)
"""How long a posted notice is listed for those who look after it."""

_UNDER_WAY = (RenditionState.PENDING,)


@dataclass(frozen=True)
class NoticeFacts:
    """A notice as it stands. `machine` names the language ("ko", "en") whose words are still the machine's.

    `pending` says that the machine is still at it. `read` of `of` people have read it, `unread` are the nicknames
    of the others.
    """

    notice_id: int
    ver: int
    state: NoticeState
    project_id: int
    project_key: str
    english: str
    korean: str
    machine: str
    pending: bool
    author: str
    author_id: int
    approved_by: str
    channel: str | None
    created_at: datetime
    posted_at: datetime | None
    read: int
    of: int
    unread: tuple[str, ...]


def read_notice(session: Session, notice_id: int) -> NoticeFacts | None:
    """Return a notice, None when there is none."""
    notice = session.get(Notice, notice_id)
    return _facts(session, notice) if notice is not None else None


def unread_notices(session: Session, person_id: int) -> tuple[NoticeFacts, ...]:
    """Return the posted notices that this person has not read, the newest first."""
    mine = select(Membership.project_id).where(Membership.person_id == person_id)
    read = select(NoticeReceipt.notice_id).where(NoticeReceipt.person_id == person_id)
    rows = session.scalars(
        select(Notice)
        .where(
            Notice.project_id.in_(mine),
            Notice.state == NoticeState.POSTED,
            Notice.author_id != person_id,
            or_(Notice.approved_by_id.is_(None), Notice.approved_by_id != person_id),
            Notice.id.not_in(read),
        )
        .order_by(Notice.id.desc())
        .limit(LIST_LIMIT)
    )
    return tuple(_facts(session, notice) for notice in rows)


def notices_in_hand(
    session: Session, project_ids: Iterable[int], *, now: datetime | None = None
) -> tuple[NoticeFacts, ...]:
    """Return drafts, and what was posted in the last two weeks, of these projects; the newest first."""
    since = (now or utc_now()) - SHOWN_FOR
    rows = session.scalars(
        select(Notice)
        .where(
            Notice.project_id.in_(list(project_ids)),
            or_(
                Notice.state == NoticeState.DRAFT,
                and_(Notice.state == NoticeState.POSTED, Notice.posted_at >= since),
            ),
        )
        .order_by(Notice.id.desc())
        .limit(LIST_LIMIT)
    )
    return tuple(_facts(session, notice) for notice in rows)


def audience(session: Session, notice: Notice) -> tuple[tuple[int, str], ...]:
    """Return id and nickname of those who are to read a notice: the project's crew but those who made it."""
    rows = session.execute(
        select(Person.id, Person.nickname)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.project_id == notice.project_id,
            # PMs may not even be in the crew's channel.
            Membership.role != Role.PM,
            Person.active.is_(True),
            Person.id.not_in([id for id in (notice.author_id, notice.approved_by_id) if id]),
        )
        .distinct()
        .order_by(Person.nickname)
    )
    return tuple((id, nickname) for id, nickname in rows)


def machine_draft(session: Session, notice: Notice) -> dict[str, str]:
    """Return what the machine made of the language that is there, by language; nothing until it is done."""
    return {
        rendition.language: to_plain(Document.load(rendition.document))
        for rendition in _renditions(session, notice)
        if rendition.state is RenditionState.DONE and rendition.document is not None
    }


def _renditions(session: Session, notice: Notice) -> list[Rendition]:
    """Return the renditions of the words as they are now: those of a language that is missing."""
    if notice.english and notice.korean:
        return []
    missing = "en" if notice.korean else "ko"
    query = (
        select(Rendition)
        .join(SourceText, SourceText.id == Rendition.source_id)
        .where(
            SourceText.kind == SourceKind.NOTICE,
            SourceText.ref_id == notice.id,
            SourceText.project_id == notice.project_id,
            Rendition.language == missing,
            Rendition.ver == SourceText.ver,
        )
    )
    return list(session.scalars(query))


def _facts(session: Session, notice: Notice) -> NoticeFacts:
    drafted = machine_draft(session, notice)
    pending = any(rendition.state in _UNDER_WAY for rendition in _renditions(session, notice))
    readers = audience(session, notice)
    read = set(session.scalars(select(NoticeReceipt.person_id).where(NoticeReceipt.notice_id == notice.id)))
    unread = tuple(nickname for id, nickname in readers if id not in read)
    approver = session.get(Person, notice.approved_by_id) if notice.approved_by_id is not None else None
    return NoticeFacts(
        notice.id,
        notice.ver,
        notice.state,
        notice.project_id,
        session.get_one(Project, notice.project_id).key,
        notice.english or drafted.get("en", ""),
        notice.korean or drafted.get("ko", ""),
        next(iter(drafted), ""),
        pending,
        session.get_one(Person, notice.author_id).nickname,
        notice.author_id,
        approver.nickname if approver is not None else "",
        notice.channel,
        notice.created_at,
        notice.posted_at,
        len(readers) - len(unread),
        len(readers),
        unread,
    )
