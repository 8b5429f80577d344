"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.db.types import Json, UtcDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move forward; there is no way back but the copy made before."""
    ${upgrades if upgrades else "pass"}
