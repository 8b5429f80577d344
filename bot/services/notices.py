"""Announcements in two languages: drafted by a PM, their Korean approved by a supervisor, read by everybody."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import Notice, NoticeReceipt, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.policy import Action, Subject
from bot.domain.questions import clean_words
from bot.domain.translation import NoticeState, SourceKind
from bot.outbox.messages import Message, NoticeCard, NoticeDraftCard, NoticeReminder
from bot.outbox.queue import enqueue
from bot.reports.notices import audience, machine_draft
from bot.services.access import require
from bot.services.handovers import repliers
from bot.services.questions import insert_once
from bot.services.relaying import relay

NOTICE_LIMIT = 2_500
REMIND_AFTER = timedelta(hours=12)
"""How long the people who have not read a notice are left alone after a reminder."""


def draft(uow: UnitOfWork, *, person_id: int, project_id: int, english: str = "", korean: str = "") -> int:
    """Keep a notice and show it to its author and to the supervisors; return its id.

    The language that is missing is drafted by machine. Raises Invalid when both are.
    """
    require(uow, Action.NOTICE, person_id, project_id, Subject("project", project_id))
    english = clean_words("english", english, NOTICE_LIMIT, required=False)
    korean = clean_words("korean", korean, NOTICE_LIMIT, required=False)
    if not (english or korean):
        raise Invalid("english", "missing")
    notice = Notice(
        team_id=uow.session.get_one(Project, project_id).team_id,
        project_id=project_id,
        author_id=person_id,
        english=english,
        korean=korean,
        created_at=uow.now,
    )
    uow.session.add(notice)
    uow.session.flush()
    _audit(uow, notice, person_id, Action.NOTICE, None)
    _show_draft(uow, notice)
    return notice.id


def save(
    uow: UnitOfWork,
    *,
    person_id: int,
    notice_id: int,
    ver: int,
    english: str | None = None,
    korean: str | None = None,
) -> None:
    """Change the words of a draft; None leaves a language as it is, "" gives it back to the machine.

    Raises StaleAction when they changed since `ver`, Invalid when nothing would be left.
    """
    notice = _load(uow, Action.NOTICE, person_id, notice_id, ver)
    if english is not None:
        notice.english = clean_words("english", english, NOTICE_LIMIT, required=False)
    if korean is not None:
        notice.korean = clean_words("korean", korean, NOTICE_LIMIT, required=False)
    if not (notice.english or notice.korean):
        raise Invalid("english", "missing")
    notice.ver += 1
    uow.session.flush()
    _audit(uow, notice, person_id, Action.NOTICE, NoticeState.DRAFT)
    _show_draft(uow, notice)


def save_korean(uow: UnitOfWork, *, person_id: int, notice_id: int, ver: int, korean: str) -> None:
    """Write the Korean of a draft; raises EmptyAnswer without any."""
    save(
        uow,
        person_id=person_id,
        notice_id=notice_id,
        ver=ver,
        korean=clean_words("korean", korean, NOTICE_LIMIT),
    )


def may_edit(uow: UnitOfWork, *, person_id: int, notice_id: int, ver: int | None = None) -> None:
    """Pass silently when the person could change this draft now."""
    _load(uow, Action.NOTICE, person_id, notice_id, ver)


def may_approve(uow: UnitOfWork, *, person_id: int, notice_id: int, ver: int | None = None) -> None:
    """Pass silently when the person could post this draft now."""
    _load(uow, Action.APPROVE_NOTICE, person_id, notice_id, ver)


def post(
    uow: UnitOfWork,
    *,
    person_id: int,
    notice_id: int,
    ver: int,
    channel: str,
    korean: str | None = None,
) -> None:
    """Post a notice in both languages; the supervisor who does so answers for the Korean.

    Without `korean` it is the one that is shown: what was saved, else the machine's draft. Raises Invalid for
    a language that is missing.
    """
    notice = _load(uow, Action.APPROVE_NOTICE, person_id, notice_id, ver)
    if korean is not None:
        notice.korean = clean_words("korean", korean, NOTICE_LIMIT)
    drafted = machine_draft(uow.session, notice)
    notice.korean = notice.korean or drafted.get("ko", "")
    notice.english = notice.english or drafted.get("en", "")
    for field, words in (("korean", notice.korean), ("english", notice.english)):
        if not words:
            raise Invalid(field, "missing")
    notice.state, notice.ver, notice.channel = NoticeState.POSTED, notice.ver + 1, channel
    notice.approved_by_id, notice.posted_at = person_id, uow.now
    uow.session.flush()
    _audit(uow, notice, person_id, Action.APPROVE_NOTICE, NoticeState.DRAFT)
    enqueue(uow, notice.team_id, NoticeCard(person_id, notice.id, channel))
    _tell_drafters(uow, notice)


def withdraw(uow: UnitOfWork, *, person_id: int, notice_id: int, ver: int | None = None) -> None:
    """Take a draft or a posted notice back; its cards say so. Raises StaleAction when that was done before."""
    notice = _locked(uow, notice_id)
    _require(uow, Action.NOTICE, person_id, notice)
    before = notice.state
    if before is NoticeState.WITHDRAWN or (ver is not None and ver != notice.ver):
        raise StaleAction(Action.NOTICE, "notice", notice_id, before)
    notice.state, notice.ver = NoticeState.WITHDRAWN, notice.ver + 1
    uow.session.flush()
    _audit(uow, notice, person_id, "notice.withdraw", before)
    if notice.channel is not None:
        enqueue(uow, notice.team_id, NoticeCard(notice.author_id, notice.id, notice.channel))
    _tell_drafters(uow, notice)


def acknowledge(uow: UnitOfWork, *, person_id: int, notice_id: int) -> bool:
    """Say that one has read a posted notice; False when one had said so. Raises StaleAction for any other."""
    notice = _locked(uow, notice_id)
    _require(uow, Action.READ_NOTICE, person_id, notice)
    if notice.state is not NoticeState.POSTED:
        raise StaleAction(Action.READ_NOTICE, "notice", notice_id, notice.state)
    receipt = {"notice_id": notice.id, "person_id": person_id, "read_at": uow.now}
    if insert_once(uow, NoticeReceipt, receipt) is None:
        return False
    if notice.channel is not None:
        enqueue(uow, notice.team_id, NoticeCard(notice.author_id, notice.id, notice.channel))
    # Theirs have the list of those who have not.
    _tell_drafters(uow, notice)
    return True


def remind(uow: UnitOfWork, *, person_id: int, notice_id: int) -> int:
    """Remind those who have not read a posted notice, and return how many they are.

    Raises Invalid when they were reminded less than twelve hours ago.
    """
    notice = _locked(uow, notice_id)
    _require(uow, Action.NOTICE, person_id, notice)
    if notice.state is not NoticeState.POSTED:
        raise StaleAction(Action.NOTICE, "notice", notice_id, notice.state)
    if notice.reminded_at is not None and uow.now < notice.reminded_at + REMIND_AFTER:
        raise Invalid("notice", "reminded", str(int(REMIND_AFTER.total_seconds() // 3600)))
    read = set(
        uow.session.scalars(select(NoticeReceipt.person_id).where(NoticeReceipt.notice_id == notice.id))
    )
    unread = [reader for reader, _nickname in audience(uow.session, notice) if reader not in read]
    for reader_id in unread:
        enqueue(uow, notice.team_id, NoticeReminder(reader_id, notice.id))
    if unread:
        notice.reminded_at = uow.now
        _audit(uow, notice, person_id, "notice.remind", notice.state)
    return len(unread)


def _locked(uow: UnitOfWork, notice_id: int) -> Notice:
    notice = uow.lock(Notice, notice_id)
    if notice is None:
        raise NotFound("notice", str(notice_id))
    return notice


def _require(uow: UnitOfWork, action: Action, person_id: int, notice: Notice) -> None:
    require(uow, action, person_id, notice.project_id, Subject("notice", notice.id))


def _load(uow: UnitOfWork, action: Action, person_id: int, notice_id: int, ver: int | None) -> Notice:
    notice = _locked(uow, notice_id)
    _require(uow, action, person_id, notice)
    if notice.state is not NoticeState.DRAFT or (ver is not None and ver != notice.ver):
        raise StaleAction(action, "notice", notice_id, notice.state)
    return notice


def _drafters(uow: UnitOfWork, notice: Notice) -> list[Message]:
    """Return the draft's card for its author and for those who may approve it."""
    people = {notice.author_id, *repliers(uow, notice.project_id)}
    return [NoticeDraftCard(person_id, notice.id) for person_id in sorted(people)]


def _tell_drafters(uow: UnitOfWork, notice: Notice) -> None:
    for card in _drafters(uow, notice):
        enqueue(uow, notice.team_id, card)


def _show_draft(uow: UnitOfWork, notice: Notice) -> None:
    """Send the draft's cards, and have the language that is missing drafted for them."""
    _tell_drafters(uow, notice)
    if not (notice.english and notice.korean):
        target = "en" if notice.korean else "ko"
        relay(
            uow,
            project_id=notice.project_id,
            kind=SourceKind.NOTICE,
            ref_id=notice.id,
            author_id=notice.author_id,
            text=notice.korean or notice.english,
            shown=_drafters(uow, notice),
            into=target,
        )


def _audit(uow: UnitOfWork, notice: Notice, actor_id: int, action: str, before: NoticeState | None) -> None:
    uow.audit(
        team_id=notice.team_id,
        actor_id=actor_id,
        action=action,
        subject=("notice", notice.id),
        states=(before, notice.state),
    )
