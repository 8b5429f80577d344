"""Agreeing to sensitive work and stopping it, and asking about a task from its card."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.models import Assignment, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import DomainError, MustAcknowledge, NotYours
from bot.domain.policy import Action, Subject
from bot.domain.questions import Place
from bot.services import consenting, tasks
from bot.services.access import require
from bot.services.guidelines import remind
from bot.services.questions import Spot
from bot.services.rules import rules_of
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.ids import FormRef, Ref
from bot.slack.views import care as views
from bot.slack.views import trouble
from bot.slack.views.errors import word_error
from handlers.asking import ask
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import (
    by_form_ref,
    by_number,
    by_ref,
    form_by_number,
    form_listener,
    press_listener,
)
from handlers.once import View, once, open_form


def register(app: App, deps: Deps) -> None:  # noqa: ARG001 -- every feature is registered alike
    """Listen to consent and to the question on a task's card."""
    app.action(re.compile("^consent:"))(
        press_listener({ids.CONSENT_OPEN: by_number(open_consent), ids.CONSENT_STOP: by_ref(stop)})
    )
    app.action(re.compile("^card:"))(press_listener({ids.CARD_ASK: by_ref(open_question)}))
    app.view(re.compile(f"^({ids.FORM_CONSENT}|{ids.FORM_CARD_ASK})$"))(
        form_listener({ids.FORM_CONSENT: form_by_number(agreed), ids.FORM_CARD_ASK: by_form_ref(asked)})
    )


def open_consent(heard: Heard, project_id: int) -> Answer:
    """Open the window that says what the content is."""

    def build(uow: UnitOfWork) -> View:
        require(uow, Action.CONSENT, heard.me.person_id, project_id, Subject("project", project_id))
        project = uow.session.get_one(Project, project_id)
        limit = rules_of(uow.session, project_id).row_limit
        return views.consent_form(heard.reader, project_id, project.key, project.name, limit)

    return open_form(heard, build)


def agreed(heard: Heard, _fields: Fields, project_id: int) -> Answer:
    """Keep that somebody agreed, and give them the task they had asked for."""

    def effect(uow: UnitOfWork) -> Answer:
        consenting.consent(uow, person_id=heard.me.person_id, project_id=project_id)
        key = uow.session.get_one(Project, project_id).key
        shown = views.consented(heard.reader, key, _next(uow, heard, key))
        return {"response_action": "update", "view": trouble.notice(heard.reader.t, shown)}

    return once(heard, effect)


def _next(uow: UnitOfWork, heard: Heard, key: str) -> str:
    try:
        tasks.claim_next(uow, person_id=heard.me.person_id, project_key=key)
    except MustAcknowledge as first:
        remind(uow, person_id=heard.me.person_id, version_id=first.version_id)
        return word_error(heard.reader.t, first)
    except DomainError as error:
        # What they agreed to stays, whatever stands in the way of a task just now.
        return word_error(heard.reader.t, error)
    return heard.reader.t("Your task is in our direct messages.")


def stop(heard: Heard, ref: Ref) -> Answer:
    """End sensitive work at once, with no questions."""

    def effect(uow: UnitOfWork) -> Answer:
        assignment = uow.session.get(Assignment, ref.id)
        if assignment is None or assignment.person_id != heard.me.person_id:
            raise NotYours(Action.CONSENT, "assignment", ref.id)
        returned = consenting.stop(uow, person_id=heard.me.person_id, project_id=assignment.project_id)
        return views.stopped_reply(heard.reader, returned).as_reply()

    return once(heard, effect)


def open_question(heard: Heard, ref: Ref) -> Answer:
    """Open the window for a question about the task."""

    def build(uow: UnitOfWork) -> View:
        assignment = tasks.load_held(uow, Action.SUBMIT, heard.me.person_id, ref.id)
        return views.ask_form(heard.reader, assignment.id, assignment.ver, assignment.task_id)

    return open_form(heard, build)


def asked(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Ask it; the answer comes as a message."""
    answer = ask(heard, fields.text(ids.QUESTION), Spot(Place.COMMAND, assignment_id=ref.id))
    if "response_action" in answer or not answer.get("blocks"):
        return answer
    shown = Content(answer["text"], answer["blocks"])
    return {"response_action": "update", "view": trouble.notice(heard.reader.t, shown)}
