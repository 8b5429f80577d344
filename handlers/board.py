"""The board of a project: who has what, taking a task back, and holding what is left of an import."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.models import Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotAllowed, NotFound, StaleAction
from bot.domain.policy import Action, Subject
from bot.reports.live_board import BoardRow, Which, held_groups, open_batches, read_board, read_row
from bot.services import batches, reclaiming
from bot.services.access import require
from bot.slack import ids
from bot.slack.board_refs import BoardRef, ReclaimRef
from bot.slack.content import Content
from bot.slack.failures import SlackFailure
from bot.slack.views import holds, trouble
from bot.slack.views import live_board as views
from handlers.deps import Deps
from handlers.errors import survive
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import Press, form_listener, old_button, press_listener
from handlers.once import once, open_form
from handlers.projects import named_project
from handlers.windows import open_in_place, window_of

View = dict[str, object]

_BUTTONS = 5
"""Home has a button for each of so many projects."""

_PATIENCE = 60.0
"""Seconds a part of an import waits for its turn; nobody waits for its answer."""


def register(app: App, _deps: Deps) -> None:
    """Listen to the buttons and forms of the board; /sup listens in `notices`."""
    shown = [
        ids.BOARD_SHOW,
        *(f"{ids.BOARD_SHOW}:{part}" for part in (*Which, "before", "after", *range(_BUTTONS))),
    ]
    app.action(re.compile("^board:"))(
        press_listener(
            {
                **dict.fromkeys(shown, _by_board(show)),
                ids.BOARD_HELD: _by_board(show_held),
                ids.BOARD_HOLD: _by_board(open_hold),
                ids.BOARD_RECLAIM: open_reclaim,
                ids.BOARD_RELEASE: release,
            }
        )
    )
    app.view(re.compile(f"^({ids.FORM_RECLAIM}|{ids.FORM_HOLD_BATCH})$"))(
        form_listener({ids.FORM_RECLAIM: reclaim, ids.FORM_HOLD_BATCH: hold})
    )


def _by_board(press: Callable[[Heard, BoardRef], Answer]) -> Press:
    def pressed(heard: Heard, value: str) -> Answer:
        try:
            ref = BoardRef.parse(value)
        except ValueError:
            return old_button(heard)
        return press(heard, ref)

    return pressed


def typed(heard: Heard, rest: str) -> Answer:
    """Open the board of the named project, or of the only one."""
    return open_form(
        heard, lambda uow: _board(uow, heard, BoardRef(named_project(uow, heard, Action.SEE_BOARD, rest).id))
    )


def show(heard: Heard, ref: BoardRef) -> Answer:
    """Show a page of the board, in place of the one the button stands on."""
    return open_in_place(heard, lambda uow: _board(uow, heard, ref))


def _board(uow: UnitOfWork, heard: Heard, ref: BoardRef, said: str = "") -> View:
    _may(uow, heard, Action.SEE_BOARD, ref.project_id)
    page = read_board(uow.session, ref.project_id, uow.now, which=ref.which, page=ref.page)
    try:
        _may(uow, heard, Action.RECLAIM, ref.project_id)
    except NotAllowed:
        return views.board_modal(heard.reader, page, may_reclaim=False, said=said)
    return views.board_modal(heard.reader, page, may_reclaim=True, said=said)


def _may(uow: UnitOfWork, heard: Heard, action: Action, project_id: int) -> Project:
    project = uow.session.get(Project, project_id)
    if project is None:
        raise NotFound("project")
    require(uow, action, heard.me.person_id, project.id, Subject("project", project.id))
    return project


def open_reclaim(heard: Heard, value: str) -> Answer:
    """Open the window that asks why a task is taken back."""
    try:
        ref = ReclaimRef.parse(value)
    except ValueError:
        return old_button(heard)
    return open_in_place(heard, lambda uow: views.reclaim_form(heard.reader, _row(uow, heard, ref), ref))


def _row(uow: UnitOfWork, heard: Heard, ref: ReclaimRef) -> BoardRow:
    found = read_row(uow.session, ref.assignment_id, uow.now)
    if found is None:
        raise NotFound("assignment")
    project_id, row = found
    _may(uow, heard, Action.RECLAIM, project_id)
    if row.ver != ref.ver:
        raise StaleAction(Action.RECLAIM, "reclaimed", row.assignment_id, row.state)
    return row


def reclaim(heard: Heard, fields: Fields, metadata: str) -> Answer:
    """Take the task back; the window shows the board again."""
    try:
        ref = ReclaimRef.parse(metadata)
    except ValueError:
        return old_button(heard)

    def effect(uow: UnitOfWork) -> Answer:
        done = reclaiming.reclaim(
            uow,
            actor_id=heard.me.person_id,
            assignment_id=ref.assignment_id,
            reason=fields.text(ids.WHY),
            ver=ref.ver,
        )
        uow.session.flush()
        said = views.reclaimed_line(heard.reader, done.task_id)
        return {"response_action": "update", "view": _board(uow, heard, ref.board, said)}

    return once(heard, effect)


def show_held(heard: Heard, ref: BoardRef) -> Answer:
    """Show what is on hold in a project, and why."""

    def build(uow: UnitOfWork) -> View:
        project = _may(uow, heard, Action.SEE_BOARD, ref.project_id)
        groups = held_groups(uow.session, project.id)
        return views.held_modal(
            heard.reader, project.id, project.key, groups, open_batches(uow.session, project.id)
        )

    return open_in_place(heard, build)


def open_hold(heard: Heard, ref: BoardRef) -> Answer:
    """Open the window that asks which import is to be held, and why."""

    def build(uow: UnitOfWork) -> View:
        project = _may(uow, heard, Action.HOLD, ref.project_id)
        return views.hold_batch_form(heard.reader, project.id, open_batches(uow.session, project.id))

    return open_in_place(heard, build)


def hold(heard: Heard, fields: Fields, _metadata: str) -> Answer:
    """Check who asks, then go through the import part by part after the answer has left."""
    chosen, me = fields.text(ids.BATCH), heard.me
    reasons: list[str] = []

    def effect(uow: UnitOfWork) -> Answer:
        if not (chosen.isascii() and chosen.isdigit()):
            raise Invalid(ids.BATCH, "missing")
        batches.may_hold(uow, actor_id=me.person_id, batch_id=int(chosen))
        reasons.append(batches.clean_reason(fields.text(ids.WHY)))
        view = trouble.notice(heard.reader.t, views.batch_under_way(heard.reader))
        return {"response_action": "update", "view": view}

    def work() -> Content:
        tasks = people = 0
        while True:
            with heard.deps.transaction(patience=_PATIENCE) as uow:
                held = batches.hold_batch(uow, actor_id=me.person_id, batch_id=int(chosen), reason=reasons[0])
            tasks, people = tasks + len(held.tasks), people + len(held.assignments)
            if len(held.tasks) < batches.AT_ONCE:
                return holds.held_reply(heard.reader, tasks, people)

    return once(heard, effect, then=lambda: _go_through(heard, str(heard.body["view"]["id"]), work))


def release(heard: Heard, value: str) -> Answer:
    """Let an import go on, part by part after the answer has left."""
    me, window = heard.me, window_of(heard)
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        return old_button(heard)

    def effect(uow: UnitOfWork) -> Answer:
        batches.may_hold(uow, actor_id=me.person_id, batch_id=int(value))
        return {}

    def work() -> Content:
        tasks = still = 0
        while True:
            with heard.deps.transaction(patience=_PATIENCE) as uow:
                freed = batches.release_batch(uow, actor_id=me.person_id, batch_id=int(value))
            tasks, still = tasks + len(freed.tasks), still + len(freed.still_held)
            if len(freed.tasks) + len(freed.still_held) < batches.AT_ONCE:
                return holds.released_reply(heard.reader, tasks, still)

    return once(heard, effect, then=lambda: _go_through(heard, window, work))


def _go_through(heard: Heard, window: str | None, work: Callable[[], Content]) -> None:
    """Do the work in the thread for long work and say in the window how it ended."""

    def run() -> None:
        words: list[Content] = []
        survive(
            "an import's holds",
            lambda: words.append(work()),
            lambda: words.append(trouble.say(trouble.failed(heard.reader.t))),
        )
        if window is None:
            return
        for shown in words:
            try:
                heard.deps.gateway.update_view(window, trouble.notice(heard.reader.t, shown))
            except SlackFailure:
                # Whoever has closed the window sees it on the board.
                return

    heard.deps.uploads.run("an import's holds", run)
