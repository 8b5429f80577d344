"""Let several people answer one task, have rejects appealed and people qualified and called out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.migrations.widening import let_be_null, widen
from bot.db.types import Json, OptionalJson, UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = "state IN ('claimed', 'in_review', 'returned', 'appealed', 'accepted')"
_KINDS = (
    "message", "comment", "note", "question", "reply", "notice", "issue", "issue_step", "resolution", "ruling",
    "guideline_note", "faq", "pay_reason",
)  # fmt: skip
_WRITTEN = ("hold", "call_out", "reclaim", "appeal", "appeal_reason", "spot_check")
_ASSIGNMENT = ("claimed", "in_review", "returned", "accepted", "released", "expired")


def upgrade() -> None:
    """Move forward; there is no way back but the copy made before."""
    op.create_table('call_out',
    sa.Column('id', _ID, nullable=False),
    sa.Column('team_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('state', sa.Enum('open', 'full', 'closed', name='calloutstate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('mode', sa.Enum('first', 'lottery', 'least_recent', name='calloutmode_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('headcount', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=32), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('gate', sa.String(length=40), nullable=True),
    sa.Column('price_minor', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(length=3), nullable=False),
    sa.Column('hourly_minor', sa.Integer(), nullable=True),
    sa.Column('made_by_id', _ID, nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('draws_at', UtcDateTime(), nullable=True),
    sa.Column('drawn_at', UtcDateTime(), nullable=True),
    sa.Column('deadline', UtcDateTime(), nullable=False),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_call_out_made_by_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_call_out_project_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_call_out_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_out'))
    )
    op.create_index('ix_call_out_running', 'call_out', ['project_id'], unique=False, sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'"))
    op.create_table('consent',
    sa.Column('id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('given_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_consent_person_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_consent_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    op.create_index('uq_consent_one', 'consent', ['person_id', 'project_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('project_rules',
    sa.Column('id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('overlap_max', sa.Integer(), nullable=False),
    sa.Column('majority', sa.Integer(), nullable=False),
    sa.Column('ignore_spaces', sa.Boolean(), nullable=False),
    sa.Column('ignore_punctuation', sa.Boolean(), nullable=False),
    sa.Column('weight_by', sa.String(length=40), nullable=True),
    sa.Column('dialect', sa.String(length=40), nullable=True),
    sa.Column('review_mode', sa.Enum('every', 'consensus', 'sample', name='reviewmode_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('sample_percent', sa.Integer(), nullable=False),
    sa.Column('newcomer_first', sa.Integer(), nullable=False),
    sa.Column('rework_limit', sa.Integer(), nullable=False),
    sa.Column('gold_percent', sa.Integer(), nullable=False),
    sa.Column('gate', sa.String(length=40), nullable=True),
    sa.Column('review_gate', sa.String(length=40), nullable=True),
    sa.Column('day_cap', sa.Integer(), nullable=True),
    sa.Column('sensitive', sa.Boolean(), nullable=False),
    sa.Column('row_limit', sa.Integer(), nullable=False),
    sa.Column('by_call_out', sa.Boolean(), nullable=False),
    sa.Column('set_by_id', _ID, nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_project_rules_project_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_project_rules_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_project_rules')),
    sa.UniqueConstraint('project_id', name=op.f('uq_project_rules_project_id'))
    )
    op.create_table('qualification',
    sa.Column('id', _ID, nullable=False),
    sa.Column('team_id', _ID, nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.Enum('ladder', 'dialect', 'project', 'skill', name='qualificationkind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('needs', sa.String(length=40), nullable=True),
    sa.Column('how', sa.Text(), nullable=True),
    sa.Column('made_by_id', _ID, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_qualification_made_by_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_qualification_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_qualification')),
    sa.UniqueConstraint('team_id', 'key', name=op.f('uq_qualification_team_id_key'))
    )
    op.create_table('quiz',
    sa.Column('id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('questions', Json, nullable=False),
    sa.Column('answers', Json, nullable=False),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('practice', sa.Boolean(), nullable=False),
    sa.Column('began_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_quiz_person_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_quiz_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quiz'))
    )
    op.create_index('ix_quiz_person', 'quiz', ['person_id', 'project_id', 'id'], unique=False)
    op.create_table('suggestion',
    sa.Column('id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('rule', sa.String(length=24), nullable=False),
    sa.Column('figures', Json, nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('settled_at', UtcDateTime(), nullable=True),
    sa.Column('settled_by_id', _ID, nullable=True),
    sa.Column('outcome', sa.String(length=24), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_suggestion_person_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_suggestion_project_id')),
    sa.ForeignKeyConstraint(['settled_by_id'], ['person.id'], name=op.f('fk_suggestion_settled_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_suggestion'))
    )
    op.create_index('ix_suggestion_project', 'suggestion', ['project_id', 'settled_at'], unique=False)
    op.create_table('work_wish',
    sa.Column('id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=True),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_work_wish_person_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_work_wish_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_wish'))
    )
    op.create_index('ix_work_wish_person', 'work_wish', ['person_id'], unique=False, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('call_out_entry',
    sa.Column('id', _ID, nullable=False),
    sa.Column('call_out_id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('state', sa.Enum('asked', 'in', 'waiting', 'left', name='entrystate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('place', sa.Integer(), nullable=True),
    sa.Column('asked_at', UtcDateTime(), nullable=False),
    sa.Column('won_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['call_out_id'], ['call_out.id'], name=op.f('fk_call_out_entry_call_out_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_call_out_entry_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_out_entry')),
    sa.UniqueConstraint('call_out_id', 'person_id', name=op.f('uq_call_out_entry_call_out_id_person_id'))
    )
    op.create_index('ix_call_out_entry_person', 'call_out_entry', ['person_id', 'state'], unique=False)
    op.create_table('qualification_grant',
    sa.Column('id', _ID, nullable=False),
    sa.Column('qualification_id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('value', sa.Integer(), nullable=True),
    sa.Column('evidence', sa.Text(), nullable=False),
    sa.Column('granted_by_id', _ID, nullable=False),
    sa.Column('granted_at', UtcDateTime(), nullable=False),
    sa.Column('expires_at', UtcDateTime(), nullable=True),
    sa.Column('told_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_at', UtcDateTime(), nullable=True),
    sa.Column('revoked_by_id', _ID, nullable=True),
    sa.ForeignKeyConstraint(['granted_by_id'], ['person.id'], name=op.f('fk_qualification_grant_granted_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_qualification_grant_person_id')),
    sa.ForeignKeyConstraint(['qualification_id'], ['qualification.id'], name=op.f('fk_qualification_grant_qualification_id')),
    sa.ForeignKeyConstraint(['revoked_by_id'], ['person.id'], name=op.f('fk_qualification_grant_revoked_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_qualification_grant'))
    )
    op.create_index('ix_qualification_grant_person', 'qualification_grant', ['person_id'], unique=False)
    op.create_index('uq_qualification_grant_one', 'qualification_grant', ['qualification_id', 'person_id'], unique=True, sqlite_where=sa.text('revoked_at IS NULL'), postgresql_where=sa.text('revoked_at IS NULL'))
    op.create_table('gold',
    sa.Column('id', _ID, nullable=False),
    sa.Column('task_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('answer', Json, nullable=False),
    sa.Column('made_by_id', _ID, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('retired_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_gold_made_by_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_gold_project_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_gold_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gold')),
    sa.UniqueConstraint('task_id', name=op.f('uq_gold_task_id'))
    )
    op.create_index('ix_gold_project', 'gold', ['project_id'], unique=False)
    op.create_table('gold_result',
    sa.Column('id', _ID, nullable=False),
    sa.Column('gold_id', _ID, nullable=False),
    sa.Column('assignment_id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('hit', sa.Boolean(), nullable=False),
    sa.Column('likeness', sa.Float(), nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_gold_result_assignment_id')),
    sa.ForeignKeyConstraint(['gold_id'], ['gold.id'], name=op.f('fk_gold_result_gold_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_gold_result_person_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_gold_result_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_gold_result')),
    sa.UniqueConstraint('assignment_id', name=op.f('uq_gold_result_assignment_id'))
    )
    op.create_index('ix_gold_result_person', 'gold_result', ['person_id', 'project_id', 'id'], unique=False)
    op.create_table('consensus',
    sa.Column('id', _ID, nullable=False),
    sa.Column('task_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('outcome', sa.Enum('clear', 'weak', 'tied', 'flagged', name='outcome_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('submission_id', _ID, nullable=True),
    sa.Column('words', OptionalJson, nullable=True),
    sa.Column('answers', sa.Integer(), nullable=False),
    sa.Column('votes', sa.Integer(), nullable=False),
    sa.Column('share', sa.Float(), nullable=False),
    sa.Column('dissent', sa.Integer(), nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('decided_by_id', _ID, nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('superseded_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_consensus_decided_by_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_consensus_project_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_consensus_submission_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_consensus_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consensus'))
    )
    op.create_index('ix_consensus_project', 'consensus', ['project_id', 'made_at'], unique=False)
    op.create_index('ix_consensus_task', 'consensus', ['task_id', 'id'], unique=False)
    op.create_index('uq_consensus_one_standing', 'consensus', ['task_id'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))
    op.create_table('spot_check',
    sa.Column('id', _ID, nullable=False),
    sa.Column('submission_id', _ID, nullable=False),
    sa.Column('assignment_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('reviewer_id', _ID, nullable=True),
    sa.Column('checker_id', _ID, nullable=False),
    sa.Column('agrees', sa.Boolean(), nullable=True),
    sa.Column('comment', sa.Text(), nullable=True),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_spot_check_assignment_id')),
    sa.ForeignKeyConstraint(['checker_id'], ['person.id'], name=op.f('fk_spot_check_checker_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_spot_check_project_id')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name=op.f('fk_spot_check_reviewer_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_spot_check_submission_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_check')),
    sa.UniqueConstraint('submission_id', 'checker_id', name=op.f('uq_spot_check_submission_id_checker_id'))
    )
    op.create_index('ix_spot_check_project', 'spot_check', ['project_id', 'made_at'], unique=False)
    op.create_table('appeal',
    sa.Column('id', _ID, nullable=False),
    sa.Column('verdict_id', _ID, nullable=False),
    sa.Column('assignment_id', _ID, nullable=False),
    sa.Column('submission_id', _ID, nullable=False),
    sa.Column('task_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('author_id', _ID, nullable=False),
    sa.Column('stage', sa.Enum('second', 'supervisor', name='appealstage_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'claimed', 'won', 'denied', 'withdrawn', name='appealstate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('reviewer_id', _ID, nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('claimed_at', UtcDateTime(), nullable=True),
    sa.Column('lease_until', UtcDateTime(), nullable=True),
    sa.Column('decide_by', UtcDateTime(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], name=op.f('fk_appeal_assignment_id')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_appeal_author_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_appeal_project_id')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['person.id'], name=op.f('fk_appeal_reviewer_id')),
    sa.ForeignKeyConstraint(['submission_id'], ['submission.id'], name=op.f('fk_appeal_submission_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_appeal_task_id')),
    sa.ForeignKeyConstraint(['verdict_id'], ['verdict.id'], name=op.f('fk_appeal_verdict_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appeal')),
    sa.UniqueConstraint('verdict_id', 'stage', name=op.f('uq_appeal_verdict_id_stage'))
    )
    op.create_index('ix_appeal_assignment', 'appeal', ['assignment_id'], unique=False)
    op.create_index('ix_appeal_task_reviewer', 'appeal', ['task_id', 'reviewer_id'], unique=False)
    op.create_index('ix_appeal_undecided', 'appeal', ['project_id', 'stage', 'id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'claimed')"), postgresql_where=sa.text("state IN ('waiting', 'claimed')"))

    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    # SQLite only takes a named constraint in the same breath as the column.
    for column, target in (("gold_id", "gold"), ("asked_id", "handover")):
        op.execute(
            f"ALTER TABLE assignment ADD COLUMN {column} {number}"
            f" CONSTRAINT fk_assignment_{column} REFERENCES {target} (id)"
        )
    op.execute(
        f"ALTER TABLE question ADD COLUMN assignment_id {number}"
        " CONSTRAINT fk_question_assignment_id REFERENCES assignment (id)"
    )
    op.add_column("assignment", sa.Column("asked_at", UtcDateTime(), nullable=True))
    op.create_index(
        "ix_assignment_gold",
        "assignment",
        ["project_id"],
        unique=False,
        sqlite_where=sa.text("gold_id IS NOT NULL"),
        postgresql_where=sa.text("gold_id IS NOT NULL"),
    )
    op.create_index(
        "ix_assignment_asked",
        "assignment",
        ["asked_id"],
        unique=False,
        sqlite_where=sa.text("asked_id IS NOT NULL"),
        postgresql_where=sa.text("asked_id IS NOT NULL"),
    )
    op.add_column("assignment", sa.Column("last_word", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("project", sa.Column("gated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("task", sa.Column("extra", sa.Integer(), server_default="0", nullable=False))
    op.add_column("assignment", sa.Column("ended_why", sa.Text(), nullable=True))
    # Between two priorities there is room for the tasks that are begun.
    op.execute("UPDATE answer_slot SET rank = 2 * rank WHERE rank <> 0")
    undecided = sa.text("state = 'adjudication'")
    op.create_index(
        "ix_task_undecided", "task", ["project_id", "id"], sqlite_where=undecided, postgresql_where=undecided
    )
    op.create_index("ix_task_overlap", "task", ["project_id", "overlap"], unique=False)
    alerts = ("rejects", "no_claims", "reviews", "deadline")
    widen("alert_incident", "alertkind_known", "kind", alerts, (*alerts, "crew_too_small", "appeals"))
    let_be_null("verdict", "reviewer_id")
    widen("source_text", "sourcekind_known", "kind", _KINDS, (*_KINDS, *_WRITTEN))
    widen("task", "taskstate_known", "state", ("open", "final"), ("open", "adjudication", "final"))
    slots = ("open", "taken", "accepted")
    widen("answer_slot", "slotstate_known", "state", slots, (*slots, "closed"))
    after = ("claimed", "in_review", "returned", "appealed", "accepted", "released", "expired")
    widen("assignment", "assignmentstate_known", "state", _ASSIGNMENT, after)
    op.drop_index("uq_assignment_one_live_per_slot", table_name="assignment")
    op.create_index(
        "uq_assignment_one_live_per_slot",
        "assignment",
        ["slot_id"],
        unique=True,
        sqlite_where=sa.text(_LIVE),
        postgresql_where=sa.text(_LIVE),
    )
