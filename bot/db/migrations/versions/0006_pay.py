"""Keep statements, and adjustments and voids that a second person decides about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WORK_NAMED = (
    "(kind = 'adjustment') = (verdict_id IS NULL)"
    " AND (kind = 'adjustment') = (submission_id IS NULL)"
    " AND (kind = 'adjustment') = (assignment_id IS NULL)"
)
_ADJUSTMENT_ASKED = "kind <> 'adjustment' OR request_id IS NOT NULL"
_EARNED_BY_VERDICT = "kind <> 'earned' OR request_id IS NULL"


def upgrade() -> None:
    """Move forward; there is no way back but the copy made before."""
    _create_requests()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_ledger()
    else:
        _alter_ledger()
    # With the time in it a person's month is read from their own lines, not from those of the whole project.
    op.create_index(
        "ix_ledger_line_person", "ledger_line", ["person_id", "project_id", "created_at"], unique=False
    )
    op.create_index("ix_ledger_line_project_time", "ledger_line", ["project_id", "created_at"], unique=False)
    _create_statements()
    for table in ("statement_line", "statement_share"):
        _refuse_changes(table)


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _create_requests() -> None:
    op.create_table(
        "pay_request",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", _choice("requestkind_known", "adjustment", "void"), nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("assignment_id", _ID, nullable=True),
        sa.Column("verdict_id", _ID, nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            _choice("requeststate_known", "asked", "approved", "declined", "withdrawn"),
            nullable=False,
        ),
        sa.Column("asked_by_id", _ID, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'void') = (verdict_id IS NOT NULL) AND (kind = 'void') = (assignment_id IS NOT NULL)",
            name=op.f("ck_pay_request_void_of_work"),
        ),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL) AND (state = 'asked') = (decided_by_id IS NULL)",
            name=op.f("ck_pay_request_decision_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'declined')"
            " OR (decided_by_id <> asked_by_id AND decided_by_id <> person_id)",
            name=op.f("ck_pay_request_second_person"),
        ),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_pay_request_amount_something")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_pay_request_project_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pay_request_person_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_pay_request_assignment_id")
        ),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_pay_request_verdict_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_pay_request_asked_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_pay_request_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_request")),
    )
    op.create_index(
        "ix_pay_request_project_state", "pay_request", ["project_id", "state"], unique=False
    )
    op.create_index(
        "uq_pay_request_one_void",
        "pay_request",
        ["verdict_id"],
        unique=True,
        sqlite_where=sa.text("kind = 'void' AND state IN ('asked', 'approved')"),
        postgresql_where=sa.text("kind = 'void' AND state IN ('asked', 'approved')"),
    )


def _alter_ledger() -> None:
    """Let a line stand for a request instead of a verdict; nobody can add lines meanwhile."""
    for column in ("assignment_id", "submission_id", "verdict_id"):
        op.alter_column("ledger_line", column, nullable=True)
    op.add_column("ledger_line", sa.Column("request_id", _ID, nullable=True))
    op.create_foreign_key(
        op.f("fk_ledger_line_request_id"), "ledger_line", "pay_request", ["request_id"], ["id"]
    )
    op.create_unique_constraint(op.f("uq_ledger_line_request_id"), "ledger_line", ["request_id"])
    op.drop_constraint(op.f("ck_ledger_line_ledgerkind_known"), "ledger_line", type_="check")
    for name, condition in (
        ("ledgerkind_known", "kind IN ('earned', 'void', 'adjustment')"),
        ("work_named", _WORK_NAMED),
        ("adjustment_asked", _ADJUSTMENT_ASKED),
        ("earned_by_verdict", _EARNED_BY_VERDICT),
    ):
        op.create_check_constraint(op.f(f"ck_ledger_line_{name}"), "ledger_line", condition)
    op.drop_index(op.f("ix_ledger_line_project_id"), table_name="ledger_line")
    op.drop_index("ix_ledger_line_person", table_name="ledger_line")


def _rebuild_ledger() -> None:
    """SQLite can't change a column or a check: the lines move into a table that has the new ones.

    Dropping the old table takes its triggers and indexes along; they are made again.
    """
    op.create_table(
        "ledger_line_new",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("assignment_id", _ID, nullable=True),
        sa.Column("submission_id", _ID, nullable=True),
        sa.Column("verdict_id", _ID, nullable=True),
        sa.Column("request_id", _ID, nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        # Named in full: the convention would put the name of the new table into each of them.
        sa.CheckConstraint(
            "kind IN ('earned', 'void', 'adjustment')", name=op.f("ck_ledger_line_ledgerkind_known")
        ),
        sa.CheckConstraint(_WORK_NAMED, name=op.f("ck_ledger_line_work_named")),
        sa.CheckConstraint(_ADJUSTMENT_ASKED, name=op.f("ck_ledger_line_adjustment_asked")),
        sa.CheckConstraint(_EARNED_BY_VERDICT, name=op.f("ck_ledger_line_earned_by_verdict")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_ledger_line_project_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ledger_line_person_id")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_ledger_line_assignment_id")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_ledger_line_submission_id")
        ),
        sa.ForeignKeyConstraint(["verdict_id"], ["verdict.id"], name=op.f("fk_ledger_line_verdict_id")),
        sa.ForeignKeyConstraint(["request_id"], ["pay_request.id"], name=op.f("fk_ledger_line_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_line")),
        sa.UniqueConstraint("verdict_id", "kind", name=op.f("uq_ledger_line_verdict_id_kind")),
        sa.UniqueConstraint("request_id", name=op.f("uq_ledger_line_request_id")),
    )
    kept = "id, project_id, person_id, assignment_id, submission_id, verdict_id, kind, amount_minor, currency, created_at"
    op.execute(f"INSERT INTO ledger_line_new ({kept}) SELECT {kept} FROM ledger_line")
    op.drop_table("ledger_line")
    op.rename_table("ledger_line_new", "ledger_line")
    op.create_index(op.f("ix_ledger_line_assignment_id"), "ledger_line", ["assignment_id"], unique=False)
    _refuse_changes("ledger_line")


def _create_statements() -> None:
    op.create_table(
        "statement",
        sa.Column("id", _ID, nullable=False),
        sa.Column("project_id", _ID, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("period_start", UtcDateTime(), nullable=False),
        sa.Column("period_end", UtcDateTime(), nullable=False),
        sa.Column("state", _choice("statementstate_known", "closed", "paid"), nullable=False),
        sa.Column("closed_by_id", _ID, nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=False),
        sa.Column("paid_by_id", _ID, nullable=True),
        sa.Column("paid_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'paid') = (paid_at IS NOT NULL) AND (state = 'paid') = (paid_by_id IS NOT NULL)",
            name=op.f("ck_statement_payment_known"),
        ),
        sa.CheckConstraint("period_end <= closed_at", name=op.f("ck_statement_month_over")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_statement_project_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_statement_closed_by_id")),
        sa.ForeignKeyConstraint(["paid_by_id"], ["person.id"], name=op.f("fk_statement_paid_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("project_id", "month", name=op.f("uq_statement_project_id_month")),
    )
    op.create_table(
        "statement_line",
        sa.Column("line_id", _ID, autoincrement=False, nullable=False),
        sa.Column("statement_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["ledger_line.id"], name=op.f("fk_statement_line_line_id")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_line_statement_id")
        ),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_statement_line")),
    )
    op.create_index(op.f("ix_statement_line_statement_id"), "statement_line", ["statement_id"], unique=False)
    op.create_table(
        "statement_share",
        sa.Column("id", _ID, nullable=False),
        sa.Column("statement_id", _ID, nullable=False),
        sa.Column("person_id", _ID, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_statement_share_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_share_statement_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_statement_share_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_share")),
        sa.UniqueConstraint(
            "statement_id",
            "person_id",
            "currency",
            name=op.f("uq_statement_share_statement_id_person_id_currency"),
        ),
    )
    op.create_index("ix_statement_share_person", "statement_share", ["person_id"], unique=False)


def _refuse_changes(table: str) -> None:
    """Let rows of this table only ever be added, whoever holds a connection."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()"
    )
