"""Deciding about answers that do not agree: `/sup adjudicate`, the button of the card, the window."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import PARTS, UNUSABLE
from bot.domain.errors import Invalid, NotFound, StaleAction
from bot.domain.policy import Action
from bot.reports.adjudications import read_adjudication
from bot.services import voting
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import adjudications as views
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import by_form_ref, by_number, by_ref, form_listener, press_listener
from handlers.once import look, once
from handlers.projects import named_project
from handlers.windows import open_in_place


def register(app: App, _deps: Deps) -> None:
    """Listen to the buttons and the form."""
    presses = {ids.VOTE_ADJUDICATE: by_ref(open_this), ids.VOTE_NEXT: by_number(open_next)}
    app.action(re.compile("^vote:"))(press_listener(presses))
    app.view(ids.FORM_ADJUDICATE)(form_listener({ids.FORM_ADJUDICATE: by_form_ref(decided)}))


def next_one(heard: Heard, rest: str) -> Answer:
    """Open the oldest task that waits for the person's decision, in the named project or in any."""
    if not rest:
        return open_next(heard, None)
    found: list[int] = []

    def find(uow: UnitOfWork) -> Answer:
        found.append(named_project(uow, heard, Action.SPOT_CHECK, rest).id)
        return {}

    answer = look(heard, find)
    return open_next(heard, found[0]) if found else answer


def open_next(heard: Heard, project_id: int | None) -> Answer:
    """Open the oldest one, or say that there is none."""
    found: list[int] = []

    def find(uow: UnitOfWork) -> Answer:
        task_id = voting.next_adjudication(uow, person_id=heard.me.person_id, project_id=project_id)
        if task_id is None:
            return views.nothing_to_decide(heard.reader).as_reply()
        found.append(task_id)
        return {}

    answer = look(heard, find)
    return _open(heard, found[0], None) if found else answer


def open_this(heard: Heard, ref: Ref) -> Answer:
    """Open the task of a card."""
    return _open(heard, ref.id, ref.ver)


def _open(heard: Heard, task_id: int, ver: int | None) -> Answer:
    def build(uow: UnitOfWork) -> dict[str, object]:
        task = voting.may_adjudicate(uow, person_id=heard.me.person_id, task_id=task_id)
        facts = read_adjudication(uow.session, task_id, heard.reader.now)
        if facts is None:
            raise NotFound("task", str(task_id))
        if ver is not None and ver != facts.ver:
            raise StaleAction(Action.ADJUDICATE, "task", task_id, task.state)
        return views.adjudication_form(heard.reader, facts)

    return open_in_place(heard, build)


def decided(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Let one answer stand, or the supervisor's own words."""
    chosen = fields.text(ids.ANSWER)
    parts = {part for parts in PARTS.values() for part in parts} | {UNUSABLE}

    def effect(uow: UnitOfWork) -> Answer:
        own = chosen == views.OWN
        if not own and not (chosen.isascii() and chosen.isdigit()):
            raise Invalid(ids.ANSWER, "missing")
        voting.adjudicate(
            uow,
            person_id=heard.me.person_id,
            task_id=ref.id,
            note=fields.text(ids.NOTE),
            submission_id=None if own else int(chosen),
            words=fields.only(*parts) if own else None,
            ver=ref.ver,
        )
        return {}

    return once(heard, effect)
