"""What a project has agreed on, the outcome of votes, appeals, spot checks, known answers and qualifications."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Row
from bot.db.types import Json, OptionalJson, enum_column
from bot.domain.consensus import Outcome
from bot.domain.quality import AppealStage, AppealState, QualificationKind
from bot.domain.rules import ReviewMode

_STANDING = text("superseded_at IS NULL")
_UNDECIDED = text("state IN ('waiting', 'claimed')")
_GRANTED = text("revoked_at IS NULL")


class ProjectRules(Row):
    """A project's own rules, as `bot.domain.rules.Rules`; a project without a row has the usual ones.

    The overlap stands on the project, because every import reads it.
    """

    __tablename__ = "project_rules"
    __table_args__ = (UniqueConstraint("project_id"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    overlap_max: Mapped[int]
    majority: Mapped[int]
    ignore_spaces: Mapped[bool]
    ignore_punctuation: Mapped[bool]
    weight_by: Mapped[str | None] = mapped_column(String(40))
    dialect: Mapped[str | None] = mapped_column(String(40))
    review_mode: Mapped[ReviewMode] = mapped_column(enum_column(ReviewMode))
    sample_percent: Mapped[int]
    newcomer_first: Mapped[int]
    rework_limit: Mapped[int]
    gold_percent: Mapped[int]
    gate: Mapped[str | None] = mapped_column(String(40))
    review_gate: Mapped[str | None] = mapped_column(String(40))
    day_cap: Mapped[int | None]
    sensitive: Mapped[bool]
    row_limit: Mapped[int]
    by_call_out: Mapped[bool]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Consensus(Row):
    """What the answers of a task with several agreed on, or a supervisor chose; one stands, older ones are kept.

    `submission_id` is the winning answer, `words` those a supervisor wrote instead. Without either, a supervisor
    has yet to decide; `outcome` says why.
    """

    __tablename__ = "consensus"
    __table_args__ = (
        Index(
            "uq_consensus_one_standing",
            "task_id",
            unique=True,
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
        Index("ix_consensus_project", "project_id", "made_at"),
        Index("ix_consensus_task", "task_id", "id"),
    )

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    words: Mapped[dict[str, str] | None] = mapped_column(OptionalJson)
    answers: Mapped[int]
    votes: Mapped[int]
    share: Mapped[float] = mapped_column(Float)
    dissent: Mapped[int] = mapped_column(default=0)
    ver: Mapped[int] = mapped_column(default=1)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Appeal(Row):
    """An author's objection to a reject; at each stage somebody else looks at the work anew.

    `reviewer_id` is who has it or decided it. `decide_by` is when a stage that waits is passed to a supervisor.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("verdict_id", "stage"),
        Index(
            "ix_appeal_undecided",
            "project_id",
            "stage",
            "id",
            sqlite_where=_UNDECIDED,
            postgresql_where=_UNDECIDED,
        ),
        Index("ix_appeal_assignment", "assignment_id"),
        # Whoever judged one knows the answer and is not given the task.
        Index("ix_appeal_task_reviewer", "task_id", "reviewer_id"),
    )

    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdict.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    stage: Mapped[AppealStage] = mapped_column(enum_column(AppealStage))
    state: Mapped[AppealState] = mapped_column(enum_column(AppealState), default=AppealState.WAITING)
    ver: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(Text)
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str | None] = mapped_column(Text)
    claimed_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    decide_by: Mapped[datetime]
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class SpotCheck(Row):
    """A supervisor or PM looked at an accepted submission again; it changes nothing and is counted apart."""

    __tablename__ = "spot_check"
    __table_args__ = (
        UniqueConstraint("submission_id", "checker_id"),
        Index("ix_spot_check_project", "project_id", "made_at"),
    )

    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checker_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    agrees: Mapped[bool | None]
    comment: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Gold(Row):
    """A task whose right answer is known; it is mixed in and nobody is told."""

    __tablename__ = "gold"
    __table_args__ = (UniqueConstraint("task_id"), Index("ix_gold_project", "project_id"))

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    answer: Mapped[dict[str, str]]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class GoldResult(Row):
    """How somebody's answer to a known task compares: `likeness` 0 to 1, 1 for an equal label."""

    __tablename__ = "gold_result"
    __table_args__ = (
        UniqueConstraint("assignment_id"),
        Index("ix_gold_result_person", "person_id", "project_id", "id"),
    )

    gold_id: Mapped[int] = mapped_column(ForeignKey("gold.id"))
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    hit: Mapped[bool]
    likeness: Mapped[float] = mapped_column(Float)
    made_at: Mapped[datetime]


class Qualification(Row):
    """Something somebody can be qualified for: a key such as "aide:2" or "dialect:전남", and what it needs first."""

    __tablename__ = "qualification"
    __table_args__ = (UniqueConstraint("team_id", "key"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[QualificationKind] = mapped_column(enum_column(QualificationKind))
    needs: Mapped[str | None] = mapped_column(String(40))
    how: Mapped[str | None] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class Grant(Row):
    """Somebody is qualified, by whom, on which evidence, until when; `value` is a skill's number."""

    __tablename__ = "qualification_grant"
    __table_args__ = (
        Index(
            "uq_qualification_grant_one",
            "qualification_id",
            "person_id",
            unique=True,
            sqlite_where=_GRANTED,
            postgresql_where=_GRANTED,
        ),
        Index("ix_qualification_grant_person", "person_id"),
    )

    qualification_id: Mapped[int] = mapped_column(ForeignKey("qualification.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    value: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(Text)
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class Quiz(Row):
    """One try of somebody at a project's quiz: what is asked (ids and choices), and what they chose."""

    __tablename__ = "quiz"
    __table_args__ = (Index("ix_quiz_person", "person_id", "project_id", "id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    questions: Mapped[list[Any]] = mapped_column(Json)
    answers: Mapped[list[Any]] = mapped_column(Json, default=list)
    score: Mapped[int | None]
    practice: Mapped[bool] = mapped_column(default=False)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Suggestion(Row):
    """Something a rule noticed about somebody's work, for the supervisor to think about; it does nothing itself."""

    __tablename__ = "suggestion"
    __table_args__ = (Index("ix_suggestion_project", "project_id", "settled_at"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rule: Mapped[str] = mapped_column(String(24))
    figures: Mapped[dict[str, Any]]
    ver: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(24))
