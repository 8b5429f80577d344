"""The ten workers' figures from the live code, and the votes on 100,000 tasks beside crowd-kit's majority vote.

crowd-kit is no dependency of ours: it brings a deep-learning stack. The bench puts the few packages its vote needs
into a folder of its own and runs it there, in the same minute and on the same rows.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from bench.report import Report, middle
from bot.domain.answers import Answer
from bot.domain.consensus import Outcome, Poll, Vote, decide
from bot.reports.agreement import agree

GOAL = 1.0
_TEN = ["아니아니라니께"] * 9 + ["아니아니라니까"]
_ENDINGS = ("라니께", "라니까", "당께", "당게", "구만", "구먼")
_PEER = ("crowd-kit==1.4.2", "numpy", "pandas", "scikit-learn", "tqdm", "attrs")
_PEER_PROGRAM = """
import importlib.util, json, os, sys, time, types
import pandas as pd
root = os.path.dirname(importlib.util.find_spec("crowdkit").origin)
# Its packages import learners that a vote does not need; only the modules below them are wanted.
for name in ("crowdkit", "crowdkit.aggregation", "crowdkit.aggregation.classification"):
    package = types.ModuleType(name)
    package.__path__ = [os.path.join(root, *name.split(".")[1:])]
    sys.modules[name] = package
from crowdkit.aggregation.classification.majority_vote import MajorityVote
rows = pd.read_csv(sys.argv[1], keep_default_na=False)
times = []
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    labels = MajorityVote().fit_predict(rows)
    times.append(time.perf_counter() - began)
labels.to_csv(sys.argv[3])
print(json.dumps(times))
"""


def make_answers(tasks: int, people: int, seed: int) -> list[list[str]]:
    """Return `people` answers to each task: mostly one wording, with spellings and slips that differ."""
    rng = random.Random(seed)
    made = []
    for number in range(tasks):
        stem = f"그랑께 거시기 {number % 977} 혀야 쓰겄"
        ends = rng.sample(_ENDINGS, 3)
        made.append([stem + rng.choices(ends, (7, 2, 1))[0] for _ in range(people)])
    return made


def ten_workers(report: Report) -> None:
    """Print what nine and one say, from the code that pays and exports."""
    found = agree([_TEN])
    poll = decide([Vote({"text": text}) for text in _TEN])
    assert found is not None
    report.figure("ten.vote_share", found.vote_share)
    report.figure("ten.pairwise_exact", found.pairwise_exact)
    report.figure("ten.char_agreement", found.char_agreement)
    report.row("ten workers", "vote share", "pairwise", "characters", "winner")
    report.row("", found.vote_share, found.pairwise_exact, found.char_agreement, _TEN[poll.winner or 0])
    report.at_least("ten.vote_share", found.vote_share, 0.90)
    report.at_least("ten.char_agreement", found.char_agreement, 0.971)


def ours(answers: list[list[str]]) -> tuple[list[Poll], float]:
    """Return the polls of all tasks and the seconds they took, from answers as they are stored."""
    stored: list[list[Answer]] = [[{"text": text} for text in texts] for texts in answers]
    began = time.perf_counter()
    polls = [decide([Vote(answer) for answer in task]) for task in stored]
    return polls, time.perf_counter() - began


def peer(answers: list[list[str]], folder: Path, rounds: int) -> tuple[dict[str, str], list[float]] | None:
    """Return crowd-kit's labels and the seconds of each of its rounds; None where it can't be installed."""
    place = folder / "peer"
    make = [sys.executable, "-m", "uv", "--quiet"]
    try:
        subprocess.run([*make, "venv", str(place)], check=True, capture_output=True)
        python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
        first, *rest = _PEER
        for names, more in (([first], ["--no-deps"]), (rest, [])):
            subprocess.run(
                [*make, "pip", "install", "--python", str(python), *more, *names],
                check=True,
                capture_output=True,
            )
    except (OSError, subprocess.CalledProcessError):
        return None
    rows, out = folder / "rows.csv", folder / "labels.csv"
    with rows.open("w", encoding="utf-8") as file:
        file.write("task,worker,label\n")
        for number, texts in enumerate(answers):
            file.writelines(f"{number},{who},{text}\n" for who, text in enumerate(texts))
    ran = subprocess.run(
        [str(python), "-c", _PEER_PROGRAM, str(rows), str(rounds), str(out)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if ran.returncode:
        click.echo(f"crowd-kit did not run: {ran.stderr.strip().splitlines()[-1:]}", err=True)
        return None
    lines = out.read_text(encoding="utf-8").splitlines()[1:]
    labels = dict(line.split(",", 1) for line in lines)
    return labels, json.loads(ran.stdout)


@click.command()
@click.option("--tasks", default=100_000, show_default=True)
@click.option("--people", default=10, show_default=True, help="Answers a task.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--seed", default=7, show_default=True)
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False))
def main(tasks: int, people: int, rounds: int, seed: int, file: Path | None) -> None:
    """Measure how fast votes are counted, and say what the ten workers' answers come to."""
    report = Report("consensus")
    ten_workers(report)
    answers = make_answers(tasks, people, seed)
    runs = [ours(answers) for _ in range(rounds)]
    polls, seconds = runs[0][0], middle([spent for _polls, spent in runs])
    report.figure("ours.seconds", seconds)
    report.figure("ours.clear", sum(poll.outcome is Outcome.CLEAR for poll in polls) / tasks)
    report.row("votes", "tasks", "answers", "seconds", "tasks/s")
    report.row("ours", tasks, people, seconds, tasks / seconds)
    with TemporaryDirectory() as folder:
        found = peer(answers, Path(folder), rounds)
    if found is None:
        report.row("crowd-kit", "not installed")
    else:
        labels, times = found
        theirs = middle(times)
        report.figure("crowdkit.seconds", theirs)
        report.figure("speedup", theirs / seconds)
        report.row("crowd-kit", tasks, people, theirs, tasks / theirs)
        clear = [n for n, poll in enumerate(polls) if poll.winner is not None]
        same = sum(labels.get(str(n)) == answers[n][polls[n].winner or 0] for n in clear)
        report.figure("same_winner", same / len(clear))
        report.at_least("speedup over crowd-kit", theirs / seconds, GOAL)
        report.at_least("same winner where there is one", same / len(clear), 1.0)
    report.finish(file)


if __name__ == "__main__":
    main()
