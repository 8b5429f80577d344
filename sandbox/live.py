"""Pushes what changes to the pages that people have open."""

from __future__ import annotations

import asyncio
import json

from sandbox.shapes import Json

QUEUE_LIMIT = 2000


class LiveHub:
    """Queues of encoded frames, one a page; a page that stops reading is dropped, never waited for."""

    def __init__(self) -> None:
        self._queues: dict[str, set[asyncio.Queue[str | None]]] = {}

    def join(self, person: str) -> asyncio.Queue[str | None]:
        """Return a queue that receives this person's frames; None ends it."""
        queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_LIMIT)
        self._queues.setdefault(person, set()).add(queue)
        return queue

    def leave(self, person: str, queue: asyncio.Queue[str | None]) -> None:
        """Stop filling a queue."""
        self._queues.get(person, set()).discard(queue)

    def is_watched(self, person: str) -> bool:
        """Tell whether this person has a page open."""
        return bool(self._queues.get(person))

    def push(self, person: str, frame: Json) -> None:
        """Send one frame to every page of this person; costs nothing when nobody looks."""
        queues = self._queues.get(person)
        if not queues:
            return
        encoded = json.dumps(frame, ensure_ascii=False)
        for queue in tuple(queues):
            try:
                queue.put_nowait(encoded)
            except asyncio.QueueFull:
                queues.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)

    def push_all(self, frame: Json) -> None:
        """Send one frame to every open page."""
        for person in tuple(self._queues):
            self.push(person, frame)
