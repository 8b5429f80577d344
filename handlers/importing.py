"""The long part of an import from Slack: fetch, read, store all or nothing, and report either way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.db.models import Project
from bot.domain.task import TaskType
from bot.imports.problems import BadFile, Problem, ProblemCode
from bot.imports.read import LARGEST_FILE, read_tasks
from bot.outbox.messages import ImportReport
from bot.outbox.queue import enqueue
from bot.services.imports import Imported, import_tasks
from bot.slack.content import Content
from bot.slack.views.admin import import_report
from bot.slack.views.import_errors import word_problem
from handlers.file_work import PATIENCE_SECONDS, work_and_tell
from handlers.forms import UploadedFile
from handlers.heard import Heard


@dataclass(frozen=True)
class ImportOrder:
    """A file for a project."""

    project_id: int
    project_key: str
    type: TaskType
    file: UploadedFile


def run_import(heard: Heard, order: ImportOrder) -> None:
    """Do the import and tell the person how it ended, whatever happens."""
    work_and_tell(
        heard,
        "an import",
        lambda: _import(heard, order),
        lambda: _report(heard, order, [Problem(None, ProblemCode.INTERRUPTED)], 0),
    )


def _import(heard: Heard, order: ImportOrder) -> Content:
    try:
        imported = _store(heard, order)
    except BadFile as error:
        return _report(heard, order, error.problems, error.more)
    return import_report(heard.reader, order.project_key, imported.added, imported.unchanged, ())


def _store(heard: Heard, order: ImportOrder) -> Imported:
    """Fetch, read and store, with the report in the same transaction: it is sent if and only if it is true."""
    if order.file.size > LARGEST_FILE:
        limit = LARGEST_FILE // 1024 // 1024
        raise BadFile((Problem(None, ProblemCode.FILE_TOO_LARGE, {"limit": limit}),))
    data = heard.deps.gateway.download_file(order.file.url, LARGEST_FILE)
    rows = read_tasks(order.file.name, data, order.type).rows
    me = heard.me
    with heard.deps.transaction(patience=PATIENCE_SECONDS) as uow:
        imported = import_tasks(
            uow,
            project=uow.session.get_one(Project, order.project_id),
            source_name=order.file.name,
            rows=rows,
            actor_id=me.person_id,
        )
        report = ImportReport(me.person_id, order.project_id, imported.added, imported.unchanged, [])
        enqueue(uow, me.team_id, report)
    return imported


def _report(heard: Heard, order: ImportOrder, problems: Sequence[Problem], more: int) -> Content:
    me = heard.me
    facts = [{"line": p.line, "code": p.code.value, "values": dict(p.values)} for p in problems]
    with heard.deps.transaction(patience=PATIENCE_SECONDS) as uow:
        enqueue(uow, me.team_id, ImportReport(me.person_id, order.project_id, 0, 0, facts, more))
    t = heard.reader.t
    said = tuple(word_problem(t, problem) for problem in problems)
    return import_report(heard.reader, order.project_key, 0, 0, said, more)
