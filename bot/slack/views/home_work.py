"""Home about work to come: call-outs for workers, those that are under way for who steers, and boards."""

from __future__ import annotations

from bot.reports.work_ahead import WorkAhead
from bot.slack import ids
from bot.slack.blocks import Json, actions, button, divider, section
from bot.slack.board_refs import BoardRef
from bot.slack.reader import Reader
from bot.slack.views.call_outs import call_out_row, steered_row
from bot.slack.views.wishes import wish_line

_MOST_BUTTONS = 5


def work_section(reader: Reader, ahead: WorkAhead, *, idle: bool) -> list[Json]:
    """Return a worker's call-outs and, where no task waits, the offer to be told; nothing else."""
    rows = [block for facts, own in ahead.open_to_me for block in call_out_row(reader, facts, own)]
    told = wish_line(reader, wished=ahead.wished, quiet=ahead.quiet) if idle or ahead.wished else []
    if not rows:
        return told
    title = reader.t("Call-outs")
    return [*told, divider(), section(f"*{title}*"), *rows]


def steering_section(reader: Reader, ahead: WorkAhead) -> list[Json]:
    """Return the call-outs under way and the ways to the boards, for who steers projects."""
    if not ahead.boards:
        return []
    t = reader.t
    title = t("The crew's work")
    shown = ahead.boards[:_MOST_BUTTONS]
    return [
        divider(),
        section(f"*{title}*", button(t("Call people out"), ids.CALL_OUT_OPEN)),
        *actions(
            *(
                button(t("{key} board", key=key), f"{ids.BOARD_SHOW}:{place}", BoardRef(project_id))
                for place, (project_id, key) in enumerate(shown)
            )
        ),
        *(steered_row(reader, facts) for facts in ahead.steered),
    ]
