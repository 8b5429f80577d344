"""Home for PMs: where each project stands, without a word of Korean for those who read none."""

from __future__ import annotations

from collections.abc import Sequence

from bot.reports.home import MOST_BOARDS, Board
from bot.slack.blocks import Json, bar, context, divider, section
from bot.slack.mrkdwn import escape, inline
from bot.slack.reader import Reader
from bot.slack.views.digest_charts import say_rate_of
from bot.slack.views.digest_lines import eta_line, needs_lines
from bot.slack.views.latin import without_korean
from bot.slack.words import symbol

_DAYS = 2
"""Yesterday and today."""


def projects_section(reader: Reader, boards: Sequence[Board]) -> list[Json]:
    """Return where each project stands, what it needs, and how long it may take."""
    if not boards:
        return []
    t = reader.t
    title = t("Where your projects stand")
    shown = [divider(), section(f"*{title}*"), *(_board(reader, board) for board in boards)]
    if len(boards) == MOST_BOARDS:
        command = f"{reader.commands['pm']} status"
        shown.append(context(t("`{command}` shows all your projects.", command=command)))
    return shown


def _board(reader: Reader, board: Board) -> Json:
    t, n = reader.t, reader.number
    final = board.tasks - board.backlog.remaining
    name = board.name if reader.language == "ko" else without_korean(board.name)
    waiting = needs_lines(reader, board.needs, reader.now)
    if board.corrections:
        waiting.append(
            t.plural(
                "{n} correction of pay waits for a second person",
                "{n} corrections of pay wait for a second person",
                board.corrections,
            )
        )
    lines = [
        f"{symbol(board.type)} *{inline(board.key, 20)}* {inline(name, 80) if name else ''}".rstrip(),
        f"{bar(final, board.tasks)} "
        + t("{final} of {tasks} tasks final", final=n(final), tasks=n(board.tasks)),
        *map(escape, _pace(reader, board)),
        *(f"• {escape(line)}" for line in waiting or [t("Nothing waits for a person.")]),
    ]
    return section("\n".join(lines))


def _pace(reader: Reader, board: Board) -> list[str]:
    t, lines = reader.t, []
    if len(board.days) == _DAYS:
        yesterday, today = board.days
        rate = yesterday.first_pass_rate
        lines.append(
            t(
                "Today so far: {today} final · yesterday: {final} final, reject rate {rate}",
                today=reader.number(today.final),
                final=reader.number(yesterday.final),
                rate=say_rate_of(reader, rate, yesterday.judged_first, small=yesterday.small),
            )
        )
    if board.eta is not None:
        lines.append(eta_line(reader, board.eta))
    return lines
