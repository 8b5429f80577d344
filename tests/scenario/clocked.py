"""`python -m tests.scenario.clocked FILE`: the bot as `app.py` starts it, on a clock that a scenario sets.

The clock is the real one and as many seconds more as the file says; it is read at every look, so that a night
passes while the bot is at work.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import app
from bot.bootstrap import Application, build_or_explain
from bot.db.unit_of_work import utc_now


@dataclass(frozen=True)
class SetClock:
    """A clock that is ahead of the real one; `ahead` is kept in a file, for the process beside us."""

    file: Path

    @property
    def ahead(self) -> timedelta:
        """How much it is ahead."""
        return timedelta(seconds=float(self.file.read_text("ascii")))

    def set(self, ahead: timedelta) -> None:
        """Put it so much ahead, in one step for whoever reads it."""
        new = self.file.with_suffix(".new")
        new.write_text(str(ahead.total_seconds()), "ascii")
        new.replace(self.file)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


def _build() -> Application:
    application = build_or_explain()
    application.transactions.clock = SetClock(Path(sys.argv[1]))
    return application


if __name__ == "__main__":
    app.main(_build)
