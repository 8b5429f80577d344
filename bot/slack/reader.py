"""Who reads a view: their language, their clock, and how money and times look to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.domain.pay import Money
from bot.domain.surface import DEFAULT_COMMANDS
from bot.domain.zones import zone_of
from bot.i18n import formats
from bot.i18n.catalogs import Catalog


@dataclass(frozen=True)
class Reader:
    """The reader of a view. `zone` is an IANA name, `now` the aware instant the view is drawn at.

    `commands` maps each root of `bot.domain.surface` to what people type in this workspace.
    """

    t: Catalog
    language: str
    zone: str
    now: datetime
    commands: Mapping[str, str] = field(default_factory=lambda: DEFAULT_COMMANDS)

    def time(self, moment: datetime) -> str:
        """Return a moment on the reader's clock: "14:35" today, "11월 22일 (일) 09:00" on other days."""
        where = zone_of(self.zone)
        there = moment.astimezone(where)
        if there.date() == self.now.astimezone(where).date():
            return f"{there:%H:%M}"
        return formats.local_time(moment, self.zone, self.language, now=self.now)

    def left(self, moment: datetime) -> str:
        """How long it is until a moment ("42분"); nothing is left of what has passed."""
        return formats.duration(max(moment - self.now, timedelta(0)), self.language)

    def until(self, moment: datetime) -> str:
        """Return a deadline with the time left to it, for standing alone: "14:35까지 (42분 남음)"."""
        t = self.t
        if moment <= self.now:
            return t("until {time} (time is up)", time=self.time(moment))
        return t("until {time} ({left} left)", time=self.time(moment), left=self.left(moment))

    def deadline(self, moment: datetime) -> dict[str, str]:
        """Return the values `time` and `left` of a sentence that says both, as Korean puts a verb between them."""
        return {"time": self.time(moment), "left": self.left(moment)}

    def money(self, amount: Money) -> str:
        """Return an amount as the reader writes it: "350원", "₩350"."""
        return formats.money(amount.minor, amount.currency, self.language)

    def number(self, value: int) -> str:
        """Return a count with separators: "1,200"."""
        return formats.number(value, self.language)

    def decimal(self, value: float) -> str:
        """Return a figure with at most one place behind the point: "1.5", "41"."""
        return formats.number(round(value, 1) if value % 1 else int(value), self.language)

    def percent(self, ratio: float | None) -> str:
        """Return a share of one: "40%", "—" for a share of nothing."""
        return formats.percent(ratio, self.language)

    def day(self, day: date) -> str:
        """Return a date that is named whatever day it is now: "11월 22일 (일)"."""
        return formats.calendar_day(day, self.language)

    def since(self, moment: datetime) -> str:
        """How long ago a moment was ("3시간 20분"); none for what is still to come."""
        return formats.duration(max(self.now - moment, timedelta(0)), self.language)
