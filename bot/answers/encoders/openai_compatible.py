"""Any OpenAI-compatible `/v1/embeddings`: an upgrade for those who run or rent such a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.answers.encoders.encoder import unit
from bot.answers.endpoint import EndpointFailed, post_json

BATCH = 64


@dataclass(frozen=True)
class OpenAICompatible:
    """Embeds over HTTP; raises EndpointFailed (without any text) when the server does not answer as promised.

    Questions and passages leave this machine: never for a confidential project unless the server is the crew's own.
    """

    address: str
    model: str
    key: str = field(default="", repr=False)
    query_prefix: str = ""
    passage_prefix: str = ""
    seconds: float = 5.0

    @property
    def name(self) -> str:
        """The model as the server knows it; families are told apart by what stands before the "@"."""
        return f"openai:{self.model}@{self.query_prefix}|{self.passage_prefix}"

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per question."""
        return self._embed([self.query_prefix + text for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of unit length per passage."""
        return self._embed([self.passage_prefix + text for text in texts])

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        rows: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            batch = texts[start : start + BATCH]
            reply = post_json(
                f"{self.address.rstrip('/')}/embeddings",
                {"model": self.model, "input": batch},
                key=self.key,
                seconds=self.seconds,
            )
            try:
                data = sorted(reply["data"], key=lambda one: int(one["index"]))
                got = [[float(x) for x in one["embedding"]] for one in data]
            except (KeyError, TypeError, ValueError):
                raise EndpointFailed("shape") from None
            if len(got) != len(batch) or len({len(row) for row in got}) != 1:
                raise EndpointFailed("shape")
            rows.extend(got)
        return unit(np.asarray(rows, dtype=np.float32)) if rows else np.empty((0, 1), dtype=np.float32)
