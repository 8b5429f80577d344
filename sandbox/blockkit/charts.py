"""Data tables and charts, which slack_sdk has no classes for."""

from __future__ import annotations

from typing import Any

from sandbox.blockkit.problems import Problems
from sandbox.shapes import Json

CELLS = ("raw_text", "raw_number", "rich_text")


def check_table(problems: Problems, block: Json, where: str) -> None:
    """Check at most 100 rows of 20 cells and 10,000 characters."""
    problems.check_keys(block, where, "rows", "block_id column_settings")
    problems.check_items(block.get("column_settings", []), f"{where}/column_settings", 20, least=0)
    _check_rows(problems, block.get("rows"), f"{where}/rows", least=1, most=100)


def check_data_table(problems: Problems, block: Json, where: str) -> None:
    """Check a caption and 2 to 101 rows, the header among them."""
    problems.check_keys(
        block, where, "caption rows", "block_id page_size sortable filterable column_settings columns"
    )
    problems.check_number(block, "page_size", where, 1, 100)
    _check_rows(problems, block.get("rows"), f"{where}/rows", least=2, most=101)


def _check_rows(problems: Problems, value: Any, where: str, *, least: int, most: int) -> None:
    widths: set[int] = set()
    letters = 0
    for number, row in enumerate(problems.check_items(value, where, most, least)):
        cells = problems.check_items(row, f"{where}/{number}", 20)
        widths.add(len(cells))
        for column, cell in enumerate(cells):
            here = f"{where}/{number}/{column}"
            if not isinstance(cell, dict) or cell.get("type") not in CELLS:
                problems.add(
                    here, f"unsupported type: {cell.get('type') if isinstance(cell, dict) else cell!r}"
                )
                continue
            if cell["type"] == "raw_text":
                problems.check_text_length(cell.get("text"), f"{here}/text", 3000)
                letters += len(str(cell.get("text", "")))
    if len(widths) > 1:
        problems.add(where, "every row must have the same number of cells")
    if letters > 10_000:
        problems.add(where, "must be less than 10001 characters in all cells")


def check_chart(problems: Problems, block: Json, where: str) -> None:
    """Check the rules of the data_visualization block: unique names, series that cover the categories."""
    problems.check_keys(block, where, "title chart", "block_id")
    problems.check_optional_text(block, "title", where, 50)
    here = f"{where}/chart"
    chart = problems.check_object(block.get("chart"), here)
    if chart is None:
        return
    kind = chart.get("type")
    if kind == "pie":
        problems.check_keys(chart, here, "segments")
        segments = problems.check_items(chart.get("segments"), f"{here}/segments", 6)
        _check_points(problems, segments, f"{here}/segments", positive=True)
    elif kind in ("line", "bar", "area"):
        _check_series(problems, chart, here)
    else:
        problems.add(f"{here}/type", f"unsupported type: {kind}")


def _check_series(problems: Problems, chart: Json, where: str) -> None:
    problems.check_keys(chart, where, "series axis_config")
    axis = problems.check_object(chart.get("axis_config"), f"{where}/axis_config") or {}
    problems.check_keys(axis, f"{where}/axis_config", "categories", "x_label y_label")
    categories = problems.check_items(axis.get("categories"), f"{where}/axis_config/categories", 20)
    for index, category in enumerate(categories):
        problems.check_text_length(category, f"{where}/axis_config/categories/{index}", 20)
    if len(set(map(str, categories))) != len(categories):
        problems.add(f"{where}/axis_config/categories", "must be unique")
    for key in ("x_label", "y_label"):
        problems.check_optional_text(axis, key, f"{where}/axis_config", 50)
    names: list[str] = []
    for index, series in enumerate(problems.check_items(chart.get("series"), f"{where}/series", 6)):
        here = f"{where}/series/{index}"
        if problems.check_object(series, here) is None:
            continue
        problems.check_keys(series, here, "name data")
        problems.check_text_length(series.get("name"), f"{here}/name", 20)
        names.append(str(series.get("name")))
        points = problems.check_items(series.get("data"), f"{here}/data", 20)
        labels = _check_points(problems, points, f"{here}/data")
        if labels != categories:
            problems.add(f"{here}/data", "must cover exactly the categories of axis_config")
    if len(set(names)) != len(names):
        problems.add(f"{where}/series", "names must be unique")


def _check_points(problems: Problems, points: list[Any], where: str, *, positive: bool = False) -> list[str]:
    labels: list[str] = []
    for index, point in enumerate(points):
        here = f"{where}/{index}"
        if problems.check_object(point, here) is None:
            continue
        problems.check_keys(point, here, "label value")
        problems.check_text_length(point.get("label"), f"{here}/label", 20)
        value = point.get("value")
        if not isinstance(value, int | float) or isinstance(value, bool) or (positive and value <= 0):
            problems.add(f"{here}/value", "must be a number" + (" greater than 0" if positive else ""))
        labels.append(str(point.get("label")))
    return labels
