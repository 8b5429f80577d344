"""/pm guideline, its upload, and the buttons of guideline versions for PMs and workers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from slack_bolt import App

from bot.db.models import GuidelineVersion
from bot.db.unit_of_work import UnitOfWork
from bot.domain.commands import Empty, Parsed, Unknown, parse
from bot.domain.errors import Invalid, NotFound
from bot.domain.guideline import GuidelineState
from bot.domain.policy import Action, Subject
from bot.domain.surface import GUIDELINE_VERBS
from bot.reports import guidelines as reports
from bot.services import guidelines
from bot.services.access import require
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.views import guideline_drafts as drafts
from bot.slack.views import guidelines as views
from bot.slack.views import trouble
from bot.slack.views.help import help_for
from handlers.asking import prepare
from handlers.deps import Deps
from handlers.file_work import project_keys
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import Sub, by_ref, form_listener, press_listener
from handlers.once import look, once, open_form
from handlers.projects import named_project
from handlers.uploading import UploadOrder, run_upload


def register(app: App, deps: Deps) -> None:  # noqa: ARG001 -- every feature is registered alike
    """Listen to the buttons of guideline versions and to the upload form; /pm itself listens in `pm`."""
    app.action(re.compile("^guideline:"))(
        press_listener(
            {
                ids.GUIDELINE_ACKNOWLEDGE: by_ref(acknowledge),
                ids.GUIDELINE_TEXT: by_ref(show_text),
                ids.GUIDELINE_PUBLISH: by_ref(press_publish),
            }
        )
    )
    app.view(ids.FORM_GUIDELINE)(form_listener({ids.FORM_GUIDELINE: start_upload}))


def typed(heard: Heard, rest: str) -> Answer:
    """Do what follows `/pm guideline`: upload, outline, diff or publish, each with a project's key."""
    outcome = parse(rest, GUIDELINE_VERBS)
    if isinstance(outcome, Parsed):
        return _VERBS[outcome.name](heard, outcome.rest)
    word = outcome.word if isinstance(outcome, Unknown) else None
    nearest = outcome.nearest if isinstance(outcome, Unknown) else None
    name = f"{heard.deps.commands['pm']} guideline"
    assert isinstance(outcome, Unknown | Empty)
    return help_for(heard.reader, name, GUIDELINE_VERBS, word, nearest).as_reply()


def open_upload(heard: Heard, rest: str) -> Answer:
    """Open the form for a file, with the named project or those whose guideline the person looks after."""

    def build(uow: UnitOfWork) -> dict[str, object]:
        keys = project_keys(uow, heard, Action.UPLOAD_GUIDELINE, rest)
        return drafts.guideline_form(heard.reader, keys)

    return open_form(heard, build)


def start_upload(heard: Heard, fields: Fields, _metadata: str) -> Answer:
    """Check who asks, show that it is under way, and read the file after the answer has left."""
    files = fields.files.get(ids.FILE, ())
    orders: list[UploadOrder] = []

    def effect(uow: UnitOfWork) -> Answer:
        project = named_project(uow, heard, Action.UPLOAD_GUIDELINE, fields.text(ids.PROJECT))
        if not files:
            raise Invalid(ids.FILE, "missing")
        orders.append(UploadOrder(project.id, project.key, files[0]))
        t = heard.reader.t
        waiting = trouble.notice(t, trouble.say(drafts.reading(t, project.key)))
        return {"response_action": "update", "view": waiting}

    def read_file() -> None:
        heard.deps.uploads.run("a guideline upload", lambda: run_upload(heard, orders[0]))

    return once(heard, effect, then=read_file)


def _shown(heard: Heard, key: str, show: Callable[[UnitOfWork, int], Content]) -> Answer:
    """Show something of the project's newest version that is not over."""

    def read(uow: UnitOfWork) -> Answer:
        project = named_project(uow, heard, Action.SEE_GUIDELINE, key)
        alive = (GuidelineState.DRAFT, GuidelineState.SCHEDULED, GuidelineState.CURRENT)
        version_id = reports.newest_version(uow.session, project.id, *alive)
        if version_id is None:
            return drafts.no_guideline(heard.reader, project.key).as_reply()
        return show(uow, version_id).as_reply()

    return look(heard, read)


def show_outline(heard: Heard, rest: str) -> Answer:
    """Show the newest version's outline: the draft's if there is one."""

    def show(uow: UnitOfWork, version_id: int) -> Content:
        outline = reports.outline(uow.session, version_id)
        assert outline is not None
        return drafts.outline_shown(heard.reader, outline)

    return _shown(heard, rest, show)


def show_diff(heard: Heard, rest: str) -> Answer:
    """Show what is new in the newest version."""

    def show(uow: UnitOfWork, version_id: int) -> Content:
        news = reports.changed(uow.session, version_id)
        assert news is not None
        return drafts.diff_shown(heard.reader, news)

    return _shown(heard, rest, show)


def type_publish(heard: Heard, rest: str) -> Answer:
    """Publish the draft of a project, now or at the time written behind its key."""
    key, when = [*rest.split(maxsplit=1), "", ""][:2]
    changed: list[int] = []

    def effect(uow: UnitOfWork) -> Answer:
        project = named_project(uow, heard, Action.SEE_GUIDELINE, key)
        draft = reports.newest_version(uow.session, project.id, GuidelineState.DRAFT)
        if draft is None:
            raise NotFound("draft", project.key)
        changed.append(project.id)
        return _publish(uow, heard, draft, effective_at=_moment(when.strip(), heard.reader.zone))

    return once(heard, effect, then=lambda: prepare(heard, changed[0]))


def _moment(text: str, zone: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("when", "unreadable", text) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def press_publish(heard: Heard, ref: Ref) -> Answer:
    """Publish the draft whose outline was just read."""
    changed: list[int] = []

    def effect(uow: UnitOfWork) -> Answer:
        answer = _publish(uow, heard, ref.id, ver=ref.ver)
        changed.append(uow.session.get_one(GuidelineVersion, ref.id).project_id)
        return answer

    return once(heard, effect, then=lambda: prepare(heard, changed[0]))


def _publish(
    uow: UnitOfWork,
    heard: Heard,
    version_id: int,
    *,
    effective_at: datetime | None = None,
    ver: int | None = None,
) -> Answer:
    done = guidelines.publish(
        uow, actor_id=heard.me.person_id, version=version_id, effective_at=effective_at, ver=ver
    )
    uow.session.flush()
    version = reports.read_version(uow.session, version_id)
    assert version is not None
    return drafts.published_reply(heard.reader, version, done.told).as_reply()


def acknowledge(heard: Heard, ref: Ref) -> Answer:
    """Note that a worker has read a version."""

    def effect(uow: UnitOfWork) -> Answer:
        done = guidelines.acknowledge(uow, person_id=heard.me.person_id, version_id=ref.id)
        return views.acknowledged_reply(heard.reader, done.project_key, done.number).as_reply()

    return once(heard, effect)


def show_text(heard: Heard, ref: Ref) -> Answer:
    """Open the window with the words of what is new."""

    def build(uow: UnitOfWork) -> dict[str, object]:
        person_id = heard.me.person_id
        news = reports.news_for(uow.session, ref.id, person_id)
        if news is None:
            raise NotFound("guideline", str(ref.id))
        subject = Subject("guideline", ref.id, news.version.state)
        require(uow, Action.READ_GUIDELINE, person_id, news.version.project_id, subject)
        return views.text_window(heard.reader, news, reports.read_sections(uow.session, ref.id))

    return open_form(heard, build)


def must_read(uow: UnitOfWork, heard: Heard, version_id: int) -> Answer:
    """Answer a wish for work with what has to be read first; the card with the button is sent as well."""
    news = reports.news_for(uow.session, version_id, heard.me.person_id)
    if news is None:
        raise NotFound("guideline", str(version_id))
    guidelines.remind(uow, person_id=heard.me.person_id, version_id=version_id)
    return {**views.read_first(heard.reader, news).as_reply(), "trouble": True}


_VERBS: dict[str, Sub] = {
    "upload": open_upload,
    "outline": show_outline,
    "diff": show_diff,
    "publish": type_publish,
}
