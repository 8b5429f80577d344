"""Everybody in the story, and where it plays."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.client import Sandbox
from sandbox.crews import ADMIN, CREW, SPANISH_PM, STRANGER
from sandbox.engines.server import ProviderServer
from sandbox.running import Bot
from sandbox.storytelling.hands import Hands
from sandbox.storytelling.teller import Teller


@dataclass
class Cast:
    """The sandbox, the bot and its engine beside it, who tells, and the hands of everybody by nickname."""

    box: Sandbox
    bot: Bot
    engine: ProviderServer
    teller: Teller
    people: dict[str, Hands] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for member in (*CREW, SPANISH_PM, ADMIN, STRANGER):
            self.people[member.nickname] = Hands(self.box, member, self.teller)

    def now_in(self, zone: str) -> datetime:
        """Return the time of day somewhere."""
        return datetime.now(ZoneInfo(zone))

    def __getitem__(self, nickname: str) -> Hands:
        return self.people[nickname]
