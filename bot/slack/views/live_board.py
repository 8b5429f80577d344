"""The board of a project: who has what since when, what has lain too long, and what is on hold."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.assignment import AssignmentState
from bot.i18n.catalogs import N_
from bot.reports.live_board import BatchRow, BoardPage, BoardRow, HeldGroup, Which
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, context, divider, quote, section
from bot.slack.board_refs import BoardRef, ReclaimRef
from bot.slack.content import Content
from bot.slack.graphemes import cut
from bot.slack.inputs import choice, modal, text_input
from bot.slack.mrkdwn import inline, showable
from bot.slack.reader import Reader
from bot.slack.views.issue_lines import read_as
from bot.slack.views.latin import without_korean
from bot.slack.views.trouble import NOTICE, say

REASON_LIMIT = 300
_MOST_REASON = 200

_WHICH = {
    Which.ALL: N_("All"),
    Which.CLAIMED: N_("In hand"),
    Which.RETURNED: N_("Returned"),
    Which.IN_REVIEW: N_("In review"),
    Which.AGEING: N_("Ageing"),
    Which.HELD: N_("On hold"),
}
_STATES = {
    AssignmentState.CLAIMED: N_("in hand"),
    AssignmentState.RETURNED: N_("returned"),
    AssignmentState.IN_REVIEW: N_("in review"),
    AssignmentState.APPEALED: N_("appealed"),
}
_IN_HAND = frozenset({AssignmentState.CLAIMED, AssignmentState.RETURNED})


def board_modal(reader: Reader, page: BoardPage, *, may_reclaim: bool, said: str = "") -> Json:
    """Return the board. `said` is how the last step went; only supervisors can take a task back."""
    t = reader.t
    here = BoardRef(page.project_id, page.which, page.page)
    blocks = [*([section(said)] if said else []), *_filters(reader, page)]
    if not page.rows:
        blocks.append(section(t("Nothing here right now.")))
    for row in page.rows:
        take_back = (
            button(t("Reclaim"), ids.BOARD_RECLAIM, ReclaimRef(row.assignment_id, row.ver, here))
            if may_reclaim and row.state in _IN_HAND
            else None
        )
        blocks.append(section(_line(reader, row), take_back))
    blocks += [
        *_turning(reader, page),
        divider(),
        *actions(
            button(t("On hold, and why"), ids.BOARD_HELD, BoardRef(page.project_id)),
            button(t("Refresh"), ids.BOARD_SHOW, here),
        ),
        context(
            t("⏰ The time is nearly over, or nothing has happened for a day."),
            t("As of {time}", time=reader.time(reader.now)),
        ),
    ]
    return modal(t, NOTICE, t("{key} board", key=page.project_key), "", blocks)


def _filters(reader: Reader, page: BoardPage) -> list[Json]:
    """Return a button for each part of the board; a row of them has room for five."""
    t = reader.t
    made = [
        button(
            f"{t(name)} {reader.number(page.counts[which])}",
            f"{ids.BOARD_SHOW}:{which}",
            BoardRef(page.project_id, which),
            style="primary" if which is page.which else None,
        )
        for which, name in _WHICH.items()
    ]
    return [*actions(*made[:3]), *actions(*made[3:])]


def _line(reader: Reader, row: BoardRow) -> str:
    t = reader.t
    mark = "⏸️" if row.held else "⏰" if row.ageing else "•"
    external = row.external_id if reader.language == "ko" else without_korean(row.external_id)
    state = t(_STATES[row.state])
    parts = [
        t("{state} for {time}", state=state, time=reader.since(row.since)),
        t("on hold") if row.held else reader.until(row.until) if row.until is not None else "",
    ]
    task = f"#{row.task_id} {inline(external, 40)}" if external else f"#{row.task_id}"
    return f"{mark} *{inline(row.nickname, 40)}* · {task}\n{' · '.join(part for part in parts if part)}"


def _turning(reader: Reader, page: BoardPage) -> list[Json]:
    if page.pages == 1:
        return []
    t = reader.t
    before, after = (BoardRef(page.project_id, page.which, max(0, page.page + step)) for step in (-1, 1))
    return [
        *actions(
            button(t("Previous"), f"{ids.BOARD_SHOW}:before", before) if page.page else None,
            button(t("Next"), f"{ids.BOARD_SHOW}:after", after) if page.page + 1 < page.pages else None,
        ),
        context(t("Page {page} of {pages}", page=page.page + 1, pages=page.pages)),
    ]


def reclaim_form(reader: Reader, row: BoardRow, ref: ReclaimRef) -> Json:
    """Return the window in which a supervisor says why a task is taken back."""
    t = reader.t
    blocks = [
        section(_line(reader, row)),
        text_input(
            t("Why?"),
            ids.WHY,
            limit=REASON_LIMIT,
            hint=t("The person reads this, in their language. What they handed in stays stored."),
        ),
        context(t("The task is open to everybody again, and nothing is held against the person.")),
    ]
    return modal(t, ids.FORM_RECLAIM, t("Reclaim a task"), t("Reclaim"), blocks, metadata=str(ref))


def reclaimed_line(reader: Reader, task_id: int) -> str:
    """Return how taking back went, for the top of the board."""
    return "↩️ " + reader.t(
        "Task {task} is open to everybody again, and the person is told.", task=f"#{task_id}"
    )


def held_modal(
    reader: Reader,
    project_id: int,
    project_key: str,
    groups: Sequence[HeldGroup],
    batches: Sequence[BatchRow],
) -> Json:
    """Return what is on hold and why, with the way to hold an import and to let it go on."""
    t = reader.t
    blocks: list[Json] = []
    if not groups:
        blocks.append(section(t("Nothing is on hold.")))
    for group in groups:
        blocks += _group(reader, group)
    free = any(batch.open > batch.held for batch in batches)
    hold = button(t("Put an import on hold"), ids.BOARD_HOLD, BoardRef(project_id)) if free else None
    blocks += [
        divider(),
        *actions(hold, button(t("Back to the board"), ids.BOARD_SHOW, BoardRef(project_id))),
    ]
    return modal(t, NOTICE, t("On hold: {key}", key=project_key), "", blocks)


def _group(reader: Reader, group: HeldGroup) -> list[Json]:
    t = reader.t
    name = group.batch_name if reader.language == "ko" else without_korean(group.batch_name)
    count = t.plural("{n} task", "{n} tasks", group.tasks)
    first = t("from #{task} on", task=group.first_task_id) if group.tasks > 1 else f"#{group.first_task_id}"
    where = t("import {name}", name=inline(name or f"#{group.batch_id}", 60))
    cause = t("issue #{id}", id=group.issue_id) if group.issue_id else inline(group.placed_by, 40)
    since = t("for {time}", time=reader.since(group.since))
    go_on = None if group.issue_id else button(t("Release"), ids.BOARD_RELEASE, f"{group.batch_id}")
    shown = [section(f"⏸️ *{count}* ({first}) · {where}\n{cause} · {since}", go_on)]
    if group.reason is not None:
        words = cut(showable(read_as(group.reason, reader.language)), _MOST_REASON)
        if reader.language != "ko":
            words = without_korean(words) or t("The reason is in Korean and not translated yet.")
        shown.append(quote("", [Run(words)]))
    return shown


def hold_batch_form(reader: Reader, project_id: int, batches: Sequence[BatchRow]) -> Json:
    """Return the window in which an import is put on hold, with the reason."""
    t = reader.t
    options = []
    for batch in batches:
        if batch.open <= batch.held:
            continue
        name = batch.name if reader.language == "ko" else without_korean(batch.name)
        left = t.plural("{n} task", "{n} tasks", batch.open - batch.held)
        options.append((str(batch.batch_id), f"#{batch.batch_id} {name} · {left}"))
    blocks = [
        choice(t("Which import?"), ids.BATCH, options),
        text_input(
            t("Why?"), ids.WHY, limit=REASON_LIMIT, hint=t("Supervisors and PMs read it, in both languages.")
        ),
        context(t("Nobody takes or judges them meanwhile, and their deadlines stand still.")),
    ]
    return modal(
        t, ids.FORM_HOLD_BATCH, t("Put on hold"), t("Put on hold"), blocks, metadata=str(BoardRef(project_id))
    )


def batch_under_way(reader: Reader) -> Content:
    """Say that the tasks of an import are being gone through."""
    return say(
        "⏳ " + reader.t("I am going through the tasks of this import. The result will be shown here.")
    )
