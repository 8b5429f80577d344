"""A bad file is refused whole, with every problem and its line, and without its content."""

from __future__ import annotations

import json

import pytest

from bot.domain.task import TaskType
from bot.imports.problems import MOST_PROBLEMS, BadFile, ProblemCode
from bot.imports.read import LARGEST_FILE, MOST_ROWS, read_tasks


def refuse(name: str, data: bytes | str, task_type: TaskType = TaskType.MODERATION) -> BadFile:
    with pytest.raises(BadFile) as refused:
        read_tasks(name, data.encode() if isinstance(data, str) else data, task_type)
    return refused.value


def codes(name: str, data: bytes | str) -> list[tuple[int | None, str]]:
    return [(problem.line, problem.code.value) for problem in refuse(name, data).problems]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("t.csv", b"", "empty_file"),
        ("t.csv", b"\xef\xbb\xbf \r\n", "empty_file"),
        ("t.csv", b"PK\x03\x04rest", "excel_file"),
        ("t.csv", b"\xd0\xcf\x11\xe0rest", "excel_file"),
        ("t.xlsx", b"anything", "excel_file"),
        ("t.zip", b"PK\x03\x04rest", "unknown_format"),
        ("t.txt", b"id,text", "unknown_format"),
        ("tasks", b"id,text", "unknown_format"),
        ("t.csv", b"x" * (LARGEST_FILE + 1), "file_too_large"),
        ("t.csv", b"id,text\n", "no_rows"),
        ("t.json", b"[]", "no_rows"),
        ("t.json", b" [ \n ] ", "no_rows"),
    ],
)
def test_whole_files(name: str, data: bytes, code: str) -> None:
    assert codes(name, data) == [(None, code)]


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("t.csv", "id,text\n1,a\n2,\udcff\n".encode("utf-8", "surrogateescape"), (3, "wrong_encoding")),
        ("t.csv", "id,text\n1,日本語のテキスト\n".encode("shift_jis"), (2, "wrong_encoding")),
        ("t.csv", "id,text\n1,a\n".encode("utf-16"), (1, "wrong_encoding")),
        ("t.csv", "id,text\n1,caf\xe9 cr\xe8me\n".encode("latin-1"), (2, "wrong_encoding")),
        ("t.csv", 'id,text\n1,a\n2,"a\n3,b\n', (3, "broken_csv")),
        ("t.csv", 'id,text\n1,"a"b\n', (2, "broken_csv")),
        ("t.csv", "id,text\n1,a,b\n", (2, "too_many_cells")),
        ("t.csv", "id,note\n1,a\n", (1, "missing_column")),
        ("t.csv", "text\na\n", (1, "missing_column")),
        ("t.csv", "id,task_id,text\n1,2,a\n", (1, "repeated_column")),
        ("t.json", '{"tasks": []}', (1, "not_a_list")),
        ("t.json", '[{"id": 1, "text": "a"},]', (1, "broken_json")),
        ("t.json", '[{"id": 1, "text": "a"}\n', (2, "broken_json")),
        ("t.json", '[{"id": 1, "text": "a"}] x', (1, "broken_json")),
        ("t.json", '[\n{"id": 1, "text": "a"}\n{', (3, "broken_json")),
        ("t.json", '[{"id": 1, "text": NaN}]', (1, "broken_json")),
        ("t.json", '[{"id": %s, "text": "a"}]' % ("1" * 5000), (1, "broken_json")),
        ("t.json", "[\n1]", (2, "not_an_object")),
        ("t.json", '[{"id": 1, "id": 2, "text": "a"}]', (1, "repeated_key")),
        ("t.json", "[" * 200_000, (1, "too_deep")),
        ("t.jsonl", '{"id": 1, "text": ' + '{"a":' * 100_000, (1, "too_deep")),
        ("t.jsonl", '{"id": 1, "text": "a"} {}', (1, "broken_json")),
        ("t.jsonl", '{"id": 1, "text": "a"}\n[]', (2, "not_an_object")),
        ("t.json", '[{"id":1,"data":{"text":"a"}},\n{"id":2,"text":"b"}]', (2, "no_data_object")),
        ("t.json", '[{"id": 1, "task_id": 1, "text": "a"}]', (1, "repeated_column")),
        ("t.json", '[{"id": 1, "text": ["a"]}]', (1, "not_text")),
        ("t.json", '[{"id": true, "text": "a"}]', (1, "not_text")),
        ("t.json", '[{"id": 1.0, "text": "a"}]', (1, "not_text")),
        ("t.json", '[{"text": "a"}]', (1, "missing_id")),
        ("t.csv", "id,text\n ,a\n", (2, "missing_id")),
        ("t.csv", f"id,text\n{'x' * 201},a\n", (2, "bad_id")),
        ("t.csv", 'id,text\n"a\nb",a\n', (2, "bad_id")),
        ("t.csv", "id,text\n1,a\n1,b\n", (3, "duplicate_id")),
        ("t.csv", "id,text,priority\n1,a,1\n1,a,2\n", (3, "duplicate_id")),
        ("t.csv", "id,text\n1, \n", (2, "empty_content")),
        ("t.csv", "id,text\n1\n", (2, "empty_content")),
        ("t.csv", "id,text,priority\n1,a,high\n", (2, "bad_priority")),
        ("t.csv", "id,text,priority\n1,a,1.5\n", (2, "bad_priority")),
        ("t.csv", "id,text,priority\n1,a,1001\n", (2, "bad_priority")),
        ("t.csv", "id,text,priority\n1,a,１\n", (2, "bad_priority")),
        ("t.csv", "id,text\n1,a\0b\n", (2, "bad_character")),
        ("t.json", '[{"id": 1, "text": "\\u0000"}]', (1, "bad_character")),
        ("t.json", '[{"id": 1, "text": "\\ud800"}]', (1, "bad_character")),
        ("t.csv", f"id,text\n1,{'a' * 20_001}\n", (2, "field_too_long")),
        ("t.csv", "id,link\n1,javascript:alert(1)\n", (2, "bad_link")),
        ("t.csv", "id,link\n1,clips/1.png\n", (2, "bad_link")),
        ("t.csv", "id,link\n1,http://[bad\n", (2, "bad_link")),
        ("t.csv", "id,link\n1,https://\n", (2, "bad_link")),
        ("t.csv", "id,image\n1,data:image/png;base64\n", (2, "bad_link")),
    ],
)
def test_one_problem(name: str, data: bytes | str, expected: tuple[int, str]) -> None:
    assert codes(name, data) == [expected]


def test_all_problems_at_once() -> None:
    data = "id,text,priority,link\n,,x,\n2,a,0,\n2,b,0,\n4,a\0,0,ftp://x\n"
    assert codes("t.csv", data) == [
        (2, "missing_id"),
        (2, "bad_priority"),
        (2, "empty_content"),
        (4, "duplicate_id"),
        (5, "bad_character"),
        (5, "bad_link"),
    ]


def test_problems_are_capped_and_the_rest_counted() -> None:
    error = refuse("t.csv", "id,text\n" + ",a\n" * 1000)
    assert (len(error.problems), error.more) == (MOST_PROBLEMS, 1000 - MOST_PROBLEMS)
    broken = refuse("t.csv", "id,text\n" + ",a\n" * 1000 + '"')
    assert (len(broken.problems), broken.more) == (MOST_PROBLEMS, 1001 - MOST_PROBLEMS)
    assert broken.problems[-1].code is ProblemCode.BROKEN_CSV


def test_too_many_rows() -> None:
    error = refuse("t.csv", "id,text\n" + "1,a\n" * (MOST_ROWS + 1))
    assert [(problem.line, problem.code) for problem in error.problems] == [
        (MOST_ROWS + 2, ProblemCode.TOO_MANY_ROWS)
    ]


def test_values_help_and_content_stays_out() -> None:
    error = refuse("t.csv", "id,text,priority\nT-1,secret,secret\nT-1,a,\nT-1,b,\n")
    assert "secret" not in str(error) + repr(error) + repr(error.problems)
    assert dict(error.problems[1].values) == {"id": "T-1", "first_line": 3}
    assert str(error) == "bad_priority x1, duplicate_id x1"


def test_label_studio_records_without_any_id() -> None:
    assert codes("t.json", json.dumps([{"data": {"text": "a"}}])) == [(1, "missing_id")]
