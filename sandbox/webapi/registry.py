"""What a Web API method is: a function of the engine and its arguments, and the token it wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sandbox.engine import Engine
from sandbox.shapes import Json
from sandbox.webapi.arguments import Arguments

Serve = Callable[[Engine, Arguments], Json]


@dataclass(frozen=True)
class Method:
    """`serve` returns the fields of the answer besides `ok`, or raises SlackError."""

    serve: Serve
    token: Literal["bot", "app", "none"] = "bot"
