"""Holds what Slack shows of each message, and what is kept and sent, against the invariants of a whole run."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.translation_checks import Around, check_all
from bench.translation_leaks import Needles
from bench.translation_messages import Row, unescape
from bench.translation_shown import action_ids, has_translation, part_number, read_posts
from bench.translation_tally import Tally
from bot.slack import ids

VISIBLE_WITHIN = 15.0
"""Seconds within which every message has a translation or another visible sign."""

_SAYS_WHY = frozenset({ids.TRANSLATION_RETRY, ids.TRANSLATION_GO_AHEAD})

Key = tuple[str, str]
"""Channel and ts of a message."""


@dataclass(frozen=True)
class Posted:
    """A message that a person has written."""

    row: Row
    form: str
    channel: str
    ts: str
    block: dict[str, Any] | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """What Slack knows it by."""
        return self.channel, self.ts


@dataclass
class Seen:
    """What Slack shows at one moment, and what the bot keeps of each message.

    `threads` are the bot's posts under a message, `visible` when its first sign came, `states` and `flags` those
    of its renditions, `writes` how often the bot has written anything at all.
    """

    messages: dict[Key, dict[str, Any]] = field(default_factory=dict)
    threads: dict[Key, list[dict[str, Any]]] = field(default_factory=dict)
    visible: dict[Key, float] = field(default_factory=dict)
    flags: dict[Key, set[str]] = field(default_factory=dict)
    states: dict[Key, list[tuple[str, str]]] = field(default_factory=dict)
    cores: frozenset[str] = frozenset()
    writes: int = 0
    calls: int = 0


def judge(one: Posted, seen: Seen, tally: Tally, seed: int, bot: str) -> None:
    """Count what is violated in what became of a message; `bot` is the user id of the bot."""

    def violate(invariant: str, count: int = 1) -> None:
        if count:
            tally.violate(invariant, one.row.id, one.form, seed, count)

    cards = seen.threads.get(one.key, [])
    violate("I10", _altered(one, seen) + _doubled(cards))
    reactions = [name for name in seen.messages[one.key]["reactions"] if bot in name["users"]]
    if one.row.action == "skip":
        violate("I7", len(cards) + len(reactions))
        return
    states = seen.states.get(one.key, [])
    for state, engine in states:
        tally.counts[f"state:{state}"] += 1
        tally.engines[engine or "none"] += 1
    unneeded = all(state == "unneeded" for state, _ in states)
    if one.key in seen.visible:
        waited = seen.visible[one.key] - float(one.ts)
        tally.latencies.append(waited)
        # What showed that it takes long may go again, but not without anything in its place.
        violate("I12", waited > VISIBLE_WITHIN or not (cards or reactions))
    else:
        violate("I12", one.row.action == "translate")
        tally.counts["unneeded"] += unneeded
    translated = [card for card in cards if has_translation(card)]
    if translated:
        _judge_words(one, seen, translated, tally, violate)
        return
    tally.counts["not_translated"] += not unneeded
    violate("I12", bool(cards) and not any(action_ids(card) & _SAYS_WHY for card in cards))


def _altered(one: Posted, seen: Seen) -> int:
    message = seen.messages[one.key]
    blocks = [one.block] if one.block else []
    same = message["text"] == one.row.text and message["blocks"] == blocks
    return int(not same or bool(message["edited"]) or bool(message["deleted"]))


def _doubled(cards: Sequence[Mapping[str, Any]]) -> int:
    """Count the posts under a message that are more than one card, which may have several numbered parts."""
    parts = Counter(part_number(card) for card in cards)
    return sum(count - 1 for count in parts.values()) + ("" in parts and len(parts) > 1)


def _judge_words(
    one: Posted,
    seen: Seen,
    translated: Sequence[Mapping[str, Any]],
    tally: Tally,
    violate: Callable[[str, int], None],
) -> None:
    withheld = "withheld" in seen.flags.get(one.key, ())
    around = Around(one.row.target, one.names, seen.cores, withheld=withheld)
    for shown in read_posts(translated, {}).values():
        tally.counts["outputs"] += 1
        for invariant, count in check_all(one.row, shown, around).items():
            violate(invariant, count)
        if one.row.known:
            tally.counts["known"] += 1
            tally.counts["replayed_exactly"] += _bare(unescape(shown.text)) == _bare(one.row.known)


def _bare(words: str) -> str:
    return re.sub(r"\W+", "", unicodedata.normalize("NFKC", words)).lower()


def judge_again(
    posted: Iterable[Posted], before: Seen, after: Seen, tally: Tally, seed: int, *, retried: bool
) -> None:
    """Count what came of delivering everything once more; with `retried` failed ones were tried again meanwhile."""
    for one in posted:
        was, came = before.threads.get(one.key, []), after.threads.get(one.key, [])
        failed = any(state == "failed" for state, _ in before.states.get(one.key, ()))
        if len(came) > len(was) and not (failed and retried):
            tally.violate("I11", one.row.id, one.form, seed, len(came) - len(was))
    if retried:
        return
    if more := after.calls - before.calls:
        tally.violate("I11", "(engine calls)", "", seed, more)
    if more := after.writes - before.writes:
        tally.violate("I11", "(writes)", "", seed, more)


def judge_leaks(
    places: Mapping[str, Iterable[str]],
    private: Iterable[str],
    roster: Iterable[str],
    tally: Tally,
    seed: int,
) -> None:
    """Count private data in places where none may be; names of the roster may stand in our own tables."""
    needles, names = Needles({*private, *roster}), frozenset(roster)
    for where, texts in places.items():
        at_home = names if where.startswith("(table") else frozenset()
        if leaks := sum(len(needles.found_in(text) - at_home) for text in texts):
            tally.violate("I6", where, "", seed, leaks)
            tally.counts["pii_leaks"] += leaks
