"""A whole workspace for a translation bench: sandbox, played engines, and the bot as it is put together for real."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from sqlalchemy import func, or_, select

import bot.engines
import bot.translation.engines.google_web
from bench.translation_messages import CREW, Row
from bot.bootstrap import Application, build
from bot.db.migrate import migrate
from bot.db.models import OutboxRow, OutboxState, Project, Rendition
from bot.domain.people import Role
from bot.domain.task import TaskType
from bot.domain.translation import RenditionState, TranslationMode
from bot.manifest import build_manifest
from bot.services.bridges import set_bridge, set_mode
from bot.services.people import grant_admin, join, set_reads, set_role
from bot.services.projects import ProjectPlan, create_project
from bot.settings import EngineName, Settings
from bot.translation.chain import Chain
from bot.translation.engines.google_web import GoogleWeb
from handlers.deps import Deps
from handlers.factory import build_app
from sandbox.client import Sandbox
from sandbox.engines.modes import Answer
from sandbox.engines.server import ProviderServer
from sandbox.server import serve_in_thread
from sandbox.world import App as SlackApp
from sandbox.world import World

NICKNAME = "민지쓰"
"""A name of the roster; it never reaches an engine."""

_KEYS = {"DEEPL_API_KEY": "bench:fx", "PAPAGO_KEY_ID": "bench", "PAPAGO_KEY": "bench"}
_UNFINISHED = (OutboxState.NEW, OutboxState.SENDING, OutboxState.UNCERTAIN)
_STILL = 0.25
"""Seconds without anything happening after which all is said."""


@dataclass(frozen=True)
class Plan:
    """How the workspace is set up. `deadline` is the chain's, in seconds; `channels` are those of each language."""

    engines: tuple[EngineName, ...]
    mode: TranslationMode
    answer: Answer
    accept_echo: bool
    deadline: float = 12.0
    threads: int = 16
    channels: int = 8
    rate: float = 1000.0

    def settings(self, folder: Path, urls: Mapping[str, str]) -> dict[str, Any]:
        """Return the bot's settings that differ from the shipped ones."""
        local = self.mode is TranslationMode.LOCAL
        return {
            "database": {"url": f"sqlite:///{folder / 'bench.db'}"},
            "sender": {
                "threads": 8,
                "channel_per_second": 100,
                "channel_burst": 100,
                "workspace_per_second": 1000,
            },
            "translation": {
                "engines": self.engines,
                "libre_url": urls["libre"],
                "libre_local": local,
                "openai_url": urls["openai"],
                "openai_model": "bench",
                "openai_local": local,
                "papago_url": urls["papago"],
                "deepl_url": urls["deepl"],
                "calls_per_second": dict.fromkeys(self.engines, self.rate),
                "deadline_seconds": self.deadline,
                "threads": self.threads,
                "characters_per_person_day": 100_000_000,
                "characters_per_project_day": 100_000_000,
            },
        }


@dataclass(frozen=True)
class Ground:
    """Everything running. `channels` and `authors` are by the language of those who write there."""

    box: Sandbox
    world: World
    application: Application
    provider: ProviderServer
    channels: Mapping[str, tuple[str, ...]]
    authors: Mapping[str, str]

    def wait_until_still(self, timeout: float) -> bool:
        """Wait until nothing is under way or due any more; False when that did not come within `timeout`."""
        end = time.monotonic() + timeout
        before, since = self._pulse(), time.monotonic()
        while time.monotonic() < end:
            time.sleep(0.03)
            now = self._pulse()
            if now != before or self.backlog():
                before, since = now, time.monotonic()
            elif time.monotonic() - since >= _STILL:
                return True
        return False

    def backlog(self) -> int:
        """Return how many messages are on their way to the bot, or wait for an engine or for being sent."""
        pending = int(self.box.get("/_control/deliveries", since=1 << 60)["pending"])
        with self.application.transactions.reading() as session:
            now = self.application.transactions.clock()
            waiting = select(func.count()).where(
                or_(
                    Rendition.state == RenditionState.PENDING,
                    (Rendition.state == RenditionState.FAILED) & (Rendition.due_at <= now),
                )
            )
            unsent = select(func.count()).where(OutboxRow.state.in_(_UNFINISHED))
            return pending + (session.scalar(waiting) or 0) + (session.scalar(unsent) or 0)

    def _pulse(self) -> tuple[int, int]:
        return self.box.get("/_control/calls", since=1 << 60)["total"], len(self.provider.requests)


@contextmanager
def ground(rows: Collection[Row], plan: Plan) -> Iterator[Ground]:
    """Put everything up for these messages and take it down again."""
    writers = sorted({row.writer for row in rows} | {CREW})
    readers = sorted({"en", *writers} - {CREW})
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="gagyo-bench-")))
        running = stack.enter_context(serve_in_thread(_world(rows, readers, plan.channels)))
        provider = ProviderServer(plan.answer)
        urls = provider.start()
        stack.callback(provider.stop)
        slack = SlackApp()
        environment = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": f"{running.url}/api/",
            "NO_PROXY": "127.0.0.1,localhost",
            **_KEYS,
        }
        stack.enter_context(patch.dict(os.environ, environment))
        # Only where Google is and that an echo counts is not for settings to say.
        google = partial(GoogleWeb, base_url=urls["google"])
        stack.enter_context(patch.object(bot.translation.engines.google_web, "GoogleWeb", google))
        chain = partial(Chain, accept_echo=plan.accept_echo)
        stack.enter_context(patch.object(bot.engines, "Chain", chain))
        settings = Settings.model_validate(plan.settings(folder, urls))
        application = build(settings)
        stack.callback(application.close)
        migrate(application.database)
        box = Sandbox(running.url)
        stack.callback(box.close)
        box.control("app", manifest=build_manifest(settings.commands))
        channels = _people(application, running.world, readers, plan)
        _listen(stack, application, box)
        yield Ground(
            box,
            running.world,
            application,
            provider,
            channels,
            {CREW: _user(CREW)} | {language: _user(language) for language in readers},
        )


def _user(language: str) -> str:
    return f"UB{language.upper()}"


def _world(rows: Collection[Row], readers: list[str], channels: int) -> World:
    """Return a workspace with an author for each language, and everybody and everything the messages name."""
    ours = [
        {
            "id": _user(language),
            "name": f"bench-{language}",
            "locale": "ko-KR" if language == CREW else "en-US",
        }
        for language in (CREW, *readers)
    ]
    ours += [{"id": "UBMINJI", "name": "minji", "locale": "ko-KR"}, {"id": "UBADMIN", "name": "boss"}]
    named = sorted({user for row in rows for user in users_in(row.text)})
    strangers = [{"id": user, "name": name_of(user)} for user in named]
    members = [one["id"] for one in ours]
    return World(
        seed={
            "people": [*ours, *strangers],
            "channels": [
                {"id": f"CB{language.upper()}{n}", "name": f"{language}-{n}", "members": members, "bot": True}
                for language in readers
                for n in range(channels)
            ],
        }
    )


def users_in(text: str) -> set[str]:
    """Return the ids of the people whom a text in wire form mentions."""
    return {part.split("|")[0].split(">")[0] for part in text.split("<@")[1:]}


def name_of(user: str) -> str:
    """Return the display name of somebody whom a message mentions."""
    return f"name-{user.lower()}"


def _people(
    application: Application, world: World, readers: list[str], plan: Plan
) -> dict[str, tuple[str, ...]]:
    """Store the crew and one project a language; return the channels by the language that is written there."""
    team, transactions = world.team.id, application.transactions
    names = {_user(CREW): "물결", "UBMINJI": NICKNAME, "UBADMIN": "boss"}
    names |= {_user(language): f"pm-{language}" for language in readers}
    with transactions(patience=60) as uow:
        ids = {
            user: join(
                uow,
                team=team,
                user=user,
                nickname=nickname,
                language="ko" if user in (_user(CREW), "UBMINJI") else "en",
                zone="Asia/Seoul",
            ).person_id
            for user, nickname in names.items()
        }
        grant_admin(uow, person_id=ids["UBADMIN"])
        uow.session.flush()
        for language in readers:
            if language != "en":
                set_reads(uow, person_id=ids[_user(language)], reads=language)
    channels: dict[str, tuple[str, ...]] = {}
    for language in readers:
        with transactions(patience=60) as uow:
            key = f"BENCH{language.upper()}"
            project = create_project(
                uow,
                actor_id=ids["UBADMIN"],
                plan=ProjectPlan(key, "bench", TaskType.TRANSCRIPTION, confidential=False),
            )
            project = uow.session.get_one(Project, project.id)
            for user, role in ((_user(CREW), Role.WORKER), (_user(language), Role.PM)):
                set_role(uow, actor_id=ids["UBADMIN"], project=project, user=user, role=role, granted=True)
            set_mode(uow, actor_id=ids["UBADMIN"], project=project, mode=plan.mode)
            channels[language] = tuple(f"CB{language.upper()}{n}" for n in range(plan.channels))
            for channel in channels[language]:
                set_bridge(uow, actor_id=ids["UBADMIN"], project=project, channel=channel)
    # The crew writes to the English side; the others have channels of their own.
    return channels | {CREW: channels["en"]}


def _listen(stack: ExitStack, application: Application, box: Sandbox) -> None:
    """Start the bot as `app.py` does in Socket Mode, without its own web server."""
    secrets = application.secrets
    deps = Deps(
        transaction=application.transactions,
        catalogs=application.catalogs,
        gateway=application.gateway,
        commands=application.settings.commands,
        signing_secret=secrets.signing_secret.get_secret_value(),
        web_client=WebClient(secrets.bot_token.get_secret_value(), secrets.api_url, timeout=2),
        pulse=application.pulse,
        desk=application.desk,
        translator=application.translator,
        limits=application.limits,
    )
    socket = SocketModeHandler(build_app(deps), secrets.app_token.get_secret_value())
    # Listening before speaking: what the bot says comes back as events, which nobody else would take.
    socket.connect()  # type: ignore[no-untyped-call]  # slack_bolt leaves it unannotated
    stack.callback(deps.close)
    stack.callback(socket.close)
    box.wait_until_connected()
    application.start(ticking=False)
