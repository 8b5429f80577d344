"""What the buttons and windows of a board carry: the project, what of it is shown, and which page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.reports.live_board import Which

_BOARD = re.compile(r"([0-9]{1,18})\.([a-z_]{1,20})\.([0-9]{1,5})")
_RECLAIM = re.compile(r"([0-9]{1,18})\.([0-9]{1,9}):(.+)")


@dataclass(frozen=True)
class BoardRef:
    """A page of a project's board, as a button's value: "3.ageing.0"."""

    project_id: int
    which: Which = Which.ALL
    page: int = 0

    def __str__(self) -> str:
        return f"{self.project_id}.{self.which}.{self.page}"

    @classmethod
    def parse(cls, text: str) -> BoardRef:
        """Return the page in a button's value. Raises ValueError for anything else."""
        match = _BOARD.fullmatch(text)
        if match is None:
            raise ValueError("not a page of a board")
        return cls(int(match[1]), Which(match[2]), int(match[3]))


@dataclass(frozen=True)
class ReclaimRef:
    """Work that may be taken back, as it was when the board was drawn, and the page to return to."""

    assignment_id: int
    ver: int
    board: BoardRef

    def __str__(self) -> str:
        return f"{self.assignment_id}.{self.ver}:{self.board}"

    @classmethod
    def parse(cls, text: str) -> ReclaimRef:
        """Return the reference in a button's value. Raises ValueError for anything else."""
        match = _RECLAIM.fullmatch(text)
        if match is None:
            raise ValueError("not a row of a board")
        return cls(int(match[1]), int(match[2]), BoardRef.parse(match[3]))
