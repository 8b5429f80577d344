"""What buttons and forms carry that raise an issue: the card it is about, and where it is raised."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from bot.domain.escalation import IssueSource

CardKind = Literal["task", "question"]
"""What a card with the button is about."""


@dataclass(frozen=True)
class CardRef:
    """The task or the question a card is about, as a button's value: "task.12"."""

    kind: CardKind
    id: int

    def __str__(self) -> str:
        return f"{self.kind}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> CardRef:
        """Return the reference in a button's value. Raises ValueError for anything else."""
        kind, _, number = text.partition(".")
        if kind not in get_args(CardKind) or not re.fullmatch(r"[0-9]{1,18}", number):
            raise ValueError("not a reference")
        return cls(cast("CardKind", kind), int(number))


@dataclass(frozen=True)
class Raised:
    """Where an issue is being raised: its thread, if there is one, and the project if that is known.

    A channel without a thread gets the card as the beginning of a new one.
    """

    source: IssueSource
    project_id: int | None = None
    channel: str | None = None
    thread_ts: str | None = None

    def dump(self) -> str:
        """Return it as compact JSON, for the form's private metadata."""
        return json.dumps([self.source, self.project_id, self.channel, self.thread_ts], separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> Raised:
        """Return what `dump` wrote. Raises ValueError for anything else."""
        values = json.loads(text)
        if not isinstance(values, list) or len(values) != 4:
            raise ValueError("not a place")
        source, project_id, *place = values
        if not (project_id is None or type(project_id) is int):
            raise ValueError("not a project")
        if not all(part is None or isinstance(part, str) for part in place):
            raise ValueError("not a thread")
        return cls(IssueSource(source), project_id, *place)
