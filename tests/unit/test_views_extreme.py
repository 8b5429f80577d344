"""Views at the limits of everything: the longest texts, the strangest letters, the most rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.assignment import AssignmentState
from bot.domain.people import Role
from bot.domain.review import ReviewState
from bot.domain.task import TaskType
from bot.i18n.catalogs import LANGUAGES, Catalogs, load_catalogs
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import admin, forms, home, people, rejects, reviews, tasks
from sandbox.blockkit import check_blocks, check_view
from sandbox.blockkit.blocks import count_characters
from sandbox.blockkit.views import is_too_large
from tests.golden import appeal_cases, facts, guideline_cases, issue_cases, question_cases, report_cases
from tests.golden.cases import RoleDone
from tests.golden.facts import NASTY, extreme_assignment, extreme_reject, extreme_review, reader_of

CATALOGS: Catalogs = load_catalogs(strict=True)
TEXTS = {
    "korean": "가나다 ",
    "markup": NASTY,
    "quotes": '"\\',
    "controls": "\x01\u202e\ud800\x0b",
    "lines": "\n",
    "rtl": "שלום עולם ",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇰🇷",
    "combining": "e\u0301\u0323",
    "jamo": "\u1112\u1161\u11ab",
    "word": "x",
}

Seen = Content | dict[str, Any]


def _everything(reader: Reader, text: str) -> Iterator[Seen]:
    """Every view that shows somebody's text, with `text` everywhere and as long as it may be."""
    for kind in TaskType:
        for state in AssignmentState:
            yield tasks.assignment_card(reader, extreme_assignment(state, kind, text))
        for review_state in ReviewState:
            yield reviews.review_card(reader, extreme_review(review_state, kind, text))
        yield rejects.reject_card(reader, extreme_reject(kind, text))
        for state in (AssignmentState.CLAIMED, AssignmentState.RETURNED):
            yield forms.submit_form(reader, extreme_assignment(state, kind, text))
        yield forms.unusable_form(reader, extreme_assignment(AssignmentState.CLAIMED, kind, text))
        review = extreme_review(ReviewState.CLAIMED, kind, text)
        for form in (forms.fix_form, forms.reject_form, forms.hand_over_form):
            yield form(reader, review)
        unusable = {"unusable": "noise", "note": facts.huge(text, 3000)}
        yield reviews.review_card(reader, replace(review, answer=unusable))
        yield forms.fix_form(reader, replace(review, answer=unusable))
        for notice in (reviews.reserved_notice, reviews.handed_over_notice, reviews.review_claim_reply):
            yield notice(reader, review)
    name, project = facts.huge(text, 20), facts.huge(text, 80)
    yield people.joined(reader, name)
    yield people.role_changed(reader, "A" * 16, project, Role.WORKER, True)
    yield people.join_requested(reader, name, "U0HANEUL")
    yield forms.join_form(reader, name)
    yield forms.nickname_form(reader, name)
    yield home.home_view(reader, replace(facts.desk(20, 20, 60), nickname=name))
    yield admin.role_set(reader, RoleDone(nickname=name, released=99))
    yield admin.project_status(reader, replace(facts.status("A" * 16), name=project))
    yield admin.status_list(reader, tuple(replace(facts.status(f"K{n}"), name=project) for n in range(200)))
    yield admin.import_report(reader, "A" * 16, 0, 0, tuple([facts.huge(text, 900)] * 50), 10_000)
    yield from appeal_cases.extreme_views(reader, text)
    yield from guideline_cases.extreme_views(reader, text)
    yield from question_cases.extreme_views(reader, text)
    yield from report_cases.extreme_views(reader, text)
    yield from issue_cases.extreme_views(reader, text)
    yield admin.message_parked(reader, "reject_card", facts.huge(text, 80), 10**12)


def _check(view: Seen) -> None:
    if isinstance(view, Content):
        assert check_blocks(view.blocks, "message") == []
        assert count_characters(view.blocks) < 13_000
        assert len(view.text) < 400
        # Slack reads UTF-8; a lone surrogate could not be sent at all.
        view.text.encode()
        repr(view.blocks).encode()
    else:
        assert check_view(view, ("modal", "home")) == []
        assert not is_too_large(view)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_lists_fit(language: str) -> None:
    reader = reader_of(CATALOGS, language)
    held = tuple(facts.held_task(n) for n in range(10**9, 10**9 + 20))
    _check(tasks.task_list(reader, held))
    _check(reviews.review_list(reader, tuple(facts.held_review(n, reserved=True) for n in range(20))))
    _check(forms.import_form(reader, tuple(f"KEY{n}" for n in range(500))))
    _check(home.home_view(reader, facts.desk(20, 20, 200)))


def _texts_of(value: Any, key: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every text object of a view that Slack reads as mrkdwn, and every rich_text element."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield "mrkdwn", value
        elif key == "elements" and value.get("type") in (
            "text",
            "link",
            "user",
            "usergroup",
            "broadcast",
            "channel",
        ):
            yield "rich", value
        for name, item in value.items():
            yield from _texts_of(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_of(item, key)


_TOKEN = re.compile(r"<[^>]*>")


def foreign_tokens(view: Seen) -> list[str]:
    """What would mention, link or broadcast, apart from the newcomer an admin is told of."""
    found: list[str] = []
    blocks: Any = view.blocks if isinstance(view, Content) else view["blocks"]
    for kind, item in _texts_of(blocks):
        if kind == "mrkdwn":
            assert item["verbatim"] is True, "Slack would link addresses and names by itself"
            found += [token for token in _TOKEN.findall(item["text"]) if token != "<@U0HANEUL>"]
        elif item["type"] != "text":
            found.append(item["type"])
    if isinstance(view, Content):
        found += _TOKEN.findall(view.text)
    return found


def _urls(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("url"), str):
            yield value["url"]
        for item in value.values():
            yield from _urls(item)
    elif isinstance(value, list):
        for item in value:
            yield from _urls(item)


@pytest.mark.parametrize(("name", "language"), [*((name, "ko") for name in TEXTS), ("markup", "en")])
def test_nothing_breaks_slacks_limits_or_has_an_effect(name: str, language: str) -> None:
    for view in _everything(reader_of(CATALOGS, language), TEXTS[name]):
        _check(view)
        assert foreign_tokens(view) == []


FOREIGN = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.sampled_from(
            ["<!channel>", "<@U0BADA>", "<!here|x>", "<https://evil.example|x>", "&lt;", "<", ">", "|"]
        ),
        st.sampled_from(["*", "_", "~", "`", "```", "\n", "\u202e", "@channel", "#general", "{", "}", "%s"]),
    ),
    min_size=1,
    max_size=12,
).map("".join)


def _views_of(text: str) -> list[Seen]:
    reader = reader_of(CATALOGS, "ko")
    task = replace(
        facts.task(TaskType.MODERATION),
        external_id=text,
        project_name=text,
        payload={"text": text, "link": text, "image": text, "note": text},
        labels=(text or "x", "safe"),
        guideline_url=text,
    )
    verdict = replace(facts.rejected(), section=text, comment=text)
    answer = {"label": text, "rationale": text, "note": text}
    held = replace(
        facts.assignment(AssignmentState.RETURNED, TaskType.MODERATION),
        task=task,
        guideline_version=text,
        verdict=verdict,
        last_answer=answer,
    )
    review = replace(
        facts.review(kind=TaskType.MODERATION, round=2),
        task=task,
        answer=answer,
        previous_answer={"label": "safe", "rationale": text[::-1]},
        previous_verdict=verdict,
        handed_over_note=text,
    )
    shown: list[Callable[[], Seen]] = [
        lambda: tasks.assignment_card(reader, held),
        lambda: reviews.review_card(reader, review),
        lambda: rejects.reject_card(
            reader, replace(facts.reject(), task=task, verdict=verdict, answer=answer)
        ),
        lambda: forms.submit_form(reader, held),
        lambda: forms.fix_form(reader, review),
        lambda: forms.reject_form(reader, review),
        lambda: people.joined(reader, text),
        lambda: people.role_changed(reader, text, text, Role.PM, True),
        lambda: admin.message_parked(reader, text, text, 1),
        lambda: admin.import_report(reader, text, 0, 0, (text,), 0),
        lambda: home.home_view(reader, replace(facts.desk(), nickname=text, roles={text: (Role.WORKER,)})),
    ]
    return [show() for show in shown]


@settings(max_examples=80, deadline=None)
@given(FOREIGN)
def test_no_text_can_mention_link_or_broadcast(text: str) -> None:
    for view in _views_of(text):
        assert foreign_tokens(view) == []
        _check(view)
        blocks = view.blocks if isinstance(view, Content) else view["blocks"]
        assert all(url.startswith(("https://", "http://")) for url in _urls(blocks))
