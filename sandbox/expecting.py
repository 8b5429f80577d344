"""What the driver expects of the app: answers that are ok, and things that appear in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sandbox.shapes import Json

Found = TypeVar("Found")


class ActFailed(AssertionError):
    """The app did not do what the person asked; `answer` is the sandbox's whole reply."""

    def __init__(self, answer: Json) -> None:
        super().__init__(f"{answer.get('error')}: {answer.get('detail') or answer.get('text') or ''}")
        self.answer = answer


def demand(answer: Json) -> Json:
    """Return the answer if it is ok, else raise ActFailed."""
    if not answer.get("ok"):
        raise ActFailed(answer)
    return answer


def wait_for(look: Callable[[], Found], timeout: float = 5.0, every: float = 0.01) -> Found:
    """Call `look` until what it returns is true and return it; raise TimeoutError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"not seen within {timeout} s")
        time.sleep(every)
