"""Decides how often a fault strikes: the next n times, or with a probability."""

from __future__ import annotations

from random import Random


class Chance:
    """An int counts down; a float below 1 is a probability drawn from a seeded generator."""

    def __init__(self, setting: float | bool | None, seed: int = 0) -> None:
        self._left = int(setting or 0) if not isinstance(setting, float) else 0
        self._probability = setting if isinstance(setting, float) else 0.0
        self._random = Random(seed)

    def strikes(self) -> bool:
        """Decide once."""
        if self._left > 0:
            self._left -= 1
            return True
        return self._probability > 0 and self._random.random() < self._probability
