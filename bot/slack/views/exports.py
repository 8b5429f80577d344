"""Exports: that one is under way, that the file is there, or that it could not be made."""

from __future__ import annotations

from datetime import date

from bot.domain.exports import What
from bot.i18n.catalogs import N_
from bot.slack.blocks import context, section
from bot.slack.content import Content
from bot.slack.mrkdwn import inline
from bot.slack.reader import Reader
from bot.slack.views.trouble import say

_WHAT = {
    What.RESULTS: N_("Final answers"),
    What.ANSWERS: N_("All answers"),
    What.PAY: N_("Pay"),
    What.ISSUES: N_("Issues"),
}


def export_under_way(reader: Reader, key: str, what: What) -> Content:
    """Say that an export is being made and comes as a file in a direct message."""
    t = reader.t
    text = t("{what} of {key}: the file is being written.", what=t(_WHAT[what]), key=inline(key, 20))
    return Content(text, [section(f"📤 *{text}*"), context(t("The file comes to you here in a moment."))])


def export_ready(reader: Reader, key: str, what: What, rows: int) -> Content:
    """Say what is in the file that comes with this message."""
    t = reader.t
    text = t.plural(
        "{what} of {key}: {n} row",
        "{what} of {key}: {n} rows",
        rows,
        what=t(_WHAT[what]),
        key=inline(key, 20),
    )
    return Content(text, [section(f"📤 *{text}*"), context(t("People are named by nickname only."))])


def export_failed(reader: Reader, key: str) -> Content:
    """Say that an export could not be made."""
    return say(
        "📤 "
        + reader.t("The export of {key} could not be made. Please try it once more.", key=inline(key, 20))
    )


def export_empty(reader: Reader, key: str, what: What) -> Content:
    """Say that there is nothing to write into a file yet."""
    t = reader.t
    return say("📤 " + t("{what} of {key}: there is nothing yet.", what=t(_WHAT[what]), key=inline(key, 20)))


def digest_under_way(reader: Reader, key: str) -> Content:
    """Say that the figures of a digest come as a file."""
    return say("📤 " + reader.t("The figures of {key} come to you as a file.", key=inline(key, 20)))


def digest_ready(reader: Reader, key: str, day: date, rows: int) -> Content:
    """Say what is in the file with the figures."""
    t = reader.t
    words = t.plural(
        "The digest of {key} for {date}: {n} figure",
        "The digest of {key} for {date}: {n} figures",
        rows,
        key=inline(key, 20),
        date=reader.day(day),
    )
    return say(f"📤 {words}")
