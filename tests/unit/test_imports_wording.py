"""Every problem has a sentence in both languages, and its values cannot become markup."""

from __future__ import annotations

import pytest

from bot.i18n.catalogs import load_catalogs
from bot.imports.problems import Problem, ProblemCode
from bot.slack.views.import_errors import word_problem

CATALOGS = load_catalogs(strict=True)
VALUES: dict[str, str | int] = {
    **dict.fromkeys(("limit", "expected", "found", "first_line", "least", "most"), 1200),
    **dict.fromkeys(("name", "columns", "column", "meaning", "id"), "<!here>&"),
}


@pytest.mark.parametrize("code", list(ProblemCode))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_code_is_worded(language: str, code: ProblemCode) -> None:
    said = word_problem(CATALOGS[language], Problem(3, code, VALUES))
    assert said.startswith("Line 3: " if language == "en" else "3번째 줄: ")
    assert "<" not in said
    assert "{" not in said


def test_a_problem_of_the_whole_file_has_no_line() -> None:
    problem = Problem(None, ProblemCode.FILE_TOO_LARGE, {"limit": 20})
    assert word_problem(CATALOGS["en"], problem) == "The file is larger than 20 MiB. Please split it."
    assert word_problem(CATALOGS["ko"], problem) == "파일이 20MiB보다 커요. 나눠서 올려 주세요."


def test_particles_follow_the_value() -> None:
    problem = Problem(1204, ProblemCode.DUPLICATE_ID, {"id": "T-3", "first_line": 2})
    assert "번호 T-3은 2번째" in word_problem(CATALOGS["ko"], problem)
    assert word_problem(CATALOGS["ko"], problem).startswith("1,204번째 줄: ")
