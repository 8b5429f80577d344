"""Questions, who waits for a person's reply to them, and what was learnt from the replies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import enum_column
from bot.domain.questions import FaqState, HandoverState, Judgement, Outcome, Place, TermState

_OPEN = text("state = 'open'")
_SEARCHING = text("outcome = 'searching'")


class QuestionChannel(Row):
    """A Slack channel in which questions of one project are answered without being asked to."""

    __tablename__ = "question_channel"
    __table_args__ = (UniqueConstraint("team_id", "channel"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    channel: Mapped[str] = mapped_column(String(32))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Handover(Row):
    """Equal open questions of a project, waiting for one person's reply. `fingerprint` gives no words away."""

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "uq_handover_open",
            "project_id",
            "fingerprint",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    state: Mapped[HandoverState] = mapped_column(enum_column(HandoverState), default=HandoverState.OPEN)
    ver: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reply: Mapped[str | None] = mapped_column(Text)


class FaqEntry(Row):
    """An answer people gave, kept to be given again. Without `section_id` it is not in the guideline.

    `section_id` is the section's key in the version that was current when the entry was last verified.
    """

    __tablename__ = "faq_entry"
    __table_args__ = (Index("ix_faq_entry_project_state", "project_id", "state"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"), unique=True)
    state: Mapped[FaqState] = mapped_column(enum_column(FaqState), default=FaqState.DRAFT)
    ver: Mapped[int] = mapped_column(default=1)
    question: Mapped[str] = mapped_column(Text)
    question_en: Mapped[str] = mapped_column(Text, default="")
    answer_ko: Mapped[str] = mapped_column(Text)
    answer_en: Mapped[str] = mapped_column(Text)
    section_id: Mapped[str | None] = mapped_column(String(255))
    section_path: Mapped[list[str]] = mapped_column(default=list)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Question(Row):
    """One question by one person; `answer` holds what was said, as it was said.

    `channel` and `ts` name the message that asked (no `ts` for a command), `thread_ts` the thread it stands
    in. `public` says that the answer stands where others read it.
    """

    __tablename__ = "question"
    __table_args__ = (
        UniqueConstraint("team_id", "channel", "ts", "asker_id"),
        Index("ix_question_project_fingerprint", "project_id", "fingerprint"),
        Index("ix_question_handover_id", "handover_id"),
        Index("ix_question_searching", "asked_at", sqlite_where=_SEARCHING, postgresql_where=_SEARCHING),
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    asker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    place: Mapped[Place] = mapped_column(enum_column(Place))
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    public: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome), default=Outcome.SEARCHING)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    faq_id: Mapped[int | None] = mapped_column(ForeignKey("faq_entry.id"))
    handover_id: Mapped[int | None] = mapped_column(ForeignKey("handover.id"))
    # Set when it was asked from the card of a task.
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class QuestionFollower(Row):
    """Somebody with the same question ("+나도"), who gets the reply as well."""

    __tablename__ = "question_follower"
    __table_args__ = (UniqueConstraint("question_id", "person_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class QuestionJudgement(Row):
    """What one person thinks of an answer; a second thought replaces the first."""

    __tablename__ = "question_judgement"
    __table_args__ = (UniqueConstraint("question_id", "person_id"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    judgement: Mapped[Judgement] = mapped_column(enum_column(Judgement))
    created_at: Mapped[datetime]


class Term(Row):
    """A Korean word of the crew and the guideline's English for it."""

    __tablename__ = "term"
    __table_args__ = (UniqueConstraint("project_id", "korean", "english"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    korean: Mapped[str] = mapped_column(String(60))
    english: Mapped[str] = mapped_column(String(60))
    state: Mapped[TermState] = mapped_column(enum_column(TermState), default=TermState.PROPOSED)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]
    created_at: Mapped[datetime]
