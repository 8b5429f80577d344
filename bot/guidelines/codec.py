"""A guideline as JSON and back: what travels between the reading process and ours."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from bot.guidelines.document import Block, Guideline, Section


def dump(guideline: Guideline) -> str:
    """JSON of a guideline; `load` gives the same back."""
    return json.dumps(asdict(guideline), ensure_ascii=False, separators=(",", ":"))


def load(text: str | bytes) -> Guideline:
    """The guideline of a `dump`; raises ValueError, KeyError or TypeError for anything else."""
    return restore(json.loads(text))


def restore(facts: dict[str, Any]) -> Guideline:
    """The guideline of parsed JSON; raises KeyError or TypeError where parts are missing."""
    return Guideline(
        facts["title"], tuple(load_section(section) for section in facts["sections"]), facts["words"]
    )


def load_section(facts: dict[str, Any]) -> Section:
    """One section of a `dump`."""
    blocks = tuple(Block(**block) for block in facts["blocks"])
    return Section(**{**facts, "path": tuple(facts["path"]), "blocks": blocks})
