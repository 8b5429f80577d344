"""Everybody in the story, and where it plays."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.client import Sandbox
from sandbox.crews import ADMIN, CREW, STRANGER
from sandbox.running import Bot
from sandbox.storytelling.hands import Hands
from sandbox.storytelling.teller import Teller


@dataclass
class Cast:
    """The sandbox, the bot beside it, who tells, and the hands of everybody by nickname."""

    box: Sandbox
    bot: Bot
    teller: Teller
    people: dict[str, Hands] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for member in (*CREW, ADMIN, STRANGER):
            self.people[member.nickname] = Hands(self.box, member, self.teller)

    def __getitem__(self, nickname: str) -> Hands:
        return self.people[nickname]
