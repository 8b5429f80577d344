"""What every file from a form has in common: which projects it may be for, and how its end is told."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic, sleep

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed
from bot.domain.policy import Action, Subject
from bot.services.access import allowed_projects, find_project, require
from bot.slack.content import Content
from bot.slack.failures import SlackFailure
from bot.slack.views import trouble
from handlers.errors import survive
from handlers.heard import Heard

PATIENCE_SECONDS = 60.0
"""How long a file waits for its turn to be written; nobody waits for its answer."""

_ACK_SECONDS = 1.0
"""How long Slack may take to show the acknowledgement, which would cover a result that came before it."""


def project_keys(uow: UnitOfWork, heard: Heard, action: Action, key: str) -> tuple[str, ...]:
    """Return the key of the named project, or of all in which the person may do this; raises NotAllowed for none."""
    me = heard.me
    if key:
        project = find_project(uow, team_id=me.team_id, key=key)
        require(uow, action, me.person_id, project.id, Subject("project", project.id))
        return (project.key,)
    allowed = allowed_projects(uow, action, person_id=me.person_id, team_id=me.team_id)
    if not allowed:
        raise NotAllowed(action, "project")
    return tuple(key for _id, key in allowed)


def work_and_tell(
    heard: Heard, what: str, work: Callable[[], Content], interrupted: Callable[[], Content]
) -> None:
    """Do the work on a file and show the person how it ended, whatever happens; both leave a message as well."""
    began = monotonic()
    words: list[Content] = []
    survive(what, lambda: words.append(work()), lambda: words.append(interrupted()))
    sleep(max(0.0, began + _ACK_SECONDS - monotonic()))
    for shown in words:
        _show(heard, shown)


def _show(heard: Heard, words: Content) -> None:
    """Put the result where the person waits; when they have closed the window the message tells them."""
    try:
        heard.deps.gateway.update_view(heard.body["view"]["id"], trouble.notice(heard.reader.t, words))
    except SlackFailure:
        return
