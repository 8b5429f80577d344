"""The operator's commands. Each says what it did, or what to repair, and exits 1 when something is wrong."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import Application, api_keys, build, problems_of
from bot.db.migrate import UnknownSchema, current_revision, migrate
from bot.db.models import OutboxState, Project, Team
from bot.db.unit_of_work import DatabaseBusy, utc_now
from bot.digesting import write_digest
from bot.domain.errors import DomainError, Invalid, NotFound
from bot.domain.exports import Format, Order, What
from bot.domain.guideline import GuidelineState
from bot.domain.pay import Month
from bot.domain.people import LANGUAGES
from bot.engines import make_engines, notes_of
from bot.exporting import export_to_file, export_to_stream
from bot.guidelines.problems import BadGuideline
from bot.guidelines.safely import read_guideline_safely
from bot.imports.problems import BadFile
from bot.imports.read import read_tasks
from bot.log import configure_logging
from bot.manifest import build_manifest
from bot.outbox import queue
from bot.probing import probe, read_probe
from bot.reports.desk_material import read_material, read_stamp
from bot.reports.guidelines import changed
from bot.reports.invariants import check
from bot.services import guidelines
from bot.services.imports import import_tasks
from bot.services.people import grant_admin, join
from bot.settings import BadConfig, load_settings
from bot.slack.views.errors import word_error
from bot.slack.views.guideline_errors import word_guideline_problem
from bot.slack.views.import_errors import word_problem

R = TypeVar("R")


def _with_application(command: Callable[..., R]) -> Callable[..., R]:
    """Give the command the object graph, and end with plain words when it can't be built."""

    @wraps(command)
    def run(*args: object, **options: object) -> R:
        try:
            application = build(load_settings())
        except BadConfig as error:
            raise click.ClickException("\n".join(error.problems)) from None
        try:
            return command(application, *args, **options)
        except UnknownSchema as error:
            raise click.ClickException(
                f"This database was migrated by newer code (revision {error}). Update the bot first."
            ) from None
        except DatabaseBusy:
            raise click.ClickException(
                "The database is busy with something else. Nothing was saved; please try again."
            ) from None
        except SQLAlchemyError as error:
            # The text of a database error can hold rows, so only its kind is shown.
            raise click.ClickException(
                f"The database did not answer as expected ({type(error).__name__}). "
                "Run `python -m bot check-config` and `python -m bot migrate`."
            ) from None
        finally:
            application.close()

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Run and look after the Gagyo bot."""


@main.command("migrate")
@_with_application
def migrate_command(application: Application) -> None:
    """Bring the database to the schema of this code."""
    before = current_revision(application.database)
    after = migrate(application.database)
    click.echo(f"schema {after}" + (" (already there)" if before == after else ""))


@main.command("check-config")
def check_config() -> None:
    """Say everything that is wrong with the settings, the environment and the database, at once."""
    problems = problems_of()
    for problem in problems:
        click.echo(f"- {problem}")
    if problems:
        raise click.ClickException(f"{len(problems)} to repair")
    for note in notes_of(load_settings().translation):
        click.echo(f"Note: {note}.")
    click.echo("The configuration is complete and the database is ready.")


@main.command("manifest")
@click.option("--url", help="Where Slack reaches the bot over HTTP; left out for Socket Mode.")
def manifest(url: str | None) -> None:
    """Print the Slack app manifest for the configured command names."""
    try:
        commands = load_settings().commands
    except BadConfig as error:
        raise click.ClickException("\n".join(error.problems)) from None
    click.echo(json.dumps(build_manifest(commands, request_url=url), ensure_ascii=False, indent=2))


@main.command("worker")
@_with_application
def worker(application: Application) -> None:
    """Send what waits in the outbox, translate and watch the leases, until SIGTERM."""
    configure_logging(
        application.settings.log.level,
        json=application.settings.log.json_lines,
        secrets=(*application.secrets.values(), *api_keys()),
    )
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    application.start()
    stopping.wait()


@main.command("add-admin")
@click.option("--team", required=True, help="The workspace's id, T….")
@click.option("--user", required=True, help="The person's Slack id, U….")
@click.option("--nickname", required=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--zone", default="Asia/Seoul", show_default=True, help="IANA name, e.g. Europe/Berlin.")
@_with_application
def add_admin(
    application: Application, team: str, user: str, nickname: str, language: str, zone: str
) -> None:
    """Register somebody as an admin; the first one of a workspace needs this."""
    try:
        with application.transactions() as uow:
            person = join(uow, team=team, user=user, nickname=nickname, language=language, zone=zone)
            grant_admin(uow, person_id=person.person_id)
    except Invalid as error:
        raise click.ClickException(f"{error.field}: {error.code} ({error.value})") from None
    click.echo(f"{person.nickname} is an admin.")


@main.command("import-tasks")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--project", "key", required=True, help="The project's key.")
@click.option("--team", help="The workspace's id; needed only when there are several.")
@_with_application
def import_tasks_command(application: Application, file: Path, key: str, team: str | None) -> None:
    """Import tasks from CSV, JSONL or Label Studio JSON: all of the file or nothing."""
    project = _one_project(application, key, team)
    try:
        imported = read_tasks(file.name, file.read_bytes(), project.type)
        with (
            click.progressbar(length=len(imported.rows), label=file.name) as bar,
            application.transactions(patience=60) as uow,
        ):
            result = import_tasks(
                uow,
                project=uow.session.get_one(Project, project.id),
                source_name=file.name,
                rows=imported.rows,
                progress=lambda done: bar.update(done - bar.pos),
            )
    except BadFile as error:
        t = application.catalogs["en"]
        for problem in error.problems:
            click.echo(word_problem(t, problem), err=True)
        more = f" and {error.more} more" if error.more else ""
        raise click.ClickException(f"{len(error.problems)} problems{more}; nothing was imported.") from None
    click.echo(f"{result.added} tasks added, {result.unchanged} were there already.")


def _one_project(application: Application, key: str, team: str | None) -> Project:
    """Return the project of that key, or end with plain words when there is none or there are several."""
    with application.transactions.reading() as session:
        query = select(Project).join(Team).where(Project.key == key.upper())
        found = session.scalars(query.where(Team.slack_id == team) if team else query).all()
    if len(found) != 1:
        raise click.ClickException(
            f"There is no project {key.upper()}." if not found else "Several workspaces have it: add --team."
        )
    return found[0]


@main.command("import-guideline")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--project", "key", required=True, help="The project's key.")
@click.option("--team", help="The workspace's id; needed only when there are several.")
@click.option("--publish", "at_once", is_flag=True, help="Let it count at once and tell the workers.")
@_with_application
def import_guideline_command(
    application: Application, file: Path, key: str, team: str | None, at_once: bool
) -> None:
    """Read a guideline from Markdown, HTML, DOCX or PDF as the project's draft, and print its outline."""
    project_id = _one_project(application, key, team).id
    t = application.catalogs["en"]
    data = file.read_bytes()
    click.echo(f"Reading {file.name} …", err=True)
    try:
        guideline = read_guideline_safely(data, file.name)
    except BadGuideline as error:
        raise click.ClickException(
            f"{word_guideline_problem(t, error.code, error.facts)} Nothing was stored."
        ) from None
    click.echo(f"{len(guideline.sections)} sections, {guideline.words} words. Storing …", err=True)
    try:
        with application.transactions(patience=60) as uow:
            done = guidelines.upload(
                uow,
                actor_id=None,
                project=uow.session.get_one(Project, project_id),
                name=file.name,
                sha256=sha256(data).hexdigest(),
                guideline=guideline,
            )
            told = 0
            if at_once and done.state is GuidelineState.DRAFT:
                told = guidelines.publish(uow, actor_id=None, version=done.version_id).told
    except DomainError as error:
        raise click.ClickException(f"{word_error(t, error)} Nothing was stored.") from None
    for part in guideline.sections:
        click.echo(f"{'  ' * (part.level - 1)}{'· ' if part.lead_in else ''}{part.title}")
    _say_version(application, done, told, at_once)
    _make_searchable(application, project_id)


def _make_searchable(application: Application, project_id: int) -> None:
    """Embed what the guideline in effect has new, so that nobody's first question waits for it."""
    with application.transactions.reading() as session:
        stamp, material = read_stamp(session, project_id), read_material(session, project_id)
    if not material.sections:
        return
    with click.progressbar(length=1, label="Preparing the search", file=sys.stderr) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        application.desk.prepare(stamp, lambda: material, progress=show)
    click.echo("Questions about it can be asked.")


def _say_version(application: Application, done: guidelines.Uploaded, told: int, at_once: bool) -> None:
    with application.transactions.reading() as session:
        news = changed(session, done.version_id)
    assert news is not None
    if news.since:
        kinds = Counter(change.kind for change in news.changes)
        counts = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "no section differs"
        click.echo(f"Beside version {news.since}: {counts}.")
    state = news.version.state
    if done.again and not (at_once and told):
        click.echo(f"This very file is version {done.number} already ({state}).")
    elif state is GuidelineState.DRAFT:
        click.echo(f"Version {done.number} is a draft. Add --publish, or publish it in Slack.")
    if at_once and state is GuidelineState.CURRENT:
        click.echo(f"Version {done.number} is in effect; {told} workers are told.")


@main.command("export")
@click.option("--project", "key", required=True, help="The project's key.")
@click.option(
    "--what", type=click.Choice([what.value for what in What]), default="results", show_default=True
)
@click.option(
    "--format", "form", type=click.Choice([form.value for form in Format]), default="jsonl", show_default=True
)
@click.option("--month", help="For pay: YYYY-MM; the last month if left out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="A file; else standard output.")
@click.option("--bom", is_flag=True, help="Mark CSV as UTF-8, so that Excel shows Korean.")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@click.option("--team", help="The workspace's id; needed only when there are several.")
@_with_application
def export_command(
    application: Application,
    key: str,
    what: str,
    form: str,
    month: str | None,
    out: Path | None,
    bom: bool,
    force: bool,
    team: str | None,
) -> None:
    """Write a project's results, answers, pay or issues as JSON Lines, CSV or Label Studio JSON, with nicknames."""
    project = _one_project(application, key, team)
    try:
        wanted = Month.parse(month) if month else Month.of(utc_now(), project.zone).previous()
        order = Order(project.id, project.key, What(what), Format(form), wanted, bom)
    except Invalid as error:
        raise click.ClickException(word_error(application.catalogs["en"], error)) from None
    with click.progressbar(length=0, label=f"{project.key} {what}", file=sys.stderr) as bar:

        def begin(steps: int) -> None:
            bar.length = steps

        try:
            if out is None:
                rows = export_to_stream(
                    application.transactions,
                    order,
                    sys.stdout.buffer,
                    begin=begin,
                    progress=bar.update,
                )
            else:
                rows = export_to_file(
                    application.transactions, order, out, force=force, begin=begin, progress=bar.update
                ).rows
        except FileExistsError:
            raise click.ClickException(f"{out} is there already. Add --force to replace it.") from None
        except OSError as error:
            raise click.ClickException(f"{out or 'Standard output'}: {error.strerror}.") from None
    click.echo(f"{rows} rows" + (f" in {out}" if out else ""), err=True)


@main.command("digest")
@click.option("--project", "key", required=True, help="The project's key.")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), help="Yesterday there if left out.")
@click.option("--audience", default="pm", show_default=True, help="pm, supervisor, crew or worker:NICKNAME.")
@click.option("--week", is_flag=True, help="The seven days that end with the date.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), help="The audience's if left out.")
@click.option("--team", help="The workspace's id; needed only when there are several.")
@_with_application
def digest_command(
    application: Application,
    key: str,
    day: datetime | None,
    audience: str,
    week: bool,
    form: str,
    language: str | None,
    team: str | None,
) -> None:
    """Print a project's digest as its readers get it; nothing is posted."""
    if day is not None and not 2000 <= day.year <= 9000:
        raise click.BadParameter(day.date().isoformat(), param_hint="--date")
    try:
        text = write_digest(
            application,
            _one_project(application, key, team),
            day=day.date() if day else None,
            audience=audience,
            week=week,
            as_json=form == "json",
            language=language,
        )
    except Invalid:
        raise click.UsageError("--audience is pm, supervisor, crew or worker:NICKNAME.") from None
    except NotFound as error:
        raise click.ClickException(f"No worker of {key.upper()} has the nickname {error.name}.") from None
    click.echo(text)


@main.command("doctor")
@_with_application
def doctor(application: Application) -> None:
    """Check what must always be true of the stored work and name each broken row."""
    with application.transactions.reading() as session:
        findings = check(session, now=utc_now())
    for finding in findings:
        click.echo(f"{finding.invariant}: {finding.table} {finding.row_id}: {finding.detail}")
    if findings:
        raise click.ClickException(f"{len(findings)} broken rows")
    click.echo("All invariants hold.")


@main.command("probe-translation")
@click.option(
    "--messages",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON Lines with lang and text, instead of the shipped sentences.",
)
def probe_translation(messages: Path | None) -> None:
    """Send test sentences through each configured engine and print what survived of their placeholders."""
    try:
        settings = load_settings()
        lines = read_probe(messages.read_text("utf-8").splitlines() if messages else None)
    except BadConfig as error:
        raise click.ClickException("\n".join(error.problems)) from None
    except ValueError as error:
        raise click.ClickException(f"{messages}: {error}") from None
    engines = make_engines(settings.translation, os.environ)
    if not engines:
        raise click.ClickException("No engine is configured, or its key is not set. See translation.engines.")
    for engine in engines:
        click.echo(f"{engine.traits.name} ({engine.traits.trust})")
        for name, value in probe(engine, lines).rows():
            click.echo(f"  {name:<15}{value}")


@main.group("outbox")
def outbox() -> None:
    """Look after messages that could not be delivered."""


@outbox.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are still on their way.")
@_with_application
def outbox_list(application: Application, everything: bool) -> None:
    """List parked messages: id, kind, conversation, tries and Slack's error."""
    states = (OutboxState.PARKED, *queue.UNFINISHED) if everything else (OutboxState.PARKED,)
    with application.transactions.reading() as session:
        rows = queue.listed(session, states, 500)
    for row in rows:
        click.echo(f"{row.id}\t{row.state}\t{row.kind}\t{row.lane}\t{row.attempts} tries\t{row.error or '-'}")
    click.echo(f"{len(rows)} messages")


def _resolve(application: Application, row_id: int, *, resend: bool) -> None:
    with application.transactions() as uow:
        if not queue.resolve_parked(uow, row_id, resend=resend):
            raise click.ClickException(f"Message {row_id} is not parked.")
    click.echo(f"Message {row_id} {'will be sent again' if resend else 'was discarded'}.")


@outbox.command("retry")
@click.argument("row_id", type=int, required=False)
@click.option("--lane", help="All parked messages of a conversation, as `list` names it: person:12.")
@_with_application
def outbox_retry(application: Application, row_id: int | None, lane: str | None) -> None:
    """Send a parked message again, or a whole conversation, after looking whether Slack has it already."""
    if (row_id is None) == (lane is None):
        raise click.UsageError("Name either a message or a --lane.")
    if row_id is not None:
        _resolve(application, row_id, resend=True)
        return
    with application.transactions() as uow:
        count = queue.resend_lane(uow, lane or "")
    if not count:
        raise click.ClickException(f"No message of {lane} is parked.")
    click.echo(f"{count} messages of {lane} will be sent again, in their order.")


@outbox.command("discard")
@click.argument("row_id", type=int)
@_with_application
def outbox_discard(application: Application, row_id: int) -> None:
    """Give a parked message up for good."""
    _resolve(application, row_id, resend=False)
