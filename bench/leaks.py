"""The leak guard: copies found, clean talk left alone, what a lookup costs, and how long prints hold the writer.

Contents and talk are real sentences where `../shared/data` has them, made-up ones otherwise. A lookup is held
against one bare select by an index on the same database: the least that any answer from it costs.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from sqlalchemy import func, select

from bench.leaks_ground import Ground, guarded_ground
from bench.report import Report, middle, quantile
from bot.db.models import ContentPrint
from bot.domain.prints import SPAN, normalise, telling

_DATA = Path(__file__).parents[2] / "shared/data"
_SIGNS = (" ", "", "", "", ".", ", ", "*", "\n", "~")
_AROUND = (
    "이거 어떻게 적어요? {} 모르겠어요",
    "{}",
    "```{}```",
    "> {}\n이 문장이요",
    "@here {} 확인 부탁드려요",
)


def _real_sentences() -> tuple[list[str], list[str]]:
    """Return sentences to guard and sentences people say, both empty without the data."""
    replay, dev = _DATA / "translation/replay_flores.jsonl", _DATA / "answers/dev.jsonl"
    if not (replay.exists() and dev.exists()):
        return [], []
    rows = [json.loads(line) for line in replay.read_text(encoding="utf-8").splitlines()]
    sentences = sorted({row["src"] for row in rows if row["dir"] == "ko-en"})
    said = [json.loads(line)["question"] for line in dev.read_text(encoding="utf-8").splitlines()]
    return sentences[::2], [*sentences[1::2], *said]


def _cut(text: str, least: int, most: int, rng: random.Random) -> str | None:
    """Return a stretch of a text that tells at least `least` and less than `most` syllables, None for short ones."""
    for _try in range(20):
        start = rng.randrange(len(text))
        end = start + rng.randrange(least, 2 * most)
        stretch = text[start:end]
        if least <= telling(normalise(stretch)) < most:
            return stretch
    return None


def _disguise(copy: str, rng: random.Random) -> str:
    signs = "".join(char + rng.choice(_SIGNS) for char in copy)
    return rng.choice(_AROUND).format(signs if rng.random() < 0.5 else copy)


def _timed(times: int, call: Callable[[int], object]) -> list[float]:
    taken = []
    for number in range(times):
        began = time.perf_counter()
        call(number)
        taken.append(time.perf_counter() - began)
    return taken


def _copies(report: Report, place: Ground, rng: random.Random, count: int) -> list[str]:
    """Count the copies that are found: long ones, and shorter ones for which nothing is promised."""
    disguised: list[str] = []
    for name, least, most in (
        ("copies of 20 syllables and more", SPAN, 80),
        ("copies of 14 to 20", 14, SPAN),
    ):
        cuts = [cut for text in rng.choices(place.contents, k=count) if (cut := _cut(text, least, most, rng))]
        messages = [_disguise(cut, rng) for cut in cuts]
        found = sum(place.finds(message) for message in messages)
        report.row(name, len(messages), found, len(messages) - found)
        report.figure(f"found.{least}", found / max(1, len(messages)))
        if least == SPAN:
            report.at_least("share of long copies found", found / max(1, len(messages)), 1.0)
            disguised = messages
    return disguised


@click.command()
@click.option("--tasks", default=50_000, show_default=True)
@click.option("--copies", default=1000, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(tasks: int, copies: int, file: Path | None) -> None:
    """Measure on SQLite, whose one writer is what prints could hold up."""
    rng, report = random.Random(7), Report("leaks")
    guarded, said = _real_sentences()
    with TemporaryDirectory(prefix="gagyo-bench-") as folder:
        place = guarded_ground(f"sqlite:///{Path(folder) / 'bench.db'}", guarded, tasks, rng)
        talk = said or place.made_up(1000)
        report.row("what", "messages", "hits", "misses")
        disguised = _copies(report, place, rng, copies)
        wrong = sum(place.finds(words) for words in talk)
        report.row("clean talk", len(talk), wrong, len(talk) - wrong)
        report.figure("clean.hits", wrong)
        report.at_most("clean messages taken for copies", wrong, 0)
        _speed(report, place, talk, disguised)
        place.close()
    report.row("tasks", len(place.contents), "prints", place.prints)
    report.row("import, s", place.import_seconds, "", "")
    report.row("sweeps", len(place.holds), "all, s", sum(place.holds))
    report.row("writer held, ms: p50", middle(place.holds) * 1e3, "longest", max(place.holds) * 1e3)
    report.figure("import_seconds", place.import_seconds)
    report.figure("sweep.longest_ms", max(place.holds) * 1e3)
    report.figure("sweep.seconds", sum(place.holds))
    report.at_most(
        "longest hold of the writer against the import's", max(place.holds) / place.import_seconds, 0.2
    )
    report.finish(file)


def _speed(report: Report, place: Ground, talk: list[str], copies: list[str]) -> None:
    with place.transactions.reading() as session:
        some = session.scalars(select(ContentPrint.mark).limit(500)).all()
        bare_query = select(func.count()).select_from(ContentPrint)

        def bare(number: int) -> object:
            return session.scalar(bare_query.where(ContentPrint.mark == some[number % len(some)]))

        def look(words: list[str]) -> Callable[[int], object]:
            return lambda number: place.finds_in(session, words[number % len(words)])

        for warm in (bare, look(talk), look(copies)):
            _timed(50, warm)
        least = _timed(500, bare)
        report.row("milliseconds", "p50", "p99", "ratio")
        report.row("bare indexed select", quantile(least, 0.5) * 1e3, quantile(least, 0.99) * 1e3, 1.0)
        for name, words in (("lookup, clean talk", talk), ("lookup, copies", copies)):
            taken = _timed(500, look(words))
            ratio = quantile(taken, 0.5) / quantile(least, 0.5)
            report.row(name, quantile(taken, 0.5) * 1e3, quantile(taken, 0.99) * 1e3, ratio)
            report.figure(f"{name.split(', ')[1].replace(' ', '_')}.ratio", ratio)
            report.figure(f"{name.split(', ')[1].replace(' ', '_')}.p99_ms", quantile(taken, 0.99) * 1e3)


if __name__ == "__main__":
    main()
