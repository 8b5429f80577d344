"""Digests say what each figure is counted of, never too much of it, and nothing in Korean to who reads none."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.digests import Audience
from bot.i18n.catalogs import LANGUAGES, load_catalogs
from bot.reports.digest import Change, dump_digest, load_digest
from bot.reports.rejections import Rejections
from bot.slack.charts import chart, table
from bot.slack.reader import Reader
from bot.slack.views.digest_charts import day_charts, say_rate_of
from bot.slack.views.digest_modals import digest_details, digest_reasons
from bot.slack.views.digest_text import digest_text
from bot.slack.views.digests import digest_ladder
from bot.slack.views.latin import without_korean
from tests.golden import report_cases
from tests.golden.facts import reader_of

CATALOGS = load_catalogs(strict=True)
ENGLISH = reader_of(CATALOGS, "en")
KOREAN = reader_of(CATALOGS, "ko")
HANGUL = re.compile("[ㄱ-ㆎ가-힣]")


def test_the_ten_tasks_of_the_definition_read_as_they_should() -> None:
    ten = Rejections(10, 4, 15, 5, 0, 10, 0, 0, 1.0)
    shown = replace(report_cases.digest(), rejections=ten)
    said = digest_text(ENGLISH, shown)
    assert "Reject rate (first verdicts): 40% (small sample), 4 of 10 tasks" in said
    assert "All verdicts: 33% rejects, 5 of 15" in said
    assert "Last verdict a reject: 0%, 0 of 10 tasks" in json.dumps(digest_details(ENGLISH, shown))


def test_nothing_judged_is_a_dash() -> None:
    shown = replace(report_cases.digest(), rejections=Rejections(0, 0, 0, 0, 0, 0, 0, 0, None))
    said = digest_text(ENGLISH, shown)
    assert "reject rate —" in digest_ladder(ENGLISH, shown)[0].text
    assert "Reject rate (first verdicts): —, no task had its first verdict" in said
    assert "All verdicts" not in said
    assert say_rate_of(ENGLISH, None, 0, small=True) == "—"


def test_an_empty_day_is_one_line_that_says_when_it_is_late_or_not_over() -> None:
    empty = report_cases.empty()
    so_far = replace(empty, made_at=empty.window.end - timedelta(hours=1))
    for digest, late, words in ((empty, True, "comes late"), (so_far, False, "so far")):
        (content,) = digest_ladder(ENGLISH, digest, late=late)
        assert words in content.text
        assert words in digest_text(ENGLISH, digest, late=late)
        assert len(content.blocks) == 1
        assert "\n" not in content.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("week", [False, True])
def test_every_dress_says_the_same_figures(audience: Audience, language: str, week: bool) -> None:
    reader = reader_of(CATALOGS, language)
    digest = report_cases.digest(audience, week=week)
    ladder = digest_ladder(reader, digest, run_id=3)
    assert len(ladder) == (1 if audience is Audience.WORKER else 3)
    assert len({content.text for content in ladder}) == 1
    kinds = [[block["type"] for block in content.blocks] for content in ladder]
    if audience is not Audience.WORKER:
        assert [kind.count("data_visualization") for kind in kinds] == [2, 0, 0]
        assert [kind.count("table") for kind in kinds] == [1, 1, 0]
    # What the message says in words, the command line says too, each line whole.
    spoken = digest_text(reader, digest)
    for block in ladder[-1].blocks:
        if block["type"] == "section":
            for line in block["text"]["text"].split("\n"):
                if line.startswith("• "):
                    assert line.removeprefix("• ") in spoken


def test_a_pm_who_reads_english_needs_no_korean() -> None:
    for week in (False, True):
        shown = report_cases.digest(week=week)
        for content in digest_ladder(ENGLISH, shown):
            assert not HANGUL.search(content.text)
            assert not HANGUL.search(json.dumps(content.blocks, ensure_ascii=False))
        assert not HANGUL.search(digest_text(ENGLISH, shown))
        assert not HANGUL.search(json.dumps(digest_reasons(ENGLISH, shown), ensure_ascii=False))
    assert without_korean("3.2 사투리 표기") == "3.2"
    assert without_korean("소리") == ""
    assert without_korean("문장 번역 · Sentences") == "Sentences"
    assert without_korean("Sentences · 문장 -") == "Sentences"
    assert without_korean("· plain ·") == "· plain ·"


def test_a_worker_and_a_crew_are_told_nothing_of_anybody() -> None:
    for audience in (Audience.WORKER, Audience.CREW):
        said = digest_text(KOREAN, report_cases.digest(audience))
        assert not any(name in said for name in ("바다", "Sori", "하늘"))
    own = digest_text(KOREAN, report_cases.digest(Audience.WORKER))
    # The team's figures are not there to be measured against.
    assert "반려율" not in own
    assert "42" not in own


def test_a_small_sample_concludes_nothing() -> None:
    said = digest_text(ENGLISH, report_cases.digest(small=True))
    assert "14% (n = 7, small sample)" in said
    assert not set(said) & {"▲", "▼"}


def test_an_arrow_stands_only_between_figures_that_look_different() -> None:
    shown = replace(
        report_cases.digest(),
        final_change=Change(42.0, 44.0, 6, False),
        reject_change=Change(0.1904, 0.1901, 6, False),
    )
    said = digest_text(ENGLISH, shown)
    assert "Tasks final: 42 ▼, usually 44 (median of 6 days with work)" in said
    assert "Reject rate: 19% =, usually 19%" in said


def test_an_empty_day_is_one_line() -> None:
    (content,) = digest_ladder(ENGLISH, report_cases.empty())
    assert len(content.blocks) == 1
    assert digest_text(ENGLISH, report_cases.empty()) == content.text
    assert day_charts(ENGLISH, report_cases.empty().days) == []


def test_a_kept_digest_reads_as_the_fresh_one() -> None:
    for audience in Audience:
        fresh = report_cases.digest(audience)
        kept = load_digest(json.loads(json.dumps(dump_digest(fresh))))
        assert digest_ladder(KOREAN, kept) == digest_ladder(KOREAN, fresh)
        # Read a month later, it is still about its own day.
        later = Reader(KOREAN.t, "ko", "Asia/Seoul", report_cases.MADE_AT.replace(month=12))
        assert digest_text(later, kept) == digest_text(KOREAN, fresh)


def test_one_day_with_verdicts_is_no_line() -> None:
    days = report_cases.days()
    lone = tuple(replace(day, judged_first=0, rejected_first=0) for day in days[:-1]) + days[-1:]
    assert [block["chart"]["type"] for block in day_charts(ENGLISH, lone)] == ["bar"]


def test_charts_and_tables_refuse_what_slack_would() -> None:
    for categories, series in (
        ([], {"a": []}),
        (["x"] * 2, {"a": [1, 2]}),
        ([str(n) for n in range(21)], {"a": list(range(21))}),
        (["x"], {"a": [1, 2]}),
        (["x"], {}),
        (["x"], {str(n): [1] for n in range(7)}),
        (["x"], {"a" * 20 + "b": [1], "a" * 20 + "c": [2]}),
    ):
        with pytest.raises(ValueError, match="chart"):
            chart("bar", "t", categories, series)
    for rows in ([["a"], ["b", "c"]], [["a"]] * 101, [["a"] * 21]):
        with pytest.raises(ValueError, match="table"):
            table(rows)
