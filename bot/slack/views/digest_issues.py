"""How quickly issues were taken and settled, as a digest says it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.i18n import formats
from bot.reports.issue_times import SeverityTimes
from bot.slack.reader import Reader


def issue_lines(reader: Reader, times: Sequence[SeverityTimes]) -> tuple[str, ...]:
    """Return a line for each severity, with how many issues each median is of."""
    return tuple(_line(reader, one) for one in times)


def _line(reader: Reader, one: SeverityTimes) -> str:
    t = reader.t
    said = [t("{n} raised", n=reader.number(one.opened)), t("{n} open now", n=reader.number(one.open))]
    if one.untaken:
        said.append(t("{n} of them taken by nobody", n=reader.number(one.untaken)))
    if one.ack_seconds is not None:
        time = _span(reader, one.ack_seconds)
        said.append(t("acknowledged after {time} (median of {n})", time=time, n=reader.number(one.acked)))
    if one.resolve_seconds is not None:
        time = _span(reader, one.resolve_seconds)
        said.append(t("resolved after {time} (median of {n})", time=time, n=reader.number(one.resolved)))
    return f"{one.severity}: " + " · ".join(said)


def _span(reader: Reader, seconds: int) -> str:
    return formats.duration(timedelta(seconds=seconds), reader.language)
