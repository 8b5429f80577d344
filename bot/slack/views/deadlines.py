"""The date by which a project is to be finished."""

from __future__ import annotations

from datetime import date

from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say


def deadline_set(reader: Reader, key: str, day: date | None) -> Content:
    """Confirm the date, or that there is none any more."""
    t = reader.t
    if day is None:
        return say("🏁 " + t("{key} has no deadline any more.", key=inline(key, 20)))
    words = t("{key} is to be final by {date}.", key=inline(key, 20), date=reader.day(day))
    return say(f"🏁 {words}")
