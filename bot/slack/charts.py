"""Tables and charts, as checked dicts: slack_sdk has no class for charts and checks little of a table.

A message has two charts at most: Slack does not say so, but answers a third with `invalid_blocks`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from bot.slack.blocks import Json
from bot.slack.mrkdwn import one_line

_MOST_ROWS = 100
_MOST_COLUMNS = 20
_MOST_SERIES = 6
_MOST_POINTS = 20
_TITLE = 50
_LABEL = 20
_CELL = 200


def table(rows: Sequence[Sequence[str]], *, numbers_from: int = 1) -> Json:
    """Return a table whose first row is its head; columns from `numbers_from` on stand to the right.

    Cells are plain text, nothing in them is read as markup. Raises ValueError for rows of different lengths,
    more than 100 rows or more than 20 columns.
    """
    wide = len(rows[0])
    if len(rows) > _MOST_ROWS or wide > _MOST_COLUMNS or any(len(row) != wide for row in rows):
        raise ValueError("not a table Slack takes")
    return {
        "type": "table",
        "column_settings": [
            {"align": "right" if column >= numbers_from else "left"} for column in range(wide)
        ],
        "rows": [
            [{"type": "raw_text", "text": one_line(cell, _CELL) or "—"} for cell in row] for row in rows
        ],
    }


def chart(
    kind: Literal["line", "bar", "area"],
    title: str,
    categories: Sequence[str],
    series: Mapping[str, Sequence[float]],
    *,
    x_label: str = "",
    y_label: str = "",
) -> Json:
    """Return a chart with one value of every series for each category.

    Raises ValueError for what Slack would refuse: more than 20 categories, two of the same name, more than six
    series, a series that does not cover the categories.
    """
    names = [one_line(name, _LABEL) for name in categories]
    shown = {one_line(name, _LABEL): list(values) for name, values in series.items()}
    covered = all(len(values) == len(names) for values in shown.values())
    if not names or len(names) > _MOST_POINTS or len(set(names)) < len(names) or not covered:
        raise ValueError("not the categories of a chart")
    if not shown or len(shown) > _MOST_SERIES or len(shown) < len(series):
        raise ValueError("not the series of a chart")
    axis: Json = {"categories": names}
    if x_label:
        axis["x_label"] = one_line(x_label, _TITLE)
    if y_label:
        axis["y_label"] = one_line(y_label, _TITLE)
    return {
        "type": "data_visualization",
        "title": one_line(title, _TITLE),
        "chart": {
            "type": kind,
            "series": [
                {
                    "name": name,
                    "data": [{"label": n, "value": v} for n, v in zip(names, values, strict=True)],
                }
                for name, values in shown.items()
            ],
            "axis_config": axis,
        },
    }
