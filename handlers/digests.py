"""/pm digest and /pm deadline, and the buttons under a digest."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.commands import Parsed, Unknown, parse
from bot.domain.digests import Audience
from bot.domain.errors import NotFound, NotYours
from bot.domain.policy import Action, Subject
from bot.domain.surface import DIGEST_VERBS
from bot.reports.digest import Digest
from bot.reports.digest_plans import read_plans
from bot.reports.digest_runs import RunFacts, read_run
from bot.reports.export_digest import write_digest_table
from bot.reports.window import local_date
from bot.services.access import require
from bot.services.deadlines import set_deadline
from bot.services.digest_plans import set_schedule
from bot.services.digests import send_now
from bot.services.supervising import ask_supervisors
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.reader import Reader
from bot.slack.views import digest_modals as modals
from bot.slack.views import digest_plans as plans
from bot.slack.views import digests as views
from bot.slack.views import exports as export_views
from bot.slack.views import trouble
from bot.slack.views.deadlines import deadline_set
from bot.slack.views.help import help_for
from handlers.deps import Deps
from handlers.exports import send_file
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import Sub, by_number, form_by_number, form_listener, press_listener
from handlers.once import look, once, open_form
from handlers.projects import named_project
from handlers.typed_digest import read_date, read_day_wanted, read_schedule

View = dict[str, object]


def register(app: App, deps: Deps) -> None:  # noqa: ARG001 -- every feature is registered alike
    """Listen to the buttons of digests and to the question that one of them opens; /pm listens in `pm`."""
    app.action(re.compile("^digest:"))(
        press_listener(
            {
                ids.DIGEST_DETAILS: by_number(_open(modals.digest_details)),
                ids.DIGEST_REASONS: by_number(_open(modals.digest_reasons)),
                ids.DIGEST_DEFINITIONS: by_number(open_definitions),
                ids.DIGEST_CSV: by_number(send_table),
                ids.DIGEST_ASK: by_number(open_question),
            }
        )
    )
    app.view(ids.FORM_DIGEST_ASK)(form_listener({ids.FORM_DIGEST_ASK: form_by_number(ask)}))


def typed(heard: Heard, rest: str) -> Answer:
    """Do what follows `/pm digest`: now or schedule."""
    outcome = parse(rest, DIGEST_VERBS)
    if isinstance(outcome, Parsed):
        return _VERBS[outcome.name](heard, outcome.rest)
    word, nearest = (outcome.word, outcome.nearest) if isinstance(outcome, Unknown) else (None, None)
    name = f"{heard.deps.commands['pm']} digest"
    return help_for(heard.reader, name, DIGEST_VERBS, word, nearest).as_reply()


def make_now(heard: Heard, rest: str) -> Answer:
    """Draw a digest up for whoever asks; it comes as a message of its own."""

    def effect(uow: UnitOfWork) -> Answer:
        # A date means the project's, whose today is only known once the project is.
        key = read_day_wanted(rest, local_date("Etc/GMT-14", uow.now)).key
        project = named_project(uow, heard, Action.SEE_STATUS, key)
        wanted = read_day_wanted(rest, local_date(project.zone, uow.now))
        send_now(uow, person_id=heard.me.person_id, project_id=project.id, day=wanted.day, week=wanted.week)
        return views.digest_on_its_way(heard.reader, project.key).as_reply()

    return once(heard, effect)


def schedule(heard: Heard, rest: str) -> Answer:
    """Show when a project's digests come, or change it for one audience."""
    here = str(heard.body.get("channel_id") or "")

    def show(uow: UnitOfWork) -> Answer:
        wanted = read_schedule(rest, here)
        project = named_project(uow, heard, Action.SET_DIGEST, wanted.key)
        if wanted.audience is None:
            found = read_plans(uow.session, project.id, heard.me.person_id)
            return plans.plan_list(heard.reader, project.key, found).as_reply()
        return {}

    def change(uow: UnitOfWork) -> Answer:
        wanted = read_schedule(rest, here)
        assert wanted.audience is not None
        plan = set_schedule(
            uow,
            person_id=heard.me.person_id,
            project_id=named_project(uow, heard, Action.SET_DIGEST, wanted.key).id,
            audience=wanted.audience,
            hhmm=wanted.hhmm,
            zone=wanted.zone,
            weekdays=wanted.weekdays,
            enabled=wanted.enabled,
            channel=wanted.channel,
        )
        return plans.plan_set(heard.reader, plan).as_reply()

    return look(heard, show) or once(heard, change)


def deadline(heard: Heard, rest: str) -> Answer:
    """Say by which date a project is to be finished, or that there is no such date."""

    def effect(uow: UnitOfWork) -> Answer:
        key, _, when = rest.strip().rpartition(" ")
        project = named_project(uow, heard, Action.SET_DEADLINE, key.strip())
        day = None if when.casefold() in _NO_DEADLINE else read_date(when)
        set_deadline(uow, person_id=heard.me.person_id, project_id=project.id, deadline=day)
        return deadline_set(heard.reader, project.key, day).as_reply()

    return once(heard, effect)


_NO_DEADLINE = frozenset({"off", "none", "없음", "끄기", "해제"})


def _own_run(uow: UnitOfWork, heard: Heard, run_id: int) -> RunFacts:
    """Return a digest that this person may see: their own, or one of those who look after the project now."""
    facts = read_run(uow.session, run_id)
    if facts is None or facts.digest is None:
        raise NotFound("digest", str(run_id))
    me = heard.me.person_id
    if facts.person_id is not None and facts.person_id != me:
        raise NotYours(Action.SEE_STATUS, "digest", run_id)
    if facts.audience in (Audience.PM, Audience.SUPERVISOR):
        require(uow, Action.SEE_STATUS, me, facts.project_id, Subject("digest", run_id))
    elif facts.audience is Audience.CREW:
        require(uow, Action.ASK, me, facts.project_id, Subject("digest", run_id))
    return facts


def _led_run(uow: UnitOfWork, heard: Heard, run_id: int) -> tuple[RunFacts, Digest]:
    """Return a digest of those who look after the project, with its figures."""
    facts = _own_run(uow, heard, run_id)
    if facts.audience not in (Audience.PM, Audience.SUPERVISOR) or facts.digest is None:
        raise NotFound("digest", str(run_id))
    return facts, facts.digest


def _open(window: Callable[[Reader, Digest], View]) -> Callable[[Heard, int], Answer]:
    def press(heard: Heard, run_id: int) -> Answer:
        return open_form(heard, lambda uow: window(heard.reader, _led_run(uow, heard, run_id)[1]))

    return press


def open_definitions(heard: Heard, run_id: int) -> Answer:
    """Say what the figures of this digest count."""
    return open_form(
        heard, lambda uow: modals.definitions(heard.reader, _own_run(uow, heard, run_id).audience)
    )


def send_table(heard: Heard, run_id: int) -> Answer:
    """Send the figures as a table into the direct messages."""
    found: list[tuple[RunFacts, Digest]] = []

    def effect(uow: UnitOfWork) -> Answer:
        found.append(_led_run(uow, heard, run_id))
        facts, _digest = found[0]
        uow.audit(
            team_id=heard.me.team_id,
            actor_id=heard.me.person_id,
            action=Action.EXPORT,
            subject=("digest", run_id),
            detail={"what": "digest", "format": "csv"},
        )
        return export_views.digest_under_way(heard.reader, facts.project_key).as_reply()

    def make() -> None:
        facts, digest = found[0]

        def write(folder: Path) -> tuple[Path | None, Content]:
            path = folder / f"{facts.project_key}-digest-{facts.reported.isoformat()}.csv"
            with path.open("w", encoding="utf-8-sig", newline="") as out:
                rows = write_digest_table(digest, out)
            return path, export_views.digest_ready(heard.reader, facts.project_key, facts.reported, rows)

        send_file(heard, facts.project_key, write)

    return once(heard, effect, then=make)


def open_question(heard: Heard, run_id: int) -> Answer:
    """Open the form of a question to the supervisors."""

    def build(uow: UnitOfWork) -> View:
        facts, _digest = _led_run(uow, heard, run_id)
        return modals.digest_ask_form(heard.reader, run_id, facts.project_key)

    return open_form(heard, build)


def ask(heard: Heard, fields: Fields, run_id: int) -> Answer:
    """Give the question to the supervisors; their reply comes as a message."""

    def effect(uow: UnitOfWork) -> Answer:
        facts, _digest = _led_run(uow, heard, run_id)
        ask_supervisors(
            uow, person_id=heard.me.person_id, project_id=facts.project_id, text=fields.text(ids.TEXT)
        )
        words = views.digest_asked(heard.reader, facts.project_key)
        return {"response_action": "update", "view": trouble.notice(heard.reader.t, words)}

    return once(heard, effect)


_VERBS: dict[str, Sub] = {"now": make_now, "schedule": schedule}
