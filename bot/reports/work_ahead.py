"""What Home says about work to come: call-outs, and the wish to be told when there is some."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.reports.call_outs import CallOutFacts, OwnEntry, call_outs_for, call_outs_steered
from bot.reports.work_wishes import has_wished, is_quiet


@dataclass(frozen=True)
class WorkAhead:
    """The call-outs somebody may join, those they steer, and whether they wait to be told of work.

    `quiet` says that nothing has come for days. `boards` are the projects (id, key) whose board they may see.
    """

    open_to_me: tuple[tuple[CallOutFacts, OwnEntry], ...] = ()
    steered: tuple[CallOutFacts, ...] = ()
    boards: tuple[tuple[int, str], ...] = ()
    wished: bool = False
    quiet: bool = False


def read_work_ahead(
    session: Session, person_id: int, now: datetime, *, steers: tuple[tuple[int, str], ...], idle: bool
) -> WorkAhead:
    """Return what is ahead of somebody; `steers` are their projects to steer, `idle` whether no task waits."""
    return WorkAhead(
        call_outs_for(session, person_id, now),
        call_outs_steered(session, tuple(id for id, _key in steers)) if steers else (),
        steers,
        has_wished(session, person_id),
        is_quiet(session, person_id, now) if idle else False,
    )
