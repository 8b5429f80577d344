"""The long part of a guideline upload: fetch, read, store as the draft, and report either way."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from bot.db.models import Project
from bot.guidelines.limits import MAX_BYTES
from bot.guidelines.problems import BadGuideline, GuidelineProblem
from bot.guidelines.safely import read_guideline_safely
from bot.outbox.messages import GuidelineReport
from bot.outbox.queue import enqueue
from bot.reports import guidelines as reports
from bot.services.guidelines import upload
from bot.slack.content import Content
from bot.slack.failures import SlackFailure
from bot.slack.views import guideline_drafts as views
from bot.slack.views.guideline_errors import INTERRUPTED, guideline_refused
from handlers.file_work import PATIENCE_SECONDS, work_and_tell
from handlers.forms import UploadedFile
from handlers.heard import Heard


@dataclass(frozen=True)
class UploadOrder:
    """A file that is to become a project's draft."""

    project_id: int
    project_key: str
    file: UploadedFile


def run_upload(heard: Heard, order: UploadOrder) -> None:
    """Read and store the file and tell the person how it ended, whatever happens."""
    work_and_tell(
        heard,
        "a guideline upload",
        lambda: _take(heard, order),
        lambda: _refuse(heard, order, INTERRUPTED, {}),
    )


def _take(heard: Heard, order: UploadOrder) -> Content:
    try:
        version_id = _store(heard, order)
    except BadGuideline as error:
        return _refuse(heard, order, error.code.value, error.facts)
    with heard.deps.transaction.reading() as session:
        outline = reports.outline(session, version_id)
        assert outline is not None
        return views.outline_shown(heard.reader, outline, reports.changed(session, version_id))


def _store(heard: Heard, order: UploadOrder) -> int:
    """Fetch, read and store, with the report in the same transaction: it is sent if and only if it is true."""
    if order.file.size > MAX_BYTES:
        raise _too_large()
    try:
        data = heard.deps.gateway.download_file(order.file.url, MAX_BYTES, size=order.file.size)
    except SlackFailure as failure:
        if failure.code == "file_too_large":
            raise _too_large() from None
        raise
    guideline = read_guideline_safely(data, order.file.name)
    if not guideline.sections:
        raise BadGuideline(GuidelineProblem.EMPTY)
    me = heard.me
    with heard.deps.transaction(patience=PATIENCE_SECONDS) as uow:
        done = upload(
            uow,
            actor_id=me.person_id,
            project=uow.session.get_one(Project, order.project_id),
            name=order.file.name,
            sha256=sha256(data).hexdigest(),
            guideline=guideline,
        )
        enqueue(uow, me.team_id, GuidelineReport(me.person_id, order.project_id, done.version_id))
    return done.version_id


def _too_large() -> BadGuideline:
    return BadGuideline(GuidelineProblem.TOO_LARGE, megabytes=str(MAX_BYTES // 1024 // 1024))


def _refuse(heard: Heard, order: UploadOrder, code: str, facts: dict[str, str]) -> Content:
    me = heard.me
    with heard.deps.transaction(patience=PATIENCE_SECONDS) as uow:
        enqueue(uow, me.team_id, GuidelineReport(me.person_id, order.project_id, problem=code, values=facts))
    return guideline_refused(heard.reader, order.project_key, code, facts)
