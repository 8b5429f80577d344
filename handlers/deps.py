"""Everything the listeners work with, handed over once by the start-up code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.db.unit_of_work import Transactions
from bot.i18n.catalogs import Catalogs
from bot.pulse import Pulse
from bot.slack.gateway import Gateway
from handlers.afterwards import Afterwards


@dataclass(frozen=True)
class Deps:
    """One process's services. `commands` maps each root of `bot.domain.surface` to its name in Slack.

    `web_client` is the slack_sdk client Bolt asks who the bot is; handlers themselves speak through `gateway`.
    """

    transaction: Transactions
    catalogs: Catalogs
    gateway: Gateway
    commands: Mapping[str, str]
    signing_secret: str = field(repr=False)
    web_client: Any = field(repr=False)
    pulse: Pulse = field(default_factory=Pulse)
    afterwards: Afterwards = field(default_factory=Afterwards)
