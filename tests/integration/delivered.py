"""Cards as the sender would post them, and the files that came with messages."""

from __future__ import annotations

from typing import Any

from bot.db.models import OutboxRow
from bot.outbox.messages import load
from bot.slack.render import render
from sandbox.client import message_text
from tests.factories import Crew
from tests.integration.stage import Stage


def deliver(stage: Stage, crew: Crew, kind: str, nickname: str) -> dict[str, Any]:
    """Post somebody's newest message of a kind; return it as it stands in Slack."""
    deps = stage.deps
    with deps.transaction.reading() as session:
        rows = session.query(OutboxRow).filter_by(kind=kind).order_by(OutboxRow.id.desc())
        row = next(row for row in rows if row.payload["person_id"] == crew[nickname])
        rendered = render(session, load(row.kind, row.payload), stage.catalogs, deps.transaction.clock())
    assert rendered is not None
    return stage.post(nickname, rendered.content)


def newest_file(stage: Stage, nickname: str) -> tuple[str, bytes, str]:
    """Return name, bytes and words of the newest file in somebody's direct messages."""
    stage.settle()
    person = stage.person(nickname)
    message = next(m for m in reversed(stage.box.messages(person.dm_channel())) if m.get("files"))
    (file,) = message["files"]
    return file["name"], person.download(file), message["text"]


def files_of(stage: Stage, nickname: str) -> int:
    """Return how many files somebody got."""
    stage.settle()
    messages = stage.box.messages(stage.person(nickname).dm_channel())
    return sum(len(message.get("files") or ()) for message in messages)


def everything_said(stage: Stage, nickname: str) -> str:
    """Return what stands in somebody's direct messages, once nothing is on its way any more."""
    stage.settle()
    messages = stage.box.messages(stage.person(nickname).dm_channel())
    return "\n".join(message_text(message) for message in messages)
