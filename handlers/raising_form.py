"""The form that raises an issue: what it holds when it opens, and what becomes of what was filled in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotAllowed
from bot.domain.escalation import REQUEST_LIMIT, Asked, IssueSource, Severity
from bot.domain.policy import Action, Subject
from bot.reports.issue_sight import sees
from bot.reports.issue_threads import find_issue_at
from bot.reports.issues import read_issue
from bot.services import issues, places
from bot.services.access import allowed_projects, require
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.issue_refs import Raised
from bot.slack.views import issue_forms as forms
from bot.slack.views import issues as views
from bot.slack.views import trouble
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import old_button
from handlers.once import once
from handlers.shared_words import require_no_content

View = dict[str, object]


@dataclass(frozen=True)
class Draft:
    """What the form holds when it opens: tasks that are meant already, texts that may name more, words, urgency."""

    tasks: places.Tasks = ()
    texts: Sequence[str] = ()
    request: str = ""
    severity: Severity = Severity.S3


def taken(uow: UnitOfWork, heard: Heard, channel: str | None, thread_ts: str | None) -> Content | None:
    """Return the card of the issue that a thread has already, None for a thread without one.

    Raises NotAllowed for somebody who may not see that issue.
    """
    if channel is None or thread_ts is None:
        return None
    me = heard.me
    issue = find_issue_at(uow.session, me.team_id, channel, thread_ts)
    if issue is None:
        return None
    if not sees(uow.session, person_id=me.person_id, issue_id=issue.id):
        raise NotAllowed(Action.SEE_ISSUE, "issue", issue.id)
    facts = read_issue(uow.session, issue.id, heard.reader.now)
    return views.thread_taken(heard.reader, facts) if facts is not None else None


def is_channel(channel: str | None) -> bool:
    """Say whether a conversation is a channel, in whose threads others read; direct messages are none."""
    return bool(channel) and str(channel)[:1] in ("C", "G")


def build_form(uow: UnitOfWork, heard: Heard, raised: Raised, draft: Draft) -> View:
    """Return the form with what is known: the project or those to choose from, the tasks that are likely meant.

    Raises NotAllowed for somebody who is in no project, or not in the one it is about.
    """
    me = heard.me
    projects: tuple[tuple[int, str], ...] = ()
    if raised.project_id is not None:
        require(
            uow, Action.OPEN_ISSUE, me.person_id, raised.project_id, Subject("project", raised.project_id)
        )
    else:
        projects = allowed_projects(uow, Action.OPEN_ISSUE, person_id=me.person_id, team_id=me.team_id)
        if not projects:
            raise NotAllowed(Action.OPEN_ISSUE, "project")
        if len(projects) == 1:
            raised, projects = replace(raised, project_id=projects[0][0]), ()
    wanted = [raised.project_id] if raised.project_id is not None else [id for id, _key in projects]
    meant = dict(draft.tasks)
    for project_id in wanted:
        meant.update(places.tasks_in_words(uow.session, project_id, *draft.texts))
    offered = meant | dict(places.tasks_in_hand(uow.session, me.person_id, wanted))
    return forms.open_form(
        heard.reader,
        raised,
        projects=projects,
        tasks=tuple((task_id, f"#{task_id} {external_id}") for task_id, external_id in offered.items()),
        chosen=tuple(meant),
        request=draft.request[:REQUEST_LIMIT],
        severity=draft.severity,
    )


def place(
    uow: UnitOfWork, heard: Heard, channel: str, thread_ts: str | None, else_of: int | None = None
) -> Raised:
    """Return where an issue of this thread is raised, with its channel's project, or else the one named."""
    project_id = places.project_of_channel(uow, team_id=heard.me.team_id, channel=channel) or else_of
    return Raised(IssueSource.THREAD, project_id, channel, thread_ts)


def filled(heard: Heard, fields: Fields, metadata: str) -> Answer:
    """Raise the issue; the form closes, and the card stands in the thread or in the person's messages."""
    try:
        raised = Raised.load(metadata)
    except ValueError:
        return old_button(heard)

    def effect(uow: UnitOfWork) -> Answer:
        # While the form was open somebody else may have raised it.
        if (shown := taken(uow, heard, raised.channel, raised.thread_ts)) is not None:
            return {"response_action": "update", "view": trouble.notice(heard.reader.t, shown)}
        project_id = _project_of(uow, heard, raised, fields)
        if raised.channel is not None:
            require_no_content(uow, heard, request=fields.text(ids.REQUEST))
        issues.open_issue(
            uow,
            person_id=heard.me.person_id,
            project_id=project_id,
            severity=_severity(fields),
            asked=_asked(fields),
            request=fields.text(ids.REQUEST),
            source=raised.source,
            channel=raised.channel,
            thread_ts=raised.thread_ts,
            task_ids=_tasks(uow, project_id, fields),
        )
        return {}

    return once(heard, effect)


def _project_of(uow: UnitOfWork, heard: Heard, raised: Raised, fields: Fields) -> int:
    chosen = fields.text(ids.PROJECT)
    project_id = raised.project_id or (int(chosen) if chosen.isascii() and chosen.isdigit() else None)
    if project_id is None:
        raise Invalid(ids.PROJECT, "missing")
    # Before anything is said about which tasks there are.
    require(uow, Action.OPEN_ISSUE, heard.me.person_id, project_id, Subject("project", project_id))
    return project_id


def _severity(fields: Fields) -> Severity:
    chosen = fields.text(ids.SEVERITY)
    if chosen not in set(Severity):
        raise Invalid(ids.SEVERITY, "unknown")
    return Severity(chosen)


def _asked(fields: Fields) -> Asked:
    chosen = fields.text(ids.ASKED)
    return Asked(chosen) if chosen in set(Asked) else Asked.SUPERVISOR


def _tasks(uow: UnitOfWork, project_id: int, fields: Fields) -> tuple[int, ...]:
    chosen = places.tasks_of(uow.session, project_id, fields.numbers(ids.TASKS))
    return tuple(dict.fromkeys(id for id, _ in (*chosen, *typed_tasks(uow, project_id, fields))))


def typed_tasks(uow: UnitOfWork, project_id: int, fields: Fields) -> places.Tasks:
    """Return the tasks that were typed into a form; raises Invalid for what names none."""
    listed = places.tasks_in_list(uow.session, project_id, fields.text(ids.TEXT))
    if listed.unknown:
        raise Invalid(ids.TEXT, "unknown_task", ", ".join(listed.unknown))
    return listed.tasks
