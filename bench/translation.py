"""Messages of a file through the whole bot, against played engines: what is violated of I1 to I12.

Everything is in one process: a sandbox Slack, the bot as `bot.bootstrap` puts it together with a SQLite file and
Socket Mode, and an HTTP server that plays the engines. Each seed gets a fresh workspace. Settings that differ from
the shipped ones are named in the answer under "settings": the pace of posting and of asking (nobody real is at the
other end), and with --engine chaos over several seeds the deadline of the engines, so that a hang costs less.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import click

from bench.translation_ground import Plan, ground
from bench.translation_leaks import Ears, listening_to
from bench.translation_messages import Row, load_known, load_messages
from bench.translation_play import BARE, BLOCKS, play
from bench.translation_pseudo import pseudo
from bench.translation_tally import INVARIANTS, Tally
from bot.domain.translation import TranslationMode
from bot.settings import EngineName
from bot.translation.chain import ChainFailed
from bot.translation.engines.engine import EngineFailed
from bot.translation.pipeline import TranslationFailed
from bot.translation.wire import Damaged
from sandbox.engines.chaos import chaos
from sandbox.engines.modes import Answer, echo, replay

FORMS = {
    TranslationMode.OPEN: EngineName.GOOGLE_WEB,
    TranslationMode.CLOUD: EngineName.DEEPL,
    TranslationMode.LOCAL: EngineName.LIBRE,
}
"""The engine of each policy where none is named."""

_KNOWN_AS = {
    EngineName.GOOGLE_WEB: "google",
    EngineName.DEEPL: "microsoft",
    EngineName.PAPAGO: "nllb",
    EngineName.LIBRE: "argos",
    EngineName.OPENAI: "bergamot-base",
}
_ALLOWED = {
    TranslationMode.OPEN: set(EngineName),
    TranslationMode.CLOUD: set(EngineName) - {EngineName.GOOGLE_WEB},
    TranslationMode.LOCAL: {EngineName.LIBRE, EngineName.OPENAI},
}
_SEVERAL_DEADLINE = 3.0
"""Seconds the engines have per message when chaos is played over several seeds."""

STRICT = ("I2", "I3", "I4", "I6", "I7", "I9", "I10", "I12")
"""What even chaos may not violate."""


@dataclass(frozen=True)
class Game:
    """What is played: everything a process of its own has to know."""

    messages: Path
    engine: str
    engines: tuple[EngineName, ...]
    mode: TranslationMode
    replay_file: Path | None
    known: int
    both: bool
    deadline: float

    def rows(self, seed: int) -> tuple[Row, ...]:
        """Return the messages of a seed."""
        rows = load_messages(self.messages)
        if self.engine == "replay" and self.replay_file is not None:
            rows += load_known(self.replay_file, _KNOWN_AS[self.engines[0]], self.known, seed)
        return rows

    def plan(self, seed: int) -> Plan:
        """Return how the workspace of a seed is set up."""
        return Plan(self.engines, self.mode, self._answer(seed), self.engine != "chaos", self.deadline)

    def _answer(self, seed: int) -> Answer:
        if self.engine == "chaos":
            return chaos(seed, pseudo, hang=self.deadline + 2)
        if self.engine == "replay" and self.replay_file is not None:
            with self.replay_file.open(encoding="utf-8") as lines:
                return replay([json.loads(line) for line in lines])
        return echo

    def forms(self, rows: Sequence[Row], seed: int) -> list[tuple[str, ...]]:
        """Return how each row arrives: in both ways, or in turn from seed to seed."""
        if self.both:
            return [(BARE, BLOCKS)] * len(rows)
        return [((BARE, BLOCKS)[(number + seed) % 2],) for number in range(len(rows))]


def play_seed(game: Game, seed: int) -> Tally:
    """Play one seed in a workspace of its own."""
    rows = game.rows(seed)
    spoken = (EngineFailed, ChainFailed, TranslationFailed, Damaged)
    with Ears() as ears, listening_to(spoken, ears.spoken), ground(rows, game.plan(seed)) as place:
        return play(place, rows, game.forms(rows, seed), seed, ears)


def _play_all(game: Game, seeds: Sequence[int], processes: int) -> Tally:
    tally = Tally()
    if processes == 1 or len(seeds) == 1:
        for done, seed in enumerate(seeds, 1):
            tally.add(play_seed(game, seed))
            _say_progress(done, len(seeds), tally)
        return tally
    # Threads and sockets do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        for done, one in enumerate(pool.map(play_seed, [game] * len(seeds), seeds), 1):
            tally.add(one)
            _say_progress(done, len(seeds), tally)
    return tally


def _say_progress(done: int, of: int, tally: Tally) -> None:
    if of > 1:
        click.echo(
            f"{done}/{of} seeds, {tally.counts['messages']} messages, violated: {tally.broken()}", err=True
        )


@click.command()
@click.option("--messages", "file", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--engine", type=click.Choice(["echo", "replay", "chaos"]), default="echo", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--seeds", default=1, show_default=True, help="How many seeds from --seed on.")
@click.option("--policy", type=click.Choice(["open", "cloud", "local"]), default="open", show_default=True)
@click.option("--engine-form", "form", help="Engines in their order, e.g. libre,deepl; default by policy.")
@click.option("--replay-file", type=click.Path(path_type=Path), help="Default: beside the messages.")
@click.option("--known", default=40, show_default=True, help="Known sentences that replay adds.")
@click.option(
    "--deadline", type=float, help="Seconds engines have; default as shipped, 3 in chaos over seeds."
)
@click.option("--processes", default=2, show_default=True, help="Seeds played at the same time.")
@click.option("--json", "out", type=click.Path(path_type=Path))
def main(
    file: Path,
    engine: str,
    seed: int,
    seeds: int,
    policy: str,
    form: str | None,
    replay_file: Path | None,
    known: int,
    deadline: float | None,
    processes: int,
    out: Path | None,
) -> None:
    """Count the violations of every invariant."""
    mode = TranslationMode(policy)
    engines = tuple(EngineName(name) for name in form.split(",")) if form else (FORMS[mode],)
    if forbidden := [name for name in engines if name not in _ALLOWED[mode]]:
        raise click.UsageError(f"{policy} projects do not use {', '.join(forbidden)}")
    beside = replay_file or file.parent / "replay_flores.jsonl"
    if engine == "replay" and not beside.exists():
        raise click.UsageError(f"there is no {beside.name} beside the messages: name it with --replay-file")
    several = engine == "chaos" and seeds > 1
    game = Game(
        file,
        engine,
        engines,
        mode,
        beside if engine == "replay" else None,
        known,
        both=not several,
        deadline=deadline or (_SEVERAL_DEADLINE if several else 12.0),
    )
    began = time.monotonic()
    tally = _play_all(game, range(seed, seed + seeds), processes)
    answer = {
        "bench": "translation",
        "engine": engine,
        "engines_played": [str(name) for name in engines],
        "policy": policy,
        "seeds": [seed, seed + seeds - 1],
        "seconds": round(time.monotonic() - began, 1),
        "settings": _settings(game),
        **tally.figures(),
    }
    _print(answer, tally, STRICT if engine == "chaos" else INVARIANTS)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _settings(game: Game) -> dict[str, object]:
    settings = game.plan(0).settings(Path(), dict.fromkeys(("libre", "openai", "papago", "deepl"), ""))
    return {
        "sender": settings["sender"],
        "translation": {
            name: value for name, value in settings["translation"].items() if not name.endswith("_url")
        },
    }


def _print(answer: dict[str, object], tally: Tally, goals: Sequence[str]) -> None:
    for name in INVARIANTS:
        count = tally.counts[name]
        verdict = "" if name not in goals else ("met " if not count else "MISSED")
        click.echo(f"{verdict:7}{name:4} {count}")
    if answer["engine"] != "chaos":
        # An engine without faults leaves nobody without a translation.
        lost = tally.counts["not_translated"] + tally.counts["state:unsettled"]
        click.echo(f"{'MISSED' if lost else 'met ':7}not translated {lost}")
    shown = {name: value for name, value in answer.items() if name not in ("violations", *INVARIANTS)}
    click.echo(json.dumps(shown, ensure_ascii=False))
    worst: dict[str, list[str]] = {}
    for one in tally.violations:
        worst.setdefault(one.invariant, []).append(f"{one.message}/{one.form}@{one.seed}")
    for name, which in sorted(worst.items()):
        click.echo(f"{name}: {' '.join(which[:12])}{' …' if len(which) > 12 else ''}")


if __name__ == "__main__":
    main()
