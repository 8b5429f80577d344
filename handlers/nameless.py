"""Reports without a name, from Home: they reach the supervisors, and nothing anywhere says who sent them."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import DomainError
from bot.domain.escalation import IssueSource, Severity
from bot.domain.policy import Action
from bot.services.access import allowed_projects
from bot.services.issues import open_issue
from bot.services.requests import recall, remember
from bot.slack import ids
from bot.slack.views import trouble
from bot.slack.views.errors import word_error
from bot.slack.views.issue_forms import nameless_form
from bot.slack.views.issues import nameless_sent
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import form_listener, old_button, press_listener
from handlers.once import complain, open_view


def register(app: App, _deps: Deps) -> None:
    """Listen to the button at Home and to the form it opens."""
    app.action(ids.ISSUE_NAMELESS)(press_listener({ids.ISSUE_NAMELESS: open_report}))
    app.view(ids.FORM_ISSUE_NAMELESS)(form_listener({ids.FORM_ISSUE_NAMELESS: send_report}))


def open_report(heard: Heard, _value: str) -> Answer:
    """Open the form; a refusal is not written down, because it would say who wanted to report something."""
    with heard.deps.transaction.reading() as session:
        uow = UnitOfWork(session, heard.reader.now, reading=True)
        me = heard.me
        projects = allowed_projects(uow, Action.REPORT_NAMELESSLY, person_id=me.person_id, team_id=me.team_id)
    if not projects:
        return complain(heard, heard.reader.t("You are not working in any project here."))
    return open_view(heard, nameless_form(heard.reader, projects))


def send_report(heard: Heard, fields: Fields, metadata: str) -> Answer:
    """Raise the issue without its opener, once however often the form is delivered."""
    project = fields.text(ids.PROJECT) or metadata
    if not (project.isascii() and project.isdigit()):
        return old_button(heard)

    def effect(uow: UnitOfWork) -> None:
        open_issue(
            uow,
            person_id=heard.me.person_id,
            project_id=int(project),
            severity=Severity.S3,
            request=fields.text(ids.REQUEST),
            source=IssueSource.NAMELESS,
        )

    key = f"nameless:{_digest(heard.body)}"
    try:
        with heard.deps.transaction() as uow:
            if recall(uow, key, key) is None:
                effect(uow)
                # What was answered is not kept either: its language would tell something.
                remember(uow, key, {})
    except DomainError as error:
        return complain(heard, word_error(heard.reader.t, error), getattr(error, "field", None))
    sent = nameless_sent(heard.reader)
    return {"response_action": "update", "view": trouble.notice(heard.reader.t, sent)}


def _digest(body: dict[str, Any]) -> str:
    """Name the form that was sent, not who sent it: Slack gives every opened form an id of its own."""
    return sha256(str(body["view"]["id"]).encode()).hexdigest()
