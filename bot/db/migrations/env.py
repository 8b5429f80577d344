"""Alembic's entry: the connection comes from `bot.db.migrate`, never from a file."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from bot.db.models import Base
from bot.db.types import Json, OptionalJson, UtcDateTime


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    if kind == "type" and isinstance(item, UtcDateTime):
        return "UtcDateTime()"
    if kind == "type" and item is Json:
        return "Json"
    if kind == "type" and item is OptionalJson:
        return "OptionalJson"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_item=_render,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
