"""What the real encoders need seconds for and every database needs: computed once a process, then handed on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from bot.answers.background import background_of
from bot.answers.desk import AnswerDesk
from bot.answers.encoders import Encoder, local_encoders
from bot.answers.vectors import MemoryVectors, Vector
from bot.db.unit_of_work import Transactions
from bot.services.vectors import DatabaseVectors

_VECTORS = MemoryVectors()


@cache
def _encoders() -> tuple[Encoder, ...]:
    return local_encoders()


def quick_desk() -> AnswerDesk:
    """Return the desk as it is by default, which embeds no text that another test has embedded before."""
    return AnswerDesk(encoders=_encoders, store=_VECTORS)


def seed_background(transactions: Transactions) -> None:
    """Store the encoders' means, as a database has them after its first guideline; its passages are not there."""
    for encoder in _encoders():
        noted = _Noted(DatabaseVectors(transactions))
        background_of(encoder, noted)


class _Noted:
    """The shared vectors, with everything that is loaded or saved written to a database as well."""

    def __init__(self, database: DatabaseVectors) -> None:
        self._database = database

    def load(self, model: str, hashes: Iterable[str]) -> dict[str, Vector]:
        known = _VECTORS.load(model, hashes)
        self._database.save(model, known)
        return known

    def save(self, model: str, vectors: Mapping[str, Vector]) -> None:
        _VECTORS.save(model, vectors)
        self._database.save(model, vectors)
