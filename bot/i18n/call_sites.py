"""Finds calls that say a message without giving it all of its values."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.i18n.josa import BadTemplate, placeholders


def unfilled_calls(path: Path, shown_as: Path) -> Iterator[str]:
    """One finding for each `t("… {name}")` and `t.plural(…)` in a Python file that lacks a keyword.

    Calls that pass `**values` are taken on trust.
    """
    for node in ast.walk(ast.parse(path.read_bytes(), filename=str(shown_as))):
        if not isinstance(node, ast.Call) or any(keyword.arg is None for keyword in node.keywords):
            continue
        templates, given = _said(node)
        given |= {keyword.arg for keyword in node.keywords if keyword.arg}
        for template in templates:
            try:
                missing = placeholders(template) - given
            except BadTemplate as error:
                yield f"{shown_as}:{node.lineno}: {error}"
                continue
            if missing:
                yield f"{shown_as}:{node.lineno}: no value for {', '.join(sorted(missing))}"


def _said(call: ast.Call) -> tuple[list[str], set[str]]:
    """Return the literal templates a call says, and the names it fills by itself."""
    match call:
        case ast.Call(func=ast.Name(id="t"), args=[ast.Constant(value=str(text))]):
            return [text], set()
        case ast.Call(
            func=ast.Attribute(attr="plural"),
            args=[ast.Constant(value=str(one)), ast.Constant(value=str(many)), _],
        ):
            return [one, many], {"n"}
        case _:
            return [], set()
