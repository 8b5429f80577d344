"""Two sides that read each other: an engine that is a phrase book, the Spanish PM, and bridged channels."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.client import PersonClient, Sandbox
from sandbox.crews import ADMIN, MATERIAL, SPANISH_PM, Member
from sandbox.engines.phrases import Phrasebook
from sandbox.engines.server import ProviderServer
from sandbox.opening import join, tell
from sandbox.shapes import Json


def phrase_server() -> ProviderServer:
    """Return an engine that knows the sentences of `material/phrases.tsv` and refuses all others; not started yet."""
    return ProviderServer(Phrasebook(MATERIAL / "phrases.tsv"))


def engine_settings(engine: ProviderServer) -> Json:
    """Return the settings of a bot that has this engine and no other."""
    return {
        "translation": {
            "engines": ["openai"],
            "openai_url": engine.url("openai"),
            "openai_model": "phrasebook",
            # It runs on this computer, so that confidential projects may use it as well.
            "openai_local": True,
            "calls_per_second": {"openai": 50},
        }
    }


def add_spanish_pm(box: Sandbox, keys: Sequence[str]) -> PersonClient:
    """Let her join as anybody does, be made PM of the projects, and ask for Spanish."""
    lucia = box.person(SPANISH_PM.id)
    join(lucia, SPANISH_PM.nickname, SPANISH_PM.language)
    for key in keys:
        tell(box.person(ADMIN.id), f"/admin role @{SPANISH_PM.handle} {SPANISH_PM.role} {key}")
    tell(lucia, "/my translate es")
    return lucia


def open_channel(box: Sandbox, name: str, topic: str, members: Sequence[Member], **more: object) -> str:
    """Create a channel with these people and the bot; return its id."""
    return box.add_channel(name, topic=topic, members=[member.id for member in members], **more)


def bridge_twins(box: Sandbox, key: str, crew: str, pm: str) -> Json:
    """Make a channel of the crew and one of the PMs each other's twins; return what the admin is answered."""
    return tell(box.person(ADMIN.id), f"/admin bridge {key} twin <#{crew}> <#{pm}>")


def bridge_shared(box: Sandbox, key: str, channel: str) -> Json:
    """Have both sides of a project talk in one channel; return what the admin is answered."""
    return tell(box.person(ADMIN.id), f"/admin bridge {key} <#{channel}>")
