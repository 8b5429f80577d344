"""Where cards that are updated in place stand in Slack, and what they show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import PostedCard

UNKNOWN = ""
"""The fingerprint of a card whose words are not known for certain; it equals no other."""


@dataclass(frozen=True)
class Standing:
    """A card that stands in Slack."""

    channel: str
    ts: str
    fingerprint: str


def fingerprint_of(text: str, blocks: list[dict[str, Any]]) -> str:
    """Return 64 hexadecimal digits that are the same for the same words and blocks."""
    return sha256(json.dumps([text, blocks], sort_keys=True).encode()).hexdigest()


def find_card(session: Session, key: str | None) -> Standing | None:
    """Return where a card stands, None when it has not been posted."""
    row = session.get(PostedCard, key) if key else None
    return Standing(row.channel, row.ts, row.fingerprint) if row else None


def standing_parts(session: Session, whole: str, most: int) -> frozenset[int]:
    """Return which of the first `most` cards of something long stand: their keys are `whole`, ":" and a number."""
    keys = [f"{whole}:{part}" for part in range(most)]
    found = session.scalars(select(PostedCard.key).where(PostedCard.key.in_(keys)))
    return frozenset(int(key.rpartition(":")[2]) for key in found)


def standing_among(session: Session, keys: Iterable[str]) -> frozenset[str]:
    """Return which of these cards stand in Slack."""
    return frozenset(session.scalars(select(PostedCard.key).where(PostedCard.key.in_(list(keys)))))


def remember_card(session: Session, key: str, channel: str, ts: str, fingerprint: str, now: datetime) -> None:
    """Record where a card stands and what it shows, replacing an earlier record.

    The fingerprint lets a redraw that would change nothing be skipped.
    """
    session.merge(PostedCard(key=key, channel=channel, ts=ts, fingerprint=fingerprint, posted_at=now))


def forget_card(session: Session, key: str) -> None:
    """Forget a card that no longer exists in Slack, so that it is posted anew."""
    if (card := session.get(PostedCard, key)) is not None:
        session.delete(card)
