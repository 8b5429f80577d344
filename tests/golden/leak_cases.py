"""The views of leaks, drawn from ordinary facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.reports.issue_parts import LeakFacts
from bot.slack.content import Content
from bot.slack.message_links import message_link
from bot.slack.reader import Reader
from bot.slack.views import leaks
from tests.golden.facts import NOW

Case = Callable[[Reader], Content | dict[str, Any]]

URL = message_link("T0TEAM", "C0CREW", "1763873580.000100")
LEAK = LeakFacts(
    leak_id=5,
    ver=1,
    issue_id=31,
    project_id=1,
    project_key="DIAL1",
    author_id=7,
    author="하늘",
    channel="C0CREW",
    ts="1763873580.000100",
    thread_ts=None,
    picture=False,
    found_at=NOW - timedelta(minutes=3),
    asked_at=None,
    deleted_at=None,
    harmless_at=None,
)
ASKED = replace(LEAK, ver=2, asked_at=NOW - timedelta(minutes=1))
GONE = replace(LEAK, ver=2, deleted_at=NOW)
PICTURE = replace(LEAK, picture=True, issue_id=None)
STRANGERS = replace(ASKED, author_id=None, author="")

CASES: dict[str, Case] = {
    "leak_warning": lambda r: leaks.warning(r, LEAK, URL),
    "leak_warning_asked": lambda r: leaks.warning(r, ASKED, URL),
    "leak_warning_gone": lambda r: leaks.warning(r, GONE, URL),
    "leak_picture": lambda r: leaks.warning(r, PICTURE, URL),
    "leak_picture_harmless": lambda r: leaks.warning(r, replace(PICTURE, harmless_at=NOW), URL),
    "leak_picture_gone": lambda r: leaks.warning(r, replace(PICTURE, deleted_at=NOW), URL),
    "leak_please_delete": lambda r: leaks.please_delete(r, ASKED, URL),
    "leak_please_delete_stranger": lambda r: leaks.please_delete(r, STRANGERS, URL),
    "leak_please_delete_gone": lambda r: leaks.please_delete(r, replace(ASKED, deleted_at=NOW), URL),
    "leak_still_there": leaks.still_there,
    "leak_left_alone": leaks.left_alone,
}
