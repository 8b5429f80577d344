"""Modal and Home views as views.open, views.push, views.update and views.publish accept them."""

from __future__ import annotations

import json
from typing import Any

from sandbox.blockkit.blocks import check_blocks
from sandbox.blockkit.problems import Problems
from sandbox.blockkit.text import check_text
from sandbox.shapes import Json

MODAL_KEYS = (
    "submit close private_metadata callback_id clear_on_close notify_on_close external_id "
    "submit_disabled app_id"
)
VIEW_CHARACTERS = 250_000


def check_view(value: Any, allowed: tuple[str, ...]) -> list[str]:
    """Return what is wrong with a view, worded `what [json-pointer:/view/…]`; `allowed` names view types."""
    problems = Problems()
    view = problems.check_object(value, "/view")
    if view is None:
        return problems.found
    kind = view.get("type")
    if kind not in allowed:
        problems.add("/view/type", f"must be a valid enum value: {' '.join(allowed)}")
        return problems.found
    if kind == "modal":
        _check_modal(problems, view)
    else:
        problems.check_keys(view, "/view", "blocks", "private_metadata callback_id external_id app_id")
    problems.check_optional_text(view, "private_metadata", "/view", 3000, least=0)
    problems.check_optional_text(view, "callback_id", "/view", 255, least=0)
    problems.check_optional_text(view, "external_id", "/view", 255, least=0)
    problems.found += check_blocks(view.get("blocks"), "modal" if kind == "modal" else "home", "/view")
    return problems.found


def _check_modal(problems: Problems, view: Json) -> None:
    problems.check_keys(view, "/view", "title blocks", MODAL_KEYS)
    for key in ("title", "submit", "close"):
        if view.get(key) is not None:
            check_text(problems, view[key], f"/view/{key}", 24, plain=True)
    blocks = view.get("blocks")
    kinds = (
        [block.get("type") for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    )
    if "input" in kinds and view.get("submit") is None:
        problems.add("/view", "missing required field: submit")


def is_too_large(view: Json) -> bool:
    """Tell whether the view's JSON is beyond 250,000 characters."""
    return len(json.dumps(view, ensure_ascii=False)) > VIEW_CHARACTERS
