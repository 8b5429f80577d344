"""Block Kit limits, as chat.postMessage and views.open refuse what breaks them."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, HeaderBlock, SectionBlock
from slack_sdk.models.views import View

from sandbox.blockkit import check_blocks, check_view
from sandbox.shapes import SlackError
from sandbox.webapi.content import accept_blocks
from tests.integration.sandbox_bolt import button, modal, plain, text_input

Block = dict[str, Any]


def section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def chart(series: list[Block], categories: list[str]) -> Block:
    return {
        "type": "data_visualization",
        "title": "7일",
        "chart": {"type": "line", "series": series, "axis_config": {"categories": categories}},
    }


def options(count: int, text: str = "x") -> list[Block]:
    return [{"text": plain(text), "value": str(number)} for number in range(count)]


BREAKS: list[tuple[Block, str]] = [
    (section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    (section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ({"type": "section"}, "missing required field: text [json-pointer:/blocks/0]"),
    (
        {"type": "section", "fields": [plain("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/fields]",
    ),
    (
        {"type": "header", "text": plain("x" * 151)},
        "must be less than 151 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    ({"type": "actions", "elements": []}, "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (
        {"type": "actions", "elements": [button(f"b{n}", "x") for n in range(26)]},
        "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        {"type": "actions", "elements": [button("b", "x" * 76)]},
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
    ),
    (
        {"type": "actions", "elements": [button("b", "x", "v" * 2001)]},
        "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
    ),
    (
        {"type": "actions", "elements": [button("a" * 256, "x")]},
        "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
    ),
    (
        {"type": "actions", "elements": [button("a", "x"), button("a", "y")]},
        '`action_id` "a" already exists in this block [json-pointer:/blocks/0/elements/1/action_id]',
    ),
    (
        {"type": "actions", "elements": [{**button("a", "x"), "style": "loud"}]},
        "must be a valid enum value: primary danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        {"type": "actions", "elements": [{**button("a", "x"), "colour": "red"}]},
        "invalid additional property: colour [json-pointer:/blocks/0/elements/0]",
    ),
    (
        {
            "type": "actions",
            "elements": [{"type": "static_select", "placeholder": plain("x"), "options": options(101)}],
        },
        "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
    ),
    (
        {"type": "actions", "elements": [{"type": "overflow", "options": options(2, "x" * 76)}]},
        "must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]",
    ),
    (
        {"type": "context", "elements": [plain("x")] * 11},
        "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
    ),
    (
        {**section("x"), "block_id": "b" * 256},
        "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
    ),
    (text_input("a", "A"), "unsupported type: input [json-pointer:/blocks/0/type]"),
    (
        {"type": "alert", "text": plain("x"), "level": "info"},
        "unsupported type: alert [json-pointer:/blocks/0/type]",
    ),
    ({"type": "sparkles"}, "unsupported type: sparkles [json-pointer:/blocks/0/type]"),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * 21]},
        "no more than 20 items allowed [json-pointer:/blocks/0/rows/0]",
    ),
    (
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]] * 101},
        "no more than 100 items allowed [json-pointer:/blocks/0/rows]",
    ),
    (
        chart([{"name": "a", "data": [{"label": "월", "value": 1}]}], ["월", "화"]),
        "must cover exactly the categories of axis_config [json-pointer:/blocks/0/chart/series/0/data]",
    ),
    (
        chart([{"name": "a", "data": [{"label": "월", "value": 1}]}] * 2, ["월"]),
        "names must be unique [json-pointer:/blocks/0/chart/series]",
    ),
]


@pytest.mark.parametrize(("block", "problem"), BREAKS, ids=[problem[:60] for _, problem in BREAKS])
def test_broken_limits_are_named(block: Block, problem: str) -> None:
    assert problem in check_blocks([block], "message")


def test_sound_blocks_pass() -> None:
    good = chart([{"name": "a", "data": [{"label": "월", "value": 1}]}], ["월"])
    blocks = [section("x"), good, {"type": "divider"}, {"type": "rich_text", "elements": []}]
    assert check_blocks(blocks, "message") == []
    assert check_blocks([good] * 3, "message") == [
        "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"
    ]
    assert check_blocks([{"type": "alert", "text": plain("x"), "level": "info"}], "modal") == []
    assert check_blocks([text_input("a", "A")], "home") == []


def test_block_ids_are_unique_and_blocks_are_counted() -> None:
    twice = [{**section("x"), "block_id": "b"}, {**section("y"), "block_id": "b"}]
    assert check_blocks(twice, "message") == [
        '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]'
    ]
    assert check_blocks([{"type": "divider"}] * 51, "message") == [
        "no more than 50 items allowed [json-pointer:/blocks]"
    ]
    assert check_blocks([{"type": "divider"}] * 100, "modal") == []
    assert check_blocks([{"type": "divider"}] * 101, "home") == [
        "no more than 100 items allowed [json-pointer:/blocks]"
    ]


def test_long_messages_are_refused_below_the_block_limits() -> None:
    with pytest.raises(SlackError, match="msg_blocks_too_long"):
        accept_blocks([section("가" * 2900) for _ in range(5)])
    with pytest.raises(SlackError, match="invalid_blocks") as refused:
        accept_blocks([section("")])
    assert refused.value.extra["response_metadata"]["messages"] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_views() -> None:
    view = modal("m", text_input("a", "A"))
    assert check_view(view, ("modal",)) == []
    assert check_view({**view, "title": plain("x" * 25)}, ("modal",)) == [
        "must be less than 25 characters [json-pointer:/view/title/text]"
    ]
    assert check_view({**view, "private_metadata": "x" * 3001}, ("modal",)) == [
        "must be less than 3001 characters [json-pointer:/view/private_metadata]"
    ]
    no_submit = {key: value for key, value in view.items() if key != "submit"}
    assert check_view(no_submit, ("modal",)) == ["missing required field: submit [json-pointer:/view]"]
    assert check_view({"type": "home", "blocks": [], "title": plain("x")}, ("home",)) == [
        "invalid additional property: title [json-pointer:/view]"
    ]
    assert check_view(view, ("home",)) == ["must be a valid enum value: home [json-pointer:/view/type]"]


def test_what_slack_sdk_models_produce_is_accepted() -> None:
    blocks = [
        HeaderBlock(text="제목"),
        SectionBlock(text="*글*", accessory=ButtonElement(text="열기", action_id="open", value="1")),
        ActionsBlock(elements=[ButtonElement(text="확인", action_id="ok", style="primary")]),
    ]
    assert check_blocks([block.to_dict() for block in blocks], "message") == []
    view = View(type="modal", title="제목", callback_id="m", blocks=blocks)
    assert check_view(view.to_dict(), ("modal",)) == []
