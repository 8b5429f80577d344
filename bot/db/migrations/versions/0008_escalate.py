"""Let people raise issues, put tasks on hold, and have content in public places noticed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from bot.db.migrations.widening import let_be_null, widen
from bot.db.types import Json, UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_KINDS = ("message", "comment", "note", "question", "reply", "notice")
_NEW_KINDS = ("issue", "issue_step", "resolution", "ruling", "guideline_note", "faq", "pay_reason")


def upgrade() -> None:
    """Move forward; there is no way back but the copy made before."""
    op.create_table('duty',
    sa.Column('id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('since', UtcDateTime(), nullable=False),
    sa.Column('until', UtcDateTime(), nullable=True),
    sa.Column('note', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_duty_person_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_duty_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty'))
    )
    op.create_index('uq_duty_one_on', 'duty', ['project_id'], unique=True, sqlite_where=sa.text('until IS NULL'), postgresql_where=sa.text('until IS NULL'))
    op.create_table('escalation_plan',
    sa.Column('id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('severity', sa.Enum('S1', 'S2', 'S3', 'S4', name='severity_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('ack_minutes', sa.Integer(), nullable=False),
    sa.Column('step_minutes', sa.Integer(), nullable=False),
    sa.Column('resolve_minutes', sa.Integer(), nullable=False),
    sa.Column('set_by_id', _ID, nullable=False),
    sa.Column('changed_at', UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_escalation_plan_project_id')),
    sa.ForeignKeyConstraint(['set_by_id'], ['person.id'], name=op.f('fk_escalation_plan_set_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalation_plan')),
    sa.UniqueConstraint('project_id', 'severity', name=op.f('uq_escalation_plan_project_id_severity'))
    )
    op.create_table('issue',
    sa.Column('id', _ID, nullable=False),
    sa.Column('team_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('severity', sa.Enum('S1', 'S2', 'S3', 'S4', name='severity_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('state', sa.Enum('open', 'acked', 'waiting_pm', 'waiting_worker', 'resolved', 'closed', name='issuestate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('source', sa.Enum('thread', 'card', 'nameless', 'leak', name='issuesource_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('asked', sa.Enum('supervisor', 'pm', name='asked_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('level', sa.Enum('duty', 'supervisors', 'pm', 'admin', name='level_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('opener_id', _ID, nullable=True),
    sa.Column('owner_id', _ID, nullable=True),
    sa.Column('channel', sa.String(length=32), nullable=True),
    sa.Column('thread_ts', sa.String(length=32), nullable=True),
    sa.Column('twin_channel', sa.String(length=32), nullable=True),
    sa.Column('twin_ts', sa.String(length=32), nullable=True),
    sa.Column('request', sa.Text(), nullable=False),
    sa.Column('opened_at', UtcDateTime(), nullable=False),
    sa.Column('acked_at', UtcDateTime(), nullable=True),
    sa.Column('resolved_at', UtcDateTime(), nullable=True),
    sa.Column('closed_at', UtcDateTime(), nullable=True),
    sa.Column('paused_at', UtcDateTime(), nullable=True),
    sa.Column('waited_seconds', sa.Integer(), nullable=False),
    sa.Column('cause', sa.Text(), nullable=True),
    sa.Column('remedy', sa.Text(), nullable=True),
    sa.Column('section', sa.String(length=80), nullable=True),
    sa.ForeignKeyConstraint(['opener_id'], ['person.id'], name=op.f('fk_issue_opener_id')),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_issue_owner_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_issue_project_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_issue_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue'))
    )
    op.create_index('ix_issue_project_opened', 'issue', ['project_id', 'opened_at'], unique=False)
    op.create_index('ix_issue_project_state', 'issue', ['project_id', 'state'], unique=False)
    op.create_index('ix_issue_thread', 'issue', ['channel', 'thread_ts'], unique=False)
    op.create_index('ix_issue_twin', 'issue', ['twin_channel', 'twin_ts'], unique=False)
    op.create_index('uq_issue_one_per_thread', 'issue', ['team_id', 'channel', 'thread_ts'], unique=True, sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'"))
    op.create_table('guideline_note',
    sa.Column('id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=False),
    sa.Column('section', sa.String(length=80), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'taken', 'declined', name='notestate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('made_by_id', _ID, nullable=False),
    sa.Column('created_at', UtcDateTime(), nullable=False),
    sa.Column('decided_by_id', _ID, nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_guideline_note_decided_by_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_guideline_note_issue_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_guideline_note_made_by_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_guideline_note_project_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_guideline_note'))
    )
    op.create_index(op.f('ix_guideline_note_issue_id'), 'guideline_note', ['issue_id'], unique=False)
    op.create_index('ix_guideline_note_project_state', 'guideline_note', ['project_id', 'state'], unique=False)
    op.create_table('issue_alert',
    sa.Column('id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('person_id', _ID, nullable=False),
    sa.Column('level', sa.Enum('duty', 'supervisors', 'pm', 'admin', name='level_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('told_at', UtcDateTime(), nullable=True),
    sa.Column('dropped', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_issue_alert_issue_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_issue_alert_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_alert')),
    sa.UniqueConstraint('issue_id', 'round', 'person_id', name=op.f('uq_issue_alert_issue_id_round_person_id'))
    )
    op.create_index('ix_issue_alert_due', 'issue_alert', ['due_at'], unique=False, sqlite_where=sa.text('told_at IS NULL'), postgresql_where=sa.text('told_at IS NULL'))
    op.create_table('issue_step',
    sa.Column('id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=False),
    sa.Column('at', UtcDateTime(), nullable=False),
    sa.Column('actor_id', _ID, nullable=True),
    sa.Column('step', sa.Enum('opened', 'acked', 'reassigned', 'severity', 'wait_pm', 'wait_worker', 'resumed', 'levelled', 'reminded', 'decayed', 'said', 'held', 'released', 'ruled', 'ruling_agreed', 'ruling_declined', 'message_deleted', 're_review', 'note_proposed', 'resolved', 'withdrawn', 'reopened', 'closed', name='step_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('from_state', sa.String(length=24), nullable=True),
    sa.Column('to_state', sa.Enum('open', 'acked', 'waiting_pm', 'waiting_worker', 'resolved', 'closed', name='issuestate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('note', sa.Text(), nullable=True),
    sa.Column('detail', Json, nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['person.id'], name=op.f('fk_issue_step_actor_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_issue_step_issue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_step'))
    )
    op.create_index('ix_issue_step_issue', 'issue_step', ['issue_id', 'id'], unique=False)
    op.create_table('issue_timer',
    sa.Column('id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('level', 'remind', 'decay', 'close', name='timerkind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('state', sa.Enum('set', 'fired', 'cancelled', name='timerstate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('due_at', UtcDateTime(), nullable=False),
    sa.Column('ended_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_issue_timer_issue_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_timer')),
    sa.UniqueConstraint('issue_id', 'round', 'kind', name=op.f('uq_issue_timer_issue_id_round_kind'))
    )
    op.create_index('ix_issue_timer_due', 'issue_timer', ['due_at'], unique=False, sqlite_where=sa.text("state = 'set'"), postgresql_where=sa.text("state = 'set'"))
    op.create_table('leak',
    sa.Column('id', _ID, nullable=False),
    sa.Column('team_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=True),
    sa.Column('author_id', _ID, nullable=True),
    sa.Column('channel', sa.String(length=32), nullable=False),
    sa.Column('ts', sa.String(length=32), nullable=False),
    sa.Column('thread_ts', sa.String(length=32), nullable=True),
    sa.Column('picture', sa.Boolean(), nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('found_at', UtcDateTime(), nullable=False),
    sa.Column('asked_at', UtcDateTime(), nullable=True),
    sa.Column('deleted_at', UtcDateTime(), nullable=True),
    sa.Column('harmless_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_leak_author_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_leak_issue_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_leak_project_id')),
    sa.ForeignKeyConstraint(['team_id'], ['team.id'], name=op.f('fk_leak_team_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leak')),
    sa.UniqueConstraint('team_id', 'channel', 'ts', name=op.f('uq_leak_team_id_channel_ts'))
    )
    op.create_index(op.f('ix_leak_issue_id'), 'leak', ['issue_id'], unique=False)
    op.create_table('ruling',
    sa.Column('id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=False),
    sa.Column('state', sa.Enum('standing', 'agreed', 'declined', name='rulingstate_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('ver', sa.Integer(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('made_by_id', _ID, nullable=False),
    sa.Column('made_at', UtcDateTime(), nullable=False),
    sa.Column('decided_by_id', _ID, nullable=True),
    sa.Column('decided_at', UtcDateTime(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['decided_by_id'], ['person.id'], name=op.f('fk_ruling_decided_by_id')),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_ruling_issue_id')),
    sa.ForeignKeyConstraint(['made_by_id'], ['person.id'], name=op.f('fk_ruling_made_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ruling'))
    )
    op.create_index(op.f('ix_ruling_issue_id'), 'ruling', ['issue_id'], unique=False)
    op.create_index('uq_ruling_one_standing', 'ruling', ['issue_id'], unique=True, sqlite_where=sa.text("state = 'standing'"), postgresql_where=sa.text("state = 'standing'"))
    op.create_table('content_print',
    sa.Column('id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('task_id', _ID, nullable=False),
    sa.Column('mark', _ID, nullable=False),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_content_print_project_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_content_print_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_print'))
    )
    op.create_index('ix_content_print_mark', 'content_print', ['mark'], unique=False)
    op.create_index('ix_content_print_task', 'content_print', ['task_id'], unique=False)
    op.create_table('print_progress',
    sa.Column('id', _ID, nullable=False),
    sa.Column('batch_id', _ID, nullable=True),
    sa.Column('sign', _ID, nullable=False),
    sa.Column('reached', _ID, nullable=False),
    sa.Column('ended', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['batch.id'], name=op.f('fk_print_progress_batch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_print_progress')),
    sa.UniqueConstraint('batch_id', name=op.f('uq_print_progress_batch_id'))
    )
    op.create_index('uq_print_progress_submissions', 'print_progress', ['ended'], unique=True, sqlite_where=sa.text("batch_id IS NULL"), postgresql_where=sa.text("batch_id IS NULL"))
    op.create_table('hold',
    sa.Column('id', _ID, nullable=False),
    sa.Column('task_id', _ID, nullable=False),
    sa.Column('project_id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('placed_by_id', _ID, nullable=True),
    sa.Column('placed_at', UtcDateTime(), nullable=False),
    sa.Column('released_by_id', _ID, nullable=True),
    sa.Column('released_at', UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_hold_issue_id')),
    sa.ForeignKeyConstraint(['placed_by_id'], ['person.id'], name=op.f('fk_hold_placed_by_id')),
    sa.ForeignKeyConstraint(['project_id'], ['project.id'], name=op.f('fk_hold_project_id')),
    sa.ForeignKeyConstraint(['released_by_id'], ['person.id'], name=op.f('fk_hold_released_by_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_hold_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hold'))
    )
    op.create_index('ix_hold_issue', 'hold', ['issue_id'], unique=False)
    op.create_index('ix_hold_on_task', 'hold', ['task_id'], unique=False, sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))
    op.create_index('uq_hold_one_per_issue', 'hold', ['task_id', 'issue_id'], unique=True, sqlite_where=sa.text('released_at IS NULL'), postgresql_where=sa.text('released_at IS NULL'))
    op.create_table('issue_task',
    sa.Column('id', _ID, nullable=False),
    sa.Column('issue_id', _ID, nullable=False),
    sa.Column('task_id', _ID, nullable=False),
    sa.ForeignKeyConstraint(['issue_id'], ['issue.id'], name=op.f('fk_issue_task_issue_id')),
    sa.ForeignKeyConstraint(['task_id'], ['task.id'], name=op.f('fk_issue_task_task_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issue_task')),
    sa.UniqueConstraint('issue_id', 'task_id', name=op.f('uq_issue_task_issue_id_task_id'))
    )
    op.create_index(op.f('ix_issue_task_task_id'), 'issue_task', ['task_id'], unique=False)
    op.add_column('answer_slot', sa.Column('held_at', UtcDateTime(), nullable=True))
    op.add_column('assignment', sa.Column('held_at', UtcDateTime(), nullable=True))
    op.add_column('assignment', sa.Column('held_seconds', sa.Integer(), nullable=True))
    op.add_column('assignment', sa.Column('rework_until', UtcDateTime(), nullable=True))
    op.create_index('ix_assignment_rework', 'assignment', ['rework_until'], unique=False, sqlite_where=sa.text("state = 'returned'"), postgresql_where=sa.text("state = 'returned'"))
    op.add_column('person', sa.Column('hours_from', sa.Integer(), nullable=True))
    op.add_column('person', sa.Column('hours_until', sa.Integer(), nullable=True))
    op.add_column('person', sa.Column('work_days', sa.Integer(), nullable=True))
    op.add_column('task', sa.Column('held_at', UtcDateTime(), nullable=True))

    # SQLite only takes a named constraint in the same breath as the column.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE verdict ADD COLUMN undone_by_id {number}"
        " CONSTRAINT fk_verdict_undone_by_id REFERENCES person (id)"
    )
    op.execute(
        "ALTER TABLE verdict ADD COLUMN undone_why VARCHAR(24)"
        " CONSTRAINT ck_verdict_undoneby_known CHECK (undone_why IN ('reviewer', 'issue', 'appeal'))"
    )
    # Until now only its reviewer could take a verdict back.
    op.execute("UPDATE verdict SET undone_why = 'reviewer', undone_by_id = reviewer_id WHERE undone_at IS NOT NULL")
    wrong = sa.text("undone_why <> 'reviewer'")
    op.create_index(
        "ix_verdict_wrong",
        "verdict",
        ["review_id", "reviewer_id"],
        unique=False,
        sqlite_where=wrong,
        postgresql_where=wrong,
    )
    op.drop_index("ix_answer_slot_claimable", table_name="answer_slot")
    op.create_index(
        "ix_answer_slot_claimable",
        "answer_slot",
        ["project_id", "rank", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND held_at IS NULL"),
        postgresql_where=sa.text("state = 'open' AND held_at IS NULL"),
    )
    # A rework whose time is over keeps its author from taking the same task again.
    keeps_out = sa.text("state <> 'expired' OR submitted_at IS NOT NULL")
    op.drop_index("uq_assignment_person_once_per_task", table_name="assignment")
    op.create_index(
        "uq_assignment_person_once_per_task",
        "assignment",
        ["task_id", "person_id"],
        unique=True,
        sqlite_where=keeps_out,
        postgresql_where=keeps_out,
    )
    # Until now returned work had no end; its author has a day from here on.
    assignment = sa.table("assignment", sa.column("state"), sa.column("rework_until", UtcDateTime()))
    op.execute(
        assignment.update()
        .where(assignment.c.state == "returned")
        .values(rework_until=datetime.now(UTC) + timedelta(hours=24))
    )
    widen("source_text", "sourcekind_known", "kind", _KINDS, (*_KINDS, *_NEW_KINDS))
    # What somebody reports namelessly has no author.
    let_be_null("source_text", "author_id")
