"""Keep when digests are wanted, which were made, and what people were told of between them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.types import Json, OptionalJson, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Move forward; there is no way back but the copy made before."""
    op.add_column("project", sa.Column("deadline", sa.Date(), nullable=True))
    op.create_index("ix_assignment_project_newest", "assignment", ["project_id", "id"], unique=False)
    op.create_table(
        "digest_plan",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("audience_key", sa.String(length=40), nullable=False),
        sa.Column("hhmm", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("changed_by_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["person.id"], name=op.f("fk_digest_plan_changed_by_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_digest_plan_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_plan")),
        sa.UniqueConstraint(
            "project_id", "audience_key", name=op.f("uq_digest_plan_project_id_audience_key")
        ),
    )
    op.create_table(
        "digest_run",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("audience_key", sa.String(length=40), nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("reported", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("week", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("payload", OptionalJson, nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_digest_run_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_run")),
        sa.UniqueConstraint(
            "project_id",
            "audience_key",
            "local_date",
            name=op.f("uq_digest_run_project_id_audience_key_local_date"),
        ),
    )
    op.create_index("ix_digest_run_made", "digest_run", ["made_at"], unique=False)
    op.create_index("ix_digest_run_date", "digest_run", ["local_date"], unique=False)
    op.create_table(
        "alert_incident",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "rejects",
                "no_claims",
                "reviews",
                "deadline",
                name="alertkind_known",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("figures", Json, nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_alert_incident_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_incident")),
    )
    op.create_index(
        "uq_alert_incident_one_open",
        "alert_incident",
        ["project_id", "kind"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_alert_incident_newest", "alert_incident", ["project_id", "kind", "id"], unique=False)
    op.create_table(
        "alert_told",
        sa.Column("id", _ID, nullable=False),
        sa.Column("incident_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["alert_incident.id"], name=op.f("fk_alert_told_incident_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alert_told_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_told")),
        sa.UniqueConstraint("incident_id", "person_id", name=op.f("uq_alert_told_incident_id_person_id")),
    )
    op.create_table(
        "coach_note",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("reasons", sa.String(length=240), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("payload", Json, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_coach_note_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coach_note")),
    )
    op.create_index("ix_coach_note_person", "coach_note", ["person_id", "sent_at"], unique=False)
