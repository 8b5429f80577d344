"""Words that the bot will put where everybody reads them: no task content may get there that way either."""

from __future__ import annotations

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from handlers.heard import Heard


def require_no_content(uow: UnitOfWork, heard: Heard, **fields: str) -> None:
    """Raise Invalid for the first of the form's fields whose words copy the content of a task."""
    me = heard.me
    for field, words in fields.items():
        copied = heard.deps.prints.lookup(
            uow.session, team_id=me.team_id, words=words, person_id=me.person_id
        )
        if copied is not None:
            raise Invalid(field, "holds_content")
