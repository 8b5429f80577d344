"""The days of a digest as a table and as two charts: what became final, and how much was rejected at first."""

from __future__ import annotations

from collections.abc import Sequence

from bot.i18n import formats
from bot.reports.throughput import DayFigures
from bot.slack.blocks import Json
from bot.slack.charts import chart, table
from bot.slack.reader import Reader

_LEAST_POINTS = 2
"""A rate of one day alone is a figure and not a chart."""


def day_table(reader: Reader, days: Sequence[DayFigures]) -> Json:
    """Return the days as a table, the newest first, each rate with what it is a share of."""
    t = reader.t
    head = (t("Day"), t("Tasks final"), t("First verdicts"), t("First rejects"), t("Reject rate"))
    return table([head, *(_row(reader, day) for day in reversed(days))])


def _row(reader: Reader, day: DayFigures) -> tuple[str, ...]:
    return (
        reader.day(day.date),
        reader.number(day.final),
        reader.number(day.judged_first),
        reader.number(day.rejected_first),
        say_rate(reader, day.first_pass_rate, small=day.small),
    )


def say_rate(reader: Reader, rate: float | None, *, small: bool) -> str:
    """Return a rate, marked where it is of so few that it says little; "—" where it is of nothing."""
    if rate is None or not small:
        return reader.percent(rate)
    return reader.t("{rate} (small sample)", rate=reader.percent(rate))


def say_rate_of(reader: Reader, rate: float | None, n: int, *, small: bool) -> str:
    """Return a rate with what it is a share of: "19% (n = 42)", "14% (n = 7, small sample)", "—"."""
    t = reader.t
    values = {"rate": reader.percent(rate), "n": reader.number(n)}
    if rate is None:
        return reader.percent(None)
    return t("{rate} (n = {n}, small sample)", **values) if small else t("{rate} (n = {n})", **values)


def day_charts(reader: Reader, days: Sequence[DayFigures]) -> list[Json]:
    """Return the charts there is something to draw in, at most two.

    A day without a first verdict has no reject rate, so it is left out there: zero would be a lie. Each day of
    the rate says how many first verdicts it had.
    """
    t = reader.t
    shown: list[Json] = []
    if any(day.final for day in days):
        shown.append(
            chart(
                "bar",
                t.plural("Tasks final, {n} day", "Tasks final, {n} days", len(days)),
                [formats.short_day(day.date, reader.language) for day in days],
                {t("Tasks final"): [day.final for day in days]},
                y_label=t("tasks"),
            )
        )
    judged = [day for day in days if day.judged_first]
    if len(judged) >= _LEAST_POINTS:
        shown.append(
            chart(
                "line",
                t.plural("First-pass reject rate, {n} day", "First-pass reject rate, {n} days", len(days)),
                [f"{formats.short_day(day.date, reader.language)} n={day.judged_first}" for day in judged],
                {t("Reject rate"): [round(100 * (day.first_pass_rate or 0.0), 1) for day in judged]},
                x_label=t("n = tasks with their first verdict that day"),
                y_label="%",
            )
        )
    return shown
