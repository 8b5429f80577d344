"""`python -m bot.guidelines.child`: reads one document with limits on itself, from stdin to stdout.

In: a line of JSON {"name", "seconds", "megabytes"} and the document's bytes. Out: JSON with either
"guideline" or "problem" and "facts".
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from typing import Any

# Room for the longest guideline we accept, several times over.
MAX_OUTPUT = 32 * 1024 * 1024
OUT_OF_MEMORY = 77


def main() -> int:
    """Answers on stdout and returns 0, or `OUT_OF_MEMORY` without an answer."""
    try:
        orders = json.loads(sys.stdin.buffer.readline())
        limit_self(int(orders["seconds"]), int(orders["megabytes"]))
        # The parsers are loaded under the limits too: they are what needs them.
        answer = read(sys.stdin.buffer.read(), str(orders["name"]))
        sys.stdout.buffer.write(answer.encode())
        sys.stdout.buffer.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    return 0


def read(data: bytes, name: str) -> str:
    """The answer to one document, at most `MAX_OUTPUT` characters."""
    problems = import_module("bot.guidelines.problems")
    try:
        reader = import_module("bot.guidelines.read")
        text: str = import_module("bot.guidelines.codec").dump(reader.read_guideline(data, name))
    except problems.BadGuideline as refused:
        return json.dumps({"problem": refused.code, "facts": refused.facts})
    if len(text) > MAX_OUTPUT:
        return json.dumps({"problem": "too_large", "facts": {"part": "output"}})
    return f'{{"guideline":{text}}}'


def limit_self(seconds: int, megabytes: int) -> None:
    """Limits processor time, memory and files, where the platform can; elsewhere the parent's clock does."""
    try:
        resource: Any = import_module("resource")
    except ImportError:
        return
    limits = {"CPU": seconds + 1, "AS": megabytes * 1024 * 1024, "FSIZE": 0, "CORE": 0}
    for name, value in limits.items():
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))
        except (AttributeError, OSError, ValueError):
            # macOS knows some of these limits but refuses to set them.
            continue


if __name__ == "__main__":
    # Not sys.exit: taking the interpreter apart needs memory, which may be just what is missing.
    os._exit(main())
