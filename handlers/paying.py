"""/pm pay: closing months, marking them paid, and asking for corrections."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.models import Assignment, Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.commands import Parsed, Unknown, parse
from bot.domain.errors import Invalid, NotFound
from bot.domain.keystrokes import keystrokes
from bot.domain.pay import Month, StatementState
from bot.domain.policy import Action
from bot.domain.surface import PAY_VERBS
from bot.reports.pay_requests import waiting_requests
from bot.reports.payees import payee_behind, payees
from bot.reports.statements import (
    find_statement,
    read_closable,
    read_statement,
    read_statements,
)
from bot.services import pay_requests, paying
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.views import pay_office as views
from bot.slack.views import trouble
from bot.slack.views.help import help_for
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import HELP, Sub, form_by_number, form_listener, old_button
from handlers.once import look, once, open_form
from handlers.projects import key_and_month, named_project
from handlers.typed import find_mention, read_signed

View = dict[str, object]


def register(app: App, deps: Deps) -> None:  # noqa: ARG001 -- every feature is registered alike
    """Listen to the forms of statements and corrections; /pm itself listens in `pm`."""
    forms = (ids.FORM_PAY_CLOSE, ids.FORM_PAY_PAID, ids.FORM_PAY_ADJUST, ids.FORM_PAY_VOID)
    app.view(re.compile(f"^({'|'.join(forms)})$"))(
        form_listener(
            {
                ids.FORM_PAY_CLOSE: close,
                ids.FORM_PAY_PAID: form_by_number(mark_paid),
                ids.FORM_PAY_ADJUST: form_by_number(adjust),
                ids.FORM_PAY_VOID: form_by_number(void),
            }
        )
    )


def typed(heard: Heard, rest: str) -> Answer:
    """Do what follows `/pm pay`: a verb with a project, or a project's statements when there is no verb."""
    outcome = parse(rest, PAY_VERBS)
    if isinstance(outcome, Parsed):
        return _VERBS[outcome.name](heard, outcome.rest)
    word = outcome.word if isinstance(outcome, Unknown) else ""
    nearest = outcome.nearest if isinstance(outcome, Unknown) else None
    if nearest is None and keystrokes(word) not in HELP:
        return show_statements(heard, rest)
    name = f"{heard.deps.commands['pm']} pay"
    unknown = word if nearest else None
    return help_for(heard.reader, name, PAY_VERBS, unknown, nearest).as_reply()


def show_statements(heard: Heard, rest: str) -> Answer:
    """Show a project's statements and what waits for a second person."""

    def read(uow: UnitOfWork) -> Answer:
        project = named_project(uow, heard, Action.SEE_PAY, rest.strip())
        rows = read_statements(uow.session, project.id)
        waiting = len(waiting_requests(uow.session, project.id))
        return views.statement_list(heard.reader, project.key, rows, waiting).as_reply()

    return look(heard, read)


def open_close(heard: Heard, rest: str) -> Answer:
    """Ask whether to close a month, the last one that is over if none is named."""

    def build(uow: UnitOfWork) -> View:
        key, month = key_and_month(rest)
        project = named_project(uow, heard, Action.CLOSE_PAY, key)
        month = month or Month.of(uow.now, project.zone).previous()
        closable = read_closable(uow.session, project.id, month)
        return views.close_form(heard.reader, project.id, project.key, month, closable)

    return open_form(heard, build)


def close(heard: Heard, _fields: Fields, metadata: str) -> Answer:
    """Close the month the form was opened for."""
    found = re.fullmatch(r"([0-9]{1,18})\.([0-9]{4}-[0-9]{2})", metadata)
    if found is None:
        return old_button(heard)
    project_id, month = int(found[1]), Month.parse(found[2])

    def effect(uow: UnitOfWork) -> Answer:
        closed = paying.close_statement(uow, person_id=heard.me.person_id, project_id=project_id, month=month)
        key = uow.session.get_one(Project, project_id).key
        return _in_window(heard, views.pay_closed(heard.reader, key, closed))

    return once(heard, effect)


def open_paid(heard: Heard, rest: str) -> Answer:
    """Ask whether a statement was paid: the named month's, else the oldest that is closed and not paid."""

    def build(uow: UnitOfWork) -> View:
        key, month = key_and_month(rest)
        project = named_project(uow, heard, Action.SEE_PAY, key)
        if month is not None:
            statement_id = find_statement(uow.session, project.id, month)
        else:
            rows = read_statements(uow.session, project.id)
            statement_id = next((row.id for row in rows[::-1] if row.state is StatementState.CLOSED), None)
        facts = read_statement(uow.session, statement_id) if statement_id is not None else None
        if facts is None:
            raise NotFound("statement", str(month or project.key))
        return views.paid_form(heard.reader, facts)

    return open_form(heard, build)


def mark_paid(heard: Heard, _fields: Fields, statement_id: int) -> Answer:
    """Mark the statement as paid; everybody in it is told."""

    def effect(uow: UnitOfWork) -> Answer:
        paid = paying.mark_paid(uow, person_id=heard.me.person_id, statement_id=statement_id)
        facts = read_statement(uow.session, statement_id)
        assert facts is not None
        return _in_window(heard, views.pay_paid(heard.reader, facts.project_key, paid))

    return once(heard, effect)


def open_adjust(heard: Heard, rest: str) -> Answer:
    """Open the form of a correction, for everybody who can be paid or for the one who was mentioned."""

    def build(uow: UnitOfWork) -> View:
        user, words = find_mention(rest)
        project = named_project(uow, heard, Action.ASK_PAY, words)
        people = payees(uow.session, project.id)
        if user is not None:
            people = payee_behind(uow.session, project.id, user)
        if not people:
            raise Invalid("person", "not_in_project")
        return views.adjust_form(heard.reader, project.id, project.key, project.currency, people)

    return open_form(heard, build)


def adjust(heard: Heard, fields: Fields, project_id: int) -> Answer:
    """Ask for a correction; nothing changes before a second person approves it."""

    def effect(uow: UnitOfWork) -> Answer:
        project = uow.session.get(Project, project_id)
        if project is None:
            raise NotFound("project")
        asked = pay_requests.ask_adjustment(
            uow,
            person_id=heard.me.person_id,
            project_id=project_id,
            payee_id=_whole(ids.PERSON, fields.text(ids.PERSON)),
            amount_minor=read_signed(fields.text(ids.AMOUNT), project.currency),
            reason=fields.text(ids.REASON),
        )
        return _in_window(heard, views.pay_asked(heard.reader, asked.approvers))

    return once(heard, effect)


def open_void(heard: Heard, rest: str) -> Answer:
    """Open the form that takes one task's pay back."""

    def build(uow: UnitOfWork) -> View:
        project = named_project(uow, heard, Action.ASK_PAY, rest.strip())
        return views.void_form(heard.reader, project.id, project.key)

    return open_form(heard, build)


def void(heard: Heard, fields: Fields, project_id: int) -> Answer:
    """Ask to take the pay of an assignment back."""

    def effect(uow: UnitOfWork) -> Answer:
        assignment_id = _whole(ids.ASSIGNMENT, fields.text(ids.ASSIGNMENT).strip().removeprefix("#"))
        assignment = uow.session.get(Assignment, assignment_id)
        # A number of another project is a slip, even where the person may do this as well.
        if assignment is None or assignment.project_id != project_id:
            raise Invalid(ids.ASSIGNMENT, "not_earned", str(assignment_id))
        asked = pay_requests.ask_void(
            uow,
            person_id=heard.me.person_id,
            assignment_id=assignment_id,
            reason=fields.text(ids.REASON),
        )
        return _in_window(heard, views.pay_asked(heard.reader, asked.approvers))

    return once(heard, effect)


def _whole(field: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(field, "malformed" if text else "missing", text[:20])
    return int(text)


def _in_window(heard: Heard, words: Content) -> Answer:
    return {"response_action": "update", "view": trouble.notice(heard.reader.t, words)}


_VERBS: dict[str, Sub] = {"close": open_close, "paid": open_paid, "adjust": open_adjust, "void": open_void}
