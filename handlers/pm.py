"""/pm: where projects stand, files in and out, guidelines, notices, digests, pay, escalation."""

from __future__ import annotations

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.policy import Action, Subject
from bot.reports.status import read_status
from bot.services.access import allowed_projects, find_project, require
from bot.slack import ids
from bot.slack.views import admin as views
from bot.slack.views import forms, trouble
from handlers import (
    call_outs,
    digests,
    duty,
    golds,
    guidelines,
    notices,
    paying,
    project_rules,
    quality,
    replying,
)
from handlers.deps import Deps
from handlers.exports import start_export
from handlers.file_work import project_keys
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.importing import ImportOrder, run_import
from handlers.listening import Sub, command_listener, form_listener
from handlers.once import look, once, open_form


def register(app: App, deps: Deps) -> None:
    """Listen to /pm and the import form."""
    subs: dict[str, Sub] = {
        "status": status,
        "import": open_import,
        "guideline": guidelines.typed,
        "answers": replying.show_waiting,
        "notice": notices.write_notice,
        "digest": digests.typed,
        "pay": paying.typed,
        "export": start_export,
        "deadline": digests.deadline,
        "escalation": duty.plans,
        "callout": call_outs.open_call_out,
        "rules": project_rules.typed,
        "gold": golds.typed,
        "audit": quality.audit,
        "quality": quality.quality,
    }
    app.command(deps.commands["pm"])(command_listener("pm", subs, lambda heard: status(heard, "")))
    app.view(ids.FORM_IMPORT)(form_listener({ids.FORM_IMPORT: start_import}))


def status(heard: Heard, rest: str) -> Answer:
    """Show one project in full, or all the person looks after in a line each."""

    def read(uow: UnitOfWork) -> Answer:
        me = heard.me
        if rest:
            project = find_project(uow, team_id=me.team_id, key=rest)
            require(uow, Action.SEE_STATUS, me.person_id, project.id, Subject("project", project.id))
            return views.project_status(
                heard.reader, read_status(uow.session, project.id, uow.now)
            ).as_reply()
        projects = allowed_projects(uow, Action.SEE_STATUS, person_id=me.person_id, team_id=me.team_id)
        statuses = tuple(read_status(uow.session, id, uow.now) for id, _key in projects)
        return views.status_list(heard.reader, statuses).as_reply()

    return look(heard, read)


def open_import(heard: Heard, rest: str) -> Answer:
    """Open the form for a file, with the named project or those the person may import into."""

    def build(uow: UnitOfWork) -> dict[str, object]:
        keys = project_keys(uow, heard, Action.IMPORT, rest)
        return forms.import_form(heard.reader, keys)

    return open_form(heard, build)


def start_import(heard: Heard, fields: Fields, _metadata: str) -> Answer:
    """Check who asks, show that it is under way, and fetch the file after the answer has left."""
    files = fields.files.get(ids.FILE, ())
    orders: list[ImportOrder] = []

    def effect(uow: UnitOfWork) -> Answer:
        me = heard.me
        project = find_project(uow, team_id=me.team_id, key=fields.text(ids.PROJECT))
        require(uow, Action.IMPORT, me.person_id, project.id, Subject("project", project.id))
        if not files:
            raise Invalid(ids.FILE, "missing")
        orders.append(ImportOrder(project.id, project.key, project.type, files[0]))
        return {"response_action": "update", "view": trouble.importing(heard.reader.t, project.key)}

    def read_file() -> None:
        heard.deps.uploads.run("an import", lambda: run_import(heard, orders[0]))

    return once(heard, effect, then=read_file)
