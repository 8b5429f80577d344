"""Blocks of messages, modals and Home tabs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

from sandbox.blockkit.charts import check_chart, check_data_table, check_table
from sandbox.blockkit.elements import ACCESSORIES, ACTIONS, CONTEXT_ACTIONS, INPUTS, check_element
from sandbox.blockkit.problems import Problems
from sandbox.blockkit.text import check_optional, check_text
from sandbox.shapes import Json

Surface = Literal["message", "modal", "home"]
MESSAGE_CHARACTERS = 13_000
MOST_BLOCKS: dict[Surface, int] = {"message": 50, "modal": 100, "home": 100}
ONLY_IN: dict[str, tuple[Surface, ...]] = {
    "alert": ("modal",),
    "input": ("modal", "home"),
    "table": ("message",),
    "data_table": ("message",),
    "data_visualization": ("message",),
    "markdown": ("message",),
    "context_actions": ("message",),
    "card": ("message",),
    "carousel": ("message",),
    "container": ("message",),
    "task_card": ("message",),
    "plan": ("message",),
    "file": ("message",),
}


def count_characters(blocks: list[Json]) -> int:
    """Return the size that Slack's undocumented message cap is measured on: characters of compact JSON."""
    return len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))


def check_blocks(value: Any, surface: Surface, where: str = "") -> list[str]:
    """Return what is wrong with a list of blocks, worded `what [json-pointer:/blocks/…]`."""
    problems = Problems()
    at = f"{where}/blocks"
    blocks = problems.check_items(value, at, MOST_BLOCKS[surface], least=0)
    seen: set[str] = set()
    kinds: list[str] = []
    markdown = 0
    for index, item in enumerate(blocks):
        here = f"{at}/{index}"
        block = problems.check_object(item, here)
        if block is None:
            continue
        kinds.append(str(block.get("type")))
        check_block(problems, block, here, surface)
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id:
            if block_id in seen:
                problems.add(f"{here}/block_id", f'`block_id` "{block_id}" already exists')
            seen.add(block_id)
        if block.get("type") == "markdown":
            markdown += len(str(block.get("text", "")))
    if kinds.count("data_visualization") > 2:
        problems.add(at, "no more than 2 data_visualization blocks allowed")
    if kinds.count("table") > 1:
        problems.add(at, "only_one_table_allowed")
    if markdown > 12_000:
        problems.add(at, "markdown must be less than 12001 characters in all blocks")
    return problems.found


def check_block(problems: Problems, block: Json, where: str, surface: Surface) -> None:
    """Check one block, naming it unsupported where this surface does not take it."""
    kind = str(block.get("type"))
    check = CHECKS.get(kind)
    if check is None or surface not in ONLY_IN.get(kind, (surface,)):
        problems.add(f"{where}/type", f"unsupported type: {kind}")
        return
    problems.check_optional_text(block, "block_id", where, 255)
    check(problems, block, where)
    if kind == "input" and surface != "modal" and (block.get("element") or {}).get("type") == "file_input":
        problems.add(f"{where}/element/type", "unsupported type: file_input")


def check_section(problems: Problems, block: Json, where: str) -> None:
    """Check text of 3000, at most 10 fields of 2000 characters, and the accessory."""
    problems.check_keys(block, where, "", "block_id text fields accessory expand")
    if block.get("text") is None and block.get("fields") is None:
        problems.add(where, "missing required field: text")
    check_optional(problems, block, "text", where, 3000, plain=False)
    if block.get("fields") is not None:
        for index, field in enumerate(problems.check_items(block["fields"], f"{where}/fields", 10)):
            check_text(problems, field, f"{where}/fields/{index}", 2000)
    if block.get("accessory") is not None:
        accessory = block["accessory"]
        if isinstance(accessory, dict) and accessory.get("type") == "image":
            check_picture(problems, accessory, f"{where}/accessory")
        else:
            check_element(problems, accessory, f"{where}/accessory", ACCESSORIES)


def check_header(problems: Problems, block: Json, where: str) -> None:
    """Check a plain text of 150 characters."""
    problems.check_keys(block, where, "text", "block_id")
    check_optional(problems, block, "text", where, 150)


def check_divider(problems: Problems, block: Json, where: str) -> None:
    """Check that a divider says nothing more."""
    problems.check_keys(block, where, "", "block_id")


def check_picture(problems: Problems, block: Json, where: str) -> None:
    """Check an image, as a block or inside a section or context."""
    problems.check_keys(block, where, "alt_text", "block_id image_url slack_file title")
    if ("image_url" in block) == ("slack_file" in block):
        problems.add(where, "must have exactly one of: image_url, slack_file")
    problems.check_optional_text(block, "image_url", where, 3000)
    problems.check_optional_text(block, "alt_text", where, 2000)
    check_optional(problems, block, "title", where, 2000)


def check_context(problems: Problems, block: Json, where: str) -> None:
    """Check at most 10 texts and images."""
    problems.check_keys(block, where, "elements", "block_id")
    for index, element in enumerate(problems.check_items(block.get("elements"), f"{where}/elements", 10)):
        here = f"{where}/elements/{index}"
        if isinstance(element, dict) and element.get("type") == "image":
            check_picture(problems, element, here)
        else:
            check_text(problems, element, here, 3000)


def check_actions(problems: Problems, block: Json, where: str) -> None:
    """Check at most 25 interactive elements."""
    problems.check_keys(block, where, "elements", "block_id")
    elements = problems.check_items(block.get("elements"), f"{where}/elements", 25)
    _check_all(problems, elements, f"{where}/elements", ACTIONS)


def check_context_actions(problems: Problems, block: Json, where: str) -> None:
    """Check at most 5 feedback or icon buttons."""
    problems.check_keys(block, where, "elements", "block_id")
    elements = problems.check_items(block.get("elements"), f"{where}/elements", 5)
    _check_all(problems, elements, f"{where}/elements", CONTEXT_ACTIONS)


def _check_all(problems: Problems, elements: list[Any], where: str, allowed: list[str]) -> None:
    seen: set[str] = set()
    for index, element in enumerate(elements):
        check_element(problems, element, f"{where}/{index}", allowed)
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if isinstance(action_id, str):
            if action_id in seen:
                problems.add(
                    f"{where}/{index}/action_id", f'`action_id` "{action_id}" already exists in this block'
                )
            seen.add(action_id)


def check_input(problems: Problems, block: Json, where: str) -> None:
    """Check label and hint of 2000 characters and the element."""
    problems.check_keys(block, where, "label element", "block_id hint optional dispatch_action")
    check_optional(problems, block, "label", where, 2000)
    check_optional(problems, block, "hint", where, 2000)
    check_element(problems, block.get("element"), f"{where}/element", INPUTS)


def check_markdown(problems: Problems, block: Json, where: str) -> None:
    """Check 12,000 characters; the sum over a message is checked by `check_blocks`."""
    problems.check_keys(block, where, "text", "block_id")
    problems.check_optional_text(block, "text", where, 12_000)


def check_rich_text(problems: Problems, block: Json, where: str) -> None:
    """Check the frame of a rich text; its pieces are taken as they are."""
    problems.check_keys(block, where, "elements", "block_id")
    problems.check_items(block.get("elements"), f"{where}/elements", 1000, least=0)


def check_alert(problems: Problems, block: Json, where: str) -> None:
    """Check the text and the level of an alert."""
    problems.check_keys(block, where, "text", "block_id level")
    check_optional(problems, block, "text", where, 3000, plain=False)
    problems.check_choice(block, "level", where, "default info warning error success")


def check_card(problems: Problems, block: Json, where: str) -> None:
    """Check title and subtitle of 150, body of 200 characters, and the buttons."""
    problems.check_keys(block, where, "", "block_id title subtitle body actions hero_image icon")
    check_optional(problems, block, "title", where, 150, plain=False)
    check_optional(problems, block, "subtitle", where, 150, plain=False)
    check_optional(problems, block, "body", where, 200, plain=False)
    if block.get("actions") is not None:
        buttons = problems.check_items(block["actions"], f"{where}/actions", 3)
        _check_all(problems, buttons, f"{where}/actions", ["button"])


def check_carousel(problems: Problems, block: Json, where: str) -> None:
    """Check 1 to 10 cards."""
    problems.check_keys(block, where, "elements", "block_id")
    for index, card in enumerate(problems.check_items(block.get("elements"), f"{where}/elements", 10)):
        here = f"{where}/elements/{index}"
        if problems.check_object(card, here) is not None:
            if card.get("type") != "card":
                problems.add(f"{here}/type", f"unsupported type: {card.get('type')}")
            check_card(problems, card, here)


def check_container(problems: Problems, block: Json, where: str) -> None:
    """Check 1 to 10 blocks inside a container."""
    children = problems.check_items(block.get("child_blocks"), f"{where}/child_blocks", 10)
    for index, child in enumerate(children):
        here = f"{where}/child_blocks/{index}"
        if problems.check_object(child, here) is not None:
            check_block(problems, child, here, "message")


def accept(problems: Problems, block: Json, where: str) -> None:
    """Blocks this project does not send are only known by name."""


CHECKS: dict[str, Callable[[Problems, Json, str], None]] = {
    "section": check_section,
    "header": check_header,
    "divider": check_divider,
    "image": check_picture,
    "context": check_context,
    "actions": check_actions,
    "context_actions": check_context_actions,
    "input": check_input,
    "markdown": check_markdown,
    "rich_text": check_rich_text,
    "alert": check_alert,
    "card": check_card,
    "carousel": check_carousel,
    "container": check_container,
    "table": check_table,
    "data_table": check_data_table,
    "data_visualization": check_chart,
    "video": accept,
    "file": accept,
    "task_card": accept,
    "plan": accept,
}
