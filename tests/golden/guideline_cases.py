"""The views of guideline versions, drawn from an ordinary guideline and from one at every limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.guideline import GuidelineState
from bot.guidelines.changes import Change, ChangeKind
from bot.guidelines.document import Block, Section
from bot.reports.guidelines import News, NewsFor, Outline, VersionFacts
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import guideline_drafts as drafts
from bot.slack.views import guidelines as views
from bot.slack.views import trouble
from bot.slack.views.guideline_errors import guideline_refused
from tests.golden.facts import NOW

Case = Callable[[Reader], Content | dict[str, Any]]

DRAFT, SCHEDULED, CURRENT, PAST = GuidelineState


def version(state: GuidelineState = CURRENT, title: str = "Dialect transcription") -> VersionFacts:
    """Version 2 of a project's guideline."""
    effective_at = {DRAFT: None, SCHEDULED: NOW + timedelta(hours=20)}.get(state, NOW)
    return VersionFacts(
        5,
        3,
        1,
        "DIAL1",
        "전남 사투리",
        "https://guide.example/dialect",
        2,
        state,
        title,
        "guide-v2.md",
        1234,
        effective_at,
    )


def part(order: int, *path: str, lead_in: bool = False, text: str = "Write what you hear.") -> Section:
    """A section under its headings."""
    blocks = (Block("paragraph", text),)
    return Section(f"s{order}", path, f"s{order}", len(path), blocks, order, order + 1, 3, lead_in)


SECTIONS = (
    part(0, "Dialect transcription", text="For everybody who transcribes."),
    part(1, "Dialect transcription", "Spelling"),
    part(2, "Dialect transcription", "Spelling", "Particles", lead_in=True),
    part(3, "Dialect transcription", "Names", text="Write [NAME] for a person's name."),
)
CHANGES = (
    Change(ChangeKind.ADDED, SECTIONS[3].path, None, "s3"),
    Change(ChangeKind.CHANGED, SECTIONS[1].path, "old1", "s1"),
    Change(ChangeKind.MOVED, SECTIONS[2].path, "old2", "s2"),
    Change(ChangeKind.REMOVED, ("Dialect transcription", "Numbers"), "old3", None),
)


def news(state: GuidelineState = CURRENT, since: int = 1) -> News:
    """What is new in version 2."""
    return News(version(state), since, CHANGES if since else ())


def news_for(state: GuidelineState = CURRENT, since: int = 1, *, read: bool = False) -> NewsFor:
    """What is new in version 2 for a worker."""
    return NewsFor(version(state), since, CHANGES if since else (), NOW if read else None)


CASES: dict[str, Case] = {
    "guideline_outline_draft": lambda r: drafts.outline_shown(
        r, Outline(version(DRAFT), SECTIONS), news(DRAFT)
    ),
    "guideline_outline_current": lambda r: drafts.outline_shown(r, Outline(version(), SECTIONS)),
    "guideline_diff": lambda r: drafts.diff_shown(r, news(DRAFT)),
    "guideline_diff_none": lambda r: drafts.diff_shown(r, replace(news(), changes=())),
    "guideline_diff_first": lambda r: drafts.diff_shown(r, news(since=0)),
    "guideline_published": lambda r: drafts.published_reply(r, version(), 12),
    "guideline_published_later": lambda r: drafts.published_reply(r, version(SCHEDULED), 1),
    "guideline_refused": lambda r: guideline_refused(r, "DIAL1", "encrypted", {}),
    "guideline_refused_large": lambda r: guideline_refused(r, "DIAL1", "too_large", {"words": "200000"}),
    "guideline_none": lambda r: drafts.no_guideline(r, "DIAL1"),
    "guideline_reading": lambda r: trouble.notice(r.t, trouble.say(drafts.reading(r.t, "DIAL1"))),
    "form_guideline": lambda r: drafts.guideline_form(r, ("DIAL1", "SAFE2")),
    "form_guideline_none": lambda r: drafts.guideline_form(r, ()),
    "guideline_card": lambda r: views.guideline_card(r, news_for()),
    "guideline_card_first": lambda r: views.guideline_card(r, news_for(since=0)),
    "guideline_card_read": lambda r: views.guideline_card(r, news_for(read=True)),
    "guideline_card_later": lambda r: views.guideline_card(r, news_for(SCHEDULED)),
    "guideline_card_over": lambda r: views.guideline_card(r, news_for(PAST)),
    "guideline_read_first": lambda r: views.read_first(r, news_for()),
    "guideline_acknowledged": lambda r: views.acknowledged_reply(r, "DIAL1", 2),
    "guideline_text": lambda r: views.text_window(r, news(), SECTIONS),
    "guideline_text_first": lambda r: views.text_window(r, news(since=0), SECTIONS),
}


def extreme_views(reader: Reader, text: str) -> list[Content | dict[str, Any]]:
    """Every view of a guideline with `text` as every word and hundreds of sections."""
    path = (text * 3, text * 50, text * 50)
    sections = tuple(part(n, *path, lead_in=n % 3 == 0, text=text * 400) for n in range(400))
    kinds = list(ChangeKind)
    changes = tuple(Change(kinds[n % 4], path, f"o{n}", f"s{n}") for n in range(400))
    long = replace(version(DRAFT, text * 40), source_name=text * 40, project_name=text * 20, number=10**6)
    fresh = News(long, 9, changes)
    unread = NewsFor(replace(long, state=CURRENT), 9, changes, None)
    return [
        drafts.outline_shown(reader, Outline(long, sections), fresh),
        drafts.diff_shown(reader, fresh),
        drafts.guideline_form(reader, tuple(f"KEY{n}" for n in range(500))),
        views.guideline_card(reader, unread),
        views.read_first(reader, unread),
        views.text_window(reader, fresh, sections),
    ]
