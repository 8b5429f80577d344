"""/work and the buttons and forms of tasks: take, list, submit, release, extend, unusable."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.answers import NOTE, UNUSABLE
from bot.domain.errors import MustAcknowledge, NotFound, NoWork, ProjectClosed
from bot.reports.cards import AssignmentFacts, read_assignment
from bot.reports.desk import held_tasks, newest_assignment
from bot.services import submissions, tasks
from bot.services.gates import closed_projects
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import forms, trouble
from bot.slack.views import tasks as views
from bot.slack.views.gates import closed_reply
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.guidelines import must_read
from handlers.heard import Answer, Heard
from handlers.listening import Sub, by_form_ref, by_ref, command_listener, form_listener, press_listener
from handlers.once import look, once, open_form
from handlers.wishes import no_work

Step = Callable[[Heard, Ref], Answer]


def register(app: App, deps: Deps) -> None:
    """Listen to everything about tasks."""
    subs: dict[str, Sub] = {
        "next": take,
        "list": lambda heard, _rest: show_list(heard),
        "submit": typed(open_submit),
        "release": typed(release),
        "extend": typed(extend),
        "unusable": typed(open_unusable),
    }
    app.command(deps.commands["work"])(command_listener("work", subs, show_list))
    app.action(re.compile("^task:"))(
        press_listener(
            {
                ids.TASK_NEXT: take,
                ids.TASK_SUBMIT: by_ref(open_submit),
                ids.TASK_RELEASE: by_ref(release),
                ids.TASK_EXTEND: by_ref(extend),
                ids.TASK_UNUSABLE: by_ref(open_unusable),
            }
        )
    )
    app.view(re.compile(f"^({ids.FORM_SUBMIT}|{ids.FORM_UNUSABLE})$"))(
        form_listener({ids.FORM_SUBMIT: by_form_ref(submit), ids.FORM_UNUSABLE: by_form_ref(submit_unusable)})
    )


def take(heard: Heard, rest: str) -> Answer:
    """Hand the person the next task, of one project when its key is given."""

    def effect(uow: UnitOfWork) -> Answer:
        key = rest if rest.strip("-") else None
        try:
            claim = tasks.claim_next(uow, person_id=heard.me.person_id, project_key=key)
        except MustAcknowledge as first:
            return must_read(uow, heard, first.version_id)
        except ProjectClosed as behind:
            return closed_reply(heard.reader, behind.closed).as_reply()
        except NoWork as empty:
            return no_work(uow, heard, empty)
        return views.claim_reply(heard.reader, _facts(uow, claim.assignment_id), claim.rework).as_reply()

    return once(heard, effect)


def show_list(heard: Heard) -> Answer:
    """Show what the person has in hand, and what their projects ask for before they give more."""

    def read(uow: UnitOfWork) -> Answer:
        person_id = heard.me.person_id
        closed = tuple(closed_projects(uow, person_id).values())
        return views.task_list(heard.reader, held_tasks(uow.session, person_id), closed).as_reply()

    return look(heard, read)


def typed(step: Step) -> Sub:
    """Make a sub-command of a step: on the task named by its number, or on the only one in hand."""

    def run(heard: Heard, rest: str) -> Answer:
        found: list[Ref] = []

        def find(uow: UnitOfWork) -> Answer:
            person_id = heard.me.person_id
            number = rest.strip().lstrip("#")
            if number:
                newest = newest_assignment(uow.session, person_id, int(number)) if _is_id(number) else None
                if newest is None:
                    raise NotFound("task", rest[:40])
                found.append(Ref(newest, 0))
                return {}
            held = held_tasks(uow.session, person_id)
            if len(held) == 1:
                found.append(Ref(held[0].assignment_id, held[0].ver))
                return {}
            return views.task_list(heard.reader, held).as_reply()

        answer = look(heard, find)
        return step(heard, found[0]) if found else answer

    return run


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def release(heard: Heard, ref: Ref) -> Answer:
    """Give a task back."""

    def effect(uow: UnitOfWork) -> Answer:
        tasks.release(uow, person_id=heard.me.person_id, assignment_id=ref.id, ver=ref.ver or None)
        return views.released_reply(heard.reader).as_reply()

    return once(heard, effect)


def extend(heard: Heard, ref: Ref) -> Answer:
    """Ask for more time, once."""

    def effect(uow: UnitOfWork) -> Answer:
        held = tasks.extend(uow, person_id=heard.me.person_id, assignment_id=ref.id, ver=ref.ver or None)
        return views.extended_reply(heard.reader, held.lease_until).as_reply()

    return once(heard, effect)


def open_submit(heard: Heard, ref: Ref) -> Answer:
    """Open the form to hand an answer in."""
    return open_form(heard, lambda uow: forms.submit_form(heard.reader, _mine(uow, heard, ref)))


def open_unusable(heard: Heard, ref: Ref) -> Answer:
    """Open the form that says why an item can't be worked on."""
    return open_form(heard, lambda uow: forms.unusable_form(heard.reader, _mine(uow, heard, ref)))


def _mine(uow: UnitOfWork, heard: Heard, ref: Ref) -> AssignmentFacts:
    submissions.may_submit(uow, person_id=heard.me.person_id, assignment_id=ref.id)
    return _facts(uow, ref.id)


def _facts(uow: UnitOfWork, assignment_id: int) -> AssignmentFacts:
    uow.session.flush()
    facts = read_assignment(uow.session, assignment_id)
    if facts is None:
        raise NotFound("assignment", str(assignment_id))
    return facts


def submit(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Hand in what was filled in."""
    return _submit(heard, fields.only(ids.TEXT, ids.LABEL, ids.RATIONALE, NOTE), ref)


def submit_unusable(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Hand in that the item can't be worked on."""
    return _submit(heard, {UNUSABLE: "", **fields.only(UNUSABLE, NOTE)}, ref)


def _submit(heard: Heard, parts: dict[str, str], ref: FormRef) -> Answer:
    def effect(uow: UnitOfWork) -> Answer:
        done = submissions.submit(
            uow,
            person_id=heard.me.person_id,
            assignment_id=ref.id,
            parts=parts,
            round=ref.round or None,
        )
        if not (done.draft or done.late):
            # The form closes, which is Slack's own sign of success, and the card shows the rest.
            return {}
        reply = views.submitted_reply(
            heard.reader, done.round, done.draft, done.late, done.unusable, accepted=done.accepted
        )
        return {"response_action": "update", "view": trouble.notice(heard.reader.t, reply)}

    return once(heard, effect)
