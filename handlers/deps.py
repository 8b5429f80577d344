"""Everything the listeners work with, handed over once by the start-up code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from bot.answers.desk import AnswerDesk, Desk
from bot.db.unit_of_work import Transactions
from bot.domain.translation import Limits
from bot.i18n.catalogs import Catalogs
from bot.pulse import Pulse
from bot.services.content_prints import Prints
from bot.slack.gateway import Gateway
from bot.translation.cache import Cache, MemoryStore
from bot.translation.chain import Chain
from bot.translation.pipeline import Translator
from handlers.afterwards import Afterwards


def without_engines() -> Translator:
    """Return a translator that knows the languages but asks nobody."""
    return Translator(Chain((), Cache(MemoryStore(), b"")))


@dataclass(frozen=True)
class Deps:
    """One process's services. `commands` maps each root of `bot.domain.surface` to its name in Slack.

    `web_client` is the slack_sdk client Bolt asks who the bot is; handlers themselves speak through `gateway`.
    `uploads` is a thread of its own for reading people's files, which takes long: four of them at once would keep
    Home and the answers to buttons waiting. For the same reason questions are looked for in `searches`: the first
    one after a new guideline waits for its index. Files that people want are written in `exports`, one after the
    other. `withholding` says whether people see an estimate of what is withheld from their pay. `prints` knows task
    content when it sees it.
    """

    transaction: Transactions
    catalogs: Catalogs
    gateway: Gateway
    commands: Mapping[str, str]
    signing_secret: str = field(repr=False)
    web_client: Any = field(repr=False)
    pulse: Pulse = field(default_factory=Pulse)
    afterwards: Afterwards = field(default_factory=Afterwards)
    desk: Desk = field(default_factory=AnswerDesk)
    searches: Afterwards = field(default_factory=lambda: Afterwards(2, "searches"))
    uploads: Afterwards = field(default_factory=lambda: Afterwards(1, "uploads"))
    exports: Afterwards = field(default_factory=lambda: Afterwards(1, "exports"))
    translator: Translator = field(default_factory=without_engines)
    translations: Afterwards = field(default_factory=lambda: Afterwards(2, "translations"))
    limits: Limits = field(default_factory=Limits)
    withholding: bool = True
    prints: Prints = field(default_factory=lambda: Prints(b""))

    def close(self, timeout: float = 10.0) -> None:
        """Let what has begun finish, for at most `timeout` seconds in all, and drop the rest."""
        end = monotonic() + timeout
        self.afterwards.close(timeout)
        self.searches.close(max(0.0, end - monotonic()))
        self.uploads.close(max(0.0, end - monotonic()))
        self.exports.close(max(0.0, end - monotonic()))
        self.translations.close(max(0.0, end - monotonic()))
