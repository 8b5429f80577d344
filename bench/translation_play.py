"""Plays messages through a running bot and looks at what became of them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import select

from bench.translation_checks import cores_of
from bench.translation_client import client_block
from bench.translation_ground import NICKNAME, Ground, name_of, users_in
from bench.translation_judging import VISIBLE_WITHIN, Posted, Seen, judge, judge_again, judge_leaks
from bench.translation_leaks import Ears, rows_of
from bench.translation_messages import Row
from bench.translation_tally import Tally
from bot.db.models import Rendition, SourceText

BARE, BLOCKS = "bare", "blocks"
"""The two ways a message arrives: text alone, or with the block of the client that it was written in."""

_SETTLE_SECONDS = 120.0
_AT_ONCE = 12
"""Messages that are on their way at the same time."""

_RETRIED_AFTER = 55.0
"""Seconds after which failed messages may be tried again by themselves."""


def play(place: Ground, rows: Sequence[Row], forms: Sequence[Sequence[str]], seed: int, ears: Ears) -> Tally:
    """Say each row in its forms, wait, look at what became of them, deliver everything again and look again."""
    tally = Tally()
    began = time.monotonic()
    where = {language: _turns(channels) for language, channels in place.channels.items()}
    pairs = [(row, form) for row, ways in zip(rows, forms, strict=True) for form in ways]
    # What is to be skipped goes first and alone, so that the calls of engines are nobody else's.
    posted = [_say(place, row, form, where) for row, form in pairs if row.action == "skip"]
    _settle(place, tally)
    if calls := len(place.provider.requests):
        tally.violate("I7", "(engine calls)", "", seed, calls)
    posted += [_say(place, row, form, where) for row, form in pairs if row.action != "skip"]
    _settle(place, tally)
    before = _look_patiently(place, posted)
    for one in posted:
        judge(one, before, tally, seed, place.box.bot_user_id)
    tally.counts["messages"], tally.counts["engine_calls"] = len(posted), before.calls
    again = place.box.control("redeliver", messages=[{"channel": o.channel, "ts": o.ts} for o in posted])
    if missed := len(posted) - int(again["events"]):
        tally.violate("I11", "(not delivered again)", "", seed, missed)
    _settle(place, tally)
    retried = time.monotonic() - began > _RETRIED_AFTER
    judge_again(posted, before, _look(place, posted), tally, seed, retried=retried)
    private = {one for row in rows for one in row.private}
    judge_leaks(_places(place, ears), private, (NICKNAME,), tally, seed)
    return tally


def _turns(channels: Sequence[str]) -> Iterator[str]:
    while True:
        yield from channels


def _settle(place: Ground, tally: Tally) -> None:
    if not place.wait_until_still(_SETTLE_SECONDS):
        tally.counts["state:unsettled"] += 1


def _say(place: Ground, row: Row, form: str, where: Mapping[str, Iterator[str]]) -> Posted:
    # People do not write all at once: how long somebody waits must not be how much the bench says at a time.
    end = time.monotonic() + _SETTLE_SECONDS
    while place.backlog() >= _AT_ONCE and time.monotonic() < end:
        time.sleep(0.02)
    channel = next(where[row.writer])
    block = client_block(row.text, "bench") if form == BLOCKS else None
    said = place.box.control(
        "say",
        **{"as": place.authors[row.writer]},
        channel=channel,
        text=row.text,
        blocks=[block] if block else [],
    )
    names = {user: (name_of(user), user) for user in users_in(row.text)}
    return Posted(row, form, channel, str(said["ts"]), block, names)


def _look_patiently(place: Ground, posted: Sequence[Posted]) -> Seen:
    """Look until every message has a sign, or the time has passed within which there has to be one."""
    until = max((float(one.ts) for one in posted), default=0.0) + VISIBLE_WITHIN
    while True:
        seen = _look(place, posted)
        silent = [one for one in posted if one.row.action == "translate" and one.key not in seen.visible]
        if not silent or time.time() > until:
            return seen
        time.sleep(0.3)


def _look(place: Ground, posted: Iterable[Posted]) -> Seen:
    seen = Seen(calls=len(place.provider.requests))
    for channel in {one.channel for one in posted}:
        for message in place.box.messages(channel):
            parent = message["thread_ts"]
            seen.messages[channel, message["ts"]] = message
            if message["bot"] and parent and parent != message["ts"] and not message["deleted"]:
                seen.threads.setdefault((channel, parent), []).append(message)
    for call in place.box.calls():
        if call["method"] not in ("chat.postMessage", "reactions.add", "chat.update", "chat.delete"):
            continue
        seen.writes += 1
        args = call["args"]
        about = args.get("thread_ts") or args.get("timestamp")
        if about and call["ok"] and call["method"] in ("chat.postMessage", "reactions.add"):
            key = (str(args["channel"]), str(about))
            seen.visible[key] = min(seen.visible.get(key, call["at"]), call["at"])
    with place.application.transactions.reading() as session:
        query = select(SourceText, Rendition).join(Rendition, Rendition.source_id == SourceText.id)
        for source, rendition in session.execute(query).tuples():
            key = (source.channel or "", source.ts or "")
            seen.flags.setdefault(key, set()).update(rendition.flags)
            seen.states.setdefault(key, []).append((rendition.state.value, rendition.engine))
    seen.cores = cores_of(place.provider.texts(), [one.row.text for one in posted])
    return seen


def _places(place: Ground, ears: Ears) -> dict[str, list[str]]:
    """Return everything that left or was kept where no private data may be, by what it is."""
    asked = [f"{heard.path} {heard.headers} {heard.body}" for heard in place.provider.requests]
    found = {"(request)": asked, "(log or exception)": ears.all}
    for table, row in rows_of(place.application.database):
        found.setdefault(f"(table {table})", []).append(row)
    return found
