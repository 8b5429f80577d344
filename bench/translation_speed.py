"""The translator itself: whose answer a caller gets, what it costs beside a bare call, how a burst is paced.

Engines are played on the loopback interface, so no figure says anything about the speed of a real one. Beside it
are measured what language the messages of a file are taken for, and whether terms are rendered as they should be.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from bench.report import Report, middle
from bench.translation_checks import Around, i8_glossary
from bench.translation_client import client_block
from bench.translation_ground import Plan, ground
from bench.translation_messages import Row, load_messages
from bench.translation_shown import read_posts
from bot.domain.translation import TranslationMode
from bot.settings import EngineName
from bot.translation.cache import Cache, MemoryStore
from bot.translation.chain import Chain
from bot.translation.document import Document
from bot.translation.engines.deepl import DeepL
from bot.translation.engines.engine import Engine
from bot.translation.engines.google_web import GoogleWeb
from bot.translation.engines.libre import LibreTranslate
from bot.translation.engines.openai_compatible import OpenAICompatible
from bot.translation.engines.papago import Papago
from bot.translation.mrkdwn_text import from_mrkdwn
from bot.translation.pipeline import Policy, Translator
from bot.translation.present import present
from sandbox.engines.server import ProviderServer

T = TypeVar("T")

THREADS, CALLS = 32, 3200
POLICY = Policy(TranslationMode.OPEN, 1)
SENTENCE = "{} the second file of the day is ready and somebody should listen to the end of it"
TRAPS = ("반려동물", "반려견", "반려묘", "반려자", "반려식물", "전사적", "전사자")
"""Words around a term that mean something else; each is tried where the term itself would be found."""

EVERYDAY = frozenset({"확인(했습니다)", "마감", "접수", "-님"})
"""Headwords that are too ordinary to be rendered in one way only."""

_BURST, _BURST_RATE = 200, 20
_SLOW = 0.05
"""Seconds the played engine takes in the comparison."""


def _engines(server: ProviderServer, rate: float = 1e6) -> dict[str, Engine]:
    return {
        "google_web": GoogleWeb(base_url=server.url("google"), rate=rate),
        "libre": LibreTranslate(server.url("libre"), rate=rate),
        "deepl": DeepL("bench:fx", base_url=server.url("deepl"), rate=rate),
        "papago": Papago("bench", "bench", base_url=server.url("papago"), rate=rate),
        "openai": OpenAICompatible(server.url("openai"), "bench", rate=rate),
    }


def _translator(engine: Engine, **more: float) -> Translator:
    cache = Cache(MemoryStore(), b"bench")
    return Translator(Chain([engine], cache, accept_echo=True, **more))  # type: ignore[arg-type]  # deadline only


@contextmanager
def _playing(delay: float = 0.0) -> Iterator[ProviderServer]:
    with ProviderServer(delay=delay) as server:
        yield server


def name_of(number: int) -> str:
    """Return a word of its own for each number; one with digits would not be sent to an engine at all."""
    return "".join("bdfgklmnrs"[int(digit)] + "aeiou"[int(digit) % 5] for digit in f"{number:05}")


def measure_strangers(name: str) -> tuple[int, int, float]:
    """Return how many of 3,200 calls of 32 threads got another caller's answer, how many none, and the seconds."""
    with _playing() as server:
        translator = _translator(_engines(server)[name], deadline=60.0)

        def call(number: int) -> tuple[bool, bool]:
            mine = f"caller {name_of(number)} says"
            document = from_mrkdwn(SENTENCE.format(mine))
            rendered = translator.translate(document, target="ko", policy=POLICY, prior="en")
            said = rendered.document.plain()
            return mine in said, said.count("caller") == 1

        began = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            results = list(pool.map(call, range(CALLS)))
        seconds = time.monotonic() - began
        assert len(server.requests) == CALLS, "every call was to be another question"
    return sum(not mine for mine, _ in results), sum(not whole for _, whole in results), seconds


def _seconds(call: Callable[[T], object], given: T) -> float:
    began = time.perf_counter()
    call(given)
    return time.perf_counter() - began


def measure_overhead(name: str, rounds: int) -> tuple[float, float, float]:
    """Return the median seconds of a bare call, of the translator's, and of the same question once more."""
    with _playing(_SLOW) as server:
        engine = _engines(server)[name]
        translator = _translator(engine)
        bare: list[float] = []
        whole: list[float] = []
        cached: list[float] = []

        def ask(text: str) -> object:
            return engine.translate([text], source="en", target="ko", timeout=8.0)

        def render(document: Document) -> object:
            return translator.translate(document, target="ko", policy=POLICY, prior="en")

        for number in range(rounds + 3):
            text = SENTENCE.format(name_of(number))
            document = from_mrkdwn(f"<@U07KRWORK> {text} :tada:")
            bare.append(_seconds(ask, text))
            whole.append(_seconds(render, document))
            cached.append(_seconds(render, document))
        # The first ones also load what is loaded once.
        return middle(bare[3:]), middle(whole[3:]), middle(cached[3:])


def measure_burst() -> tuple[int, float, int]:
    """Return the most calls in any second of a burst through the whole bot, its seconds, and how many came out."""
    rows = [Row(f"b-{n}", "en", SENTENCE.format(f"burst {name_of(n)}")) for n in range(_BURST)]
    plan = Plan(
        (EngineName.LIBRE,), TranslationMode.OPEN, lambda text, *_: text, accept_echo=True, rate=_BURST_RATE
    )
    with ground(rows, plan) as place:
        channels = place.channels["en"]
        began = time.monotonic()
        for number, row in enumerate(rows):
            block = client_block(row.text, "bench")
            place.box.control(
                "say",
                **{"as": place.authors["en"]},
                channel=channels[number % len(channels)],
                text=row.text,
                blocks=[block],
            )
        place.wait_until_still(120)
        seconds = time.monotonic() - began
        times = sorted(heard.at for heard in place.provider.requests)
        came = sum(
            message["bot"] and message["thread_ts"] is not None and "burst" in message["text"]
            for channel in channels
            for message in place.box.messages(channel)
        )
    return busiest_second(times), seconds, came


def busiest_second(times: Sequence[float]) -> int:
    """Return the most of these instants, which are in order, that lie within one second."""
    first = most = 0
    for last, at in enumerate(times):
        while at - times[first] >= 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most


def count_detected(rows: Sequence[Row], *, knowing: bool) -> int:
    """Return how many messages are taken for what they are; `knowing` what their author usually writes or not."""
    with _playing() as server:
        translator = _translator(_engines(server)["libre"])
        return sum(
            translator.language_of(from_mrkdwn(row.text), row.writer if knowing else None).language
            == (None if row.language == "none" else row.language)
            for row in rows
        )


def count_terms(rows: Sequence[Row], headwords: Sequence[str]) -> tuple[int, int, int]:
    """Return how many rendered messages with terms there were, how many lack one, and how many traps were hit."""
    with _playing() as server:
        translator = _translator(_engines(server)["libre"])

        def render(text: str, source: str, target: str) -> Document:
            return translator.translate(
                from_mrkdwn(text), target=target, policy=POLICY, prior=source
            ).document

        lacking = 0
        with_terms = [row for row in rows if row.glossary]
        for row in with_terms:
            parts = present(render(row.text, row.writer, row.target), {})
            cards = [{"text": "", "blocks": part.blocks} for part in parts]
            shown = read_posts(cards, {}).get("")
            lacking += shown is None or bool(i8_glossary(row, shown, Around(row.target, {})))
        # Where an echo leaves no Hangul of a headword, its rendering stands there instead.
        for term in headwords:
            said = render(f"내일 {term} 있습니다", "ko", "en").plain()
            lacking += term in said
        traps = sum(trap not in render(f"이 {trap} 사진을 봐 주세요", "ko", "en").plain() for trap in TRAPS)
    return len(with_terms) + len(headwords), lacking, traps


def load_headwords(file: Path) -> tuple[str, ...]:
    """Return the Korean words of a glossary, a line each before the first tab; those of one letter are no words."""
    with file.open(encoding="utf-8", newline="") as lines:
        words = (row[0].strip() for row in csv.reader(lines, delimiter="\t") if row)
        return tuple(word for word in words if len(word) > 1 and word not in EVERYDAY)


@click.command()
@click.option("--messages", "file", type=click.Path(exists=True, path_type=Path), required=True)
@click.option(
    "--glossary", type=click.Path(exists=True, path_type=Path), help="Headwords to be rendered too."
)
@click.option("--rounds", default=40, show_default=True, help="Calls of each kind in the comparison.")
@click.option("--json", "out", type=click.Path(path_type=Path))
def main(file: Path, glossary: Path | None, rounds: int, out: Path | None) -> None:
    """Measure the translator."""
    report = Report("translation_speed")
    rows = load_messages(file)
    report.row(
        "engine", "strangers' answers", "seconds", "bare ms", "translator ms", "ratio", "cached ms", "faster"
    )
    for name in ("google_web", "libre", "deepl", "papago", "openai"):
        strangers, torn, seconds = measure_strangers(name)
        bare, whole, cached = measure_overhead(name, rounds)
        report.row(
            name, strangers, seconds, bare * 1e3, whole * 1e3, whole / bare, cached * 1e3, whole / cached
        )
        report.figure(f"{name}.ratio", whole / bare)
        report.figure(f"{name}.cached_ms", cached * 1e3)
        report.at_most(
            f"{name}: answers of another caller in {CALLS} calls of {THREADS} threads", strangers, 0
        )
        report.at_most(f"{name}: answers torn or doubled", torn, 0)
        report.at_most(f"{name}: translator against a bare call of 50 ms", whole / bare, 1.1)
        report.at_least(f"{name}: cached answers, times faster", bare / cached, 50)
    most, seconds, came = measure_burst()
    report.figure("burst.seconds", seconds)
    report.at_most(f"burst of {_BURST}: most calls in any second (rate {_BURST_RATE})", most, _BURST_RATE)
    report.at_least(f"burst of {_BURST}: translations posted", came, _BURST)
    blind, knowing = count_detected(rows, knowing=False), count_detected(rows, knowing=True)
    report.figure("detected.blind", blind)
    report.figure("detected.knowing_the_author", knowing)
    report.at_least(f"languages told of {len(rows)}, author unknown", blind, len(rows) - 2)
    report.at_least(f"languages told of {len(rows)}, author known", knowing, len(rows) - 2)
    terms, lacking, traps = count_terms(rows, load_headwords(glossary) if glossary else ())
    report.figure("terms", terms)
    report.at_most(f"messages and headwords of {terms} without their term", lacking, 0)
    report.at_most(f"traps of {len(TRAPS)} taken for terms", traps, 0)
    report.finish(out)


if __name__ == "__main__":
    main()
