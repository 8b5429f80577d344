"""What issues' cards promise: the right buttons in each state, and no word that should not be there."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import AlreadyOwned, ThreadTaken
from bot.domain.escalation import Asked, IssueSource, IssueState, Severity, Step
from bot.i18n.catalogs import LANGUAGES, Catalogs, load_catalogs
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.issue_refs import CardRef, Raised
from bot.slack.views import issue_lists, issues, rejects, reviews, tasks
from bot.slack.views.errors import word_error
from sandbox.blockkit import check_blocks
from sandbox.blockkit.blocks import count_characters
from tests.golden import facts, question_cases
from tests.golden.facts import NOW, reader_of
from tests.golden.issue_cases import (
    HISTORY,
    LEAKED,
    NAMELESS,
    ON_CARD,
    OPENER,
    OWNER,
    SETTLED,
    extreme_threads,
    in_thread,
    issue,
    ruling,
    step,
)
from tests.golden.issue_desks import words
from tests.unit.test_views_extreme import TEXTS, foreign_tokens

CATALOGS: Catalogs = load_catalogs(strict=True)
KO = reader_of(CATALOGS, "ko")
STEERING = {ids.ISSUE_ACK, ids.ISSUE_RESUME, ids.ISSUE_RESOLVE, ids.ISSUE_STEER}


def _pressed(view: Content | dict[str, Any]) -> list[list[str]]:
    """The action ids of a view, row by row."""
    blocks = view.blocks if isinstance(view, Content) else view["blocks"]
    return [
        [element["action_id"] for element in block["elements"]]
        for block in blocks
        if block["type"] == "actions"
    ]


def _shown(view: Content | dict[str, Any]) -> str:
    return json.dumps(view.as_reply() if isinstance(view, Content) else view, ensure_ascii=False)


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        (IssueState.OPEN, [ids.ISSUE_ACK, ids.ISSUE_RESOLVE, ids.ISSUE_STEER, ids.ISSUE_HISTORY]),
        (IssueState.ACKED, [ids.ISSUE_RESOLVE, ids.ISSUE_STEER, ids.ISSUE_HISTORY]),
        (IssueState.WAITING_PM, [ids.ISSUE_RESUME, ids.ISSUE_RESOLVE, ids.ISSUE_STEER, ids.ISSUE_HISTORY]),
        (
            IssueState.WAITING_WORKER,
            [ids.ISSUE_RESUME, ids.ISSUE_RESOLVE, ids.ISSUE_STEER, ids.ISSUE_HISTORY],
        ),
        # The tasks of the example are on hold still.
        (IssueState.RESOLVED, [ids.ISSUE_REOPEN, ids.ISSUE_RELEASE, ids.ISSUE_HISTORY]),
        (IssueState.CLOSED, [ids.ISSUE_RELEASE, ids.ISSUE_HISTORY]),
    ],
)
def test_a_card_in_a_thread_has_the_buttons_of_its_state(state: IssueState, buttons: list[str]) -> None:
    card = issues.thread_card(in_thread("ko", "en"), issue(state))
    assert _pressed(card) == [buttons]
    values = [e["value"] for block in card.blocks if block["type"] == "actions" for e in block["elements"]]
    assert set(values) == {"12.3"}


@pytest.mark.parametrize("state", IssueState)
def test_private_cards_have_at_most_five_buttons_a_row_and_steering_only_for_those_who_may(
    state: IssueState,
) -> None:
    for steers in (True, False):
        for about in (
            issue(state),
            issue(state, **ON_CARD),
            issue(state, **NAMELESS),
            issue(state, **LEAKED),
        ):
            rows = _pressed(issues.issue_card(KO, about, OPENER, steers=steers))
            assert all(len(row) <= 5 for row in rows)
            if not steers:
                assert not STEERING & {action for row in rows for action in row}


def test_only_the_opener_takes_an_issue_back_and_nobody_replies_to_the_nameless() -> None:
    own = issues.issue_card(KO, issue(), OPENER, steers=False)
    other = issues.issue_card(KO, issue(), 99, steers=False)
    assert ids.ISSUE_WITHDRAW in _pressed(own)[0]
    assert ids.ISSUE_WITHDRAW not in _pressed(other)[0]
    nameless = issues.issue_card(KO, issue(**NAMELESS), OWNER, steers=True)
    assert ids.ISSUE_SAY not in _pressed(nameless)[0]


SECRET = "쏙닥"
"""A nickname that no word of the interface holds."""

PRIVATE = (IssueSource.CARD, IssueSource.NAMELESS, IssueSource.LEAK)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(IssueState),
    st.sampled_from(PRIVATE),
    st.sampled_from(Severity),
    st.sampled_from(Asked),
    st.sampled_from(LANGUAGES),
    st.booleans(),
    st.sampled_from([OPENER, OWNER, 99]),
)
def test_nobody_learns_who_wrote_in_private(
    state: IssueState,
    source: IssueSource,
    severity: Severity,
    asked: Asked,
    language: str,
    steers: bool,
    person_id: int,
) -> None:
    usual = {IssueSource.CARD: ON_CARD, IssueSource.NAMELESS: NAMELESS, IssueSource.LEAK: LEAKED}[source]
    known = {} if source is IssueSource.NAMELESS else {"opener": SECRET}
    about = issue(state, **(usual | known | {"severity": severity, "asked": asked, "ruling": ruling()}))
    reader = reader_of(CATALOGS, language)
    history = [step(1, Step.OPENED, OPENER, actor=SECRET), *HISTORY[1:3]]
    for view in (
        issues.issue_card(reader, about, person_id, steers=steers, resolution=SETTLED),
        issues.issue_modal(reader, about, person_id, steers=steers),
        issue_lists.history_modal(reader, about, history) if source is not IssueSource.NAMELESS else {},
    ):
        assert SECRET not in _shown(view)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(IssueState), st.sampled_from([("ko",), ("en",), ("ko", "en")]), st.booleans())
def test_a_card_shows_nothing_of_a_task_but_number_and_id(
    state: IssueState, languages: tuple[str, ...], ruled: bool
) -> None:
    """What a card is drawn from holds no content; what people wrote is all it quotes."""
    about = issue(state, ruling=ruling() if ruled else None, request=words("질문이에요"))
    card = issues.thread_card(in_thread(*languages), about, resolution=SETTLED if about.cause else None)
    allowed = {"질문이에요"}
    if about.ruling is not None:
        allowed |= {about.ruling.words.text, *(relay.text for relay in about.ruling.words.relays)}
    if about.cause:
        allowed |= {SETTLED.text, *(relay.text for relay in SETTLED.relays)}
    quoted = {
        part["text"]
        for block in card.blocks
        if block["type"] == "rich_text"
        for element in block["elements"]
        if element["type"] == "rich_text_quote"
        for part in element["elements"]
    }
    assert quoted <= allowed
    shown = _shown(card)
    content = [
        text for texts in (*facts.PAYLOADS.values(), *facts.ANSWERS.values()) for text in texts.values()
    ]
    assert not any(text in shown for text in content if len(text) > 5)


_CALLING = re.compile(r"<(?!!date\^)[^>]*>")


@pytest.mark.parametrize("name", TEXTS)
def test_cards_in_threads_keep_slacks_limits_and_call_nobody(name: str) -> None:
    for card in extreme_threads(TEXTS[name]):
        assert check_blocks(card.blocks, "message") == []
        assert count_characters(card.blocks) < 13_000
        assert not [token for token in foreign_tokens(card) if _CALLING.match(token)]


def test_the_card_of_a_thread_leaves_the_clock_to_slack() -> None:
    shown = _shown(issues.thread_card(in_thread("en"), issue()))
    due = int((NOW + timedelta(minutes=5)).timestamp())
    assert f"<!date^{due}^{{date_short_pretty}} {{time}}|13:58>" in shown


def test_cards_offer_to_raise_an_issue_as_their_last_button() -> None:
    answer = question_cases.CASES["answer_cited"](KO)
    assert isinstance(answer, Content)
    for card in (
        tasks.assignment_card(KO, facts.assignment()),
        reviews.review_card(KO, facts.review()),
        rejects.reject_card(KO, facts.reject()),
        answer,
    ):
        rows = _pressed(card)
        last = next(row for row in rows if ids.ISSUE_OPEN in row)
        assert last[-1] == ids.ISSUE_OPEN
        assert len(last) <= 5
    topic = question_cases.CASES["topic_pay"](KO)
    assert isinstance(topic, Content)
    assert all(ids.ISSUE_OPEN not in row for row in _pressed(topic))


@pytest.mark.parametrize("value", ["", "task", "task.", "task.x", "word.1", "task.1.2", "task." + "9" * 19])
def test_a_card_reference_is_read_strictly(value: str) -> None:
    with pytest.raises(ValueError, match="not a reference"):
        CardRef.parse(value)


def test_references_come_back_as_they_went() -> None:
    assert CardRef.parse(str(CardRef("question", 5))) == CardRef("question", 5)
    raised = Raised(IssueSource.THREAD, 1, "C0CREW", "1.2")
    assert Raised.load(raised.dump()) == raised
    assert Raised.load(Raised(IssueSource.CARD).dump()) == Raised(IssueSource.CARD)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '["x",1,null,null]',
        '["card","1",null,null]',
        '["card",1,2,null]',
        '["card",true,null,null]',
    ],
)
def test_a_place_is_read_strictly(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Raised.load(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_one_learns_who_was_first(language: str) -> None:
    said = word_error(CATALOGS[language], AlreadyOwned(12, "바다", NOW))
    assert "바다" in said
    assert f"<!date^{int(NOW.timestamp())}^{{time}}|04:53 UTC>" in said
    assert "#12" in word_error(CATALOGS[language], ThreadTaken(12))
