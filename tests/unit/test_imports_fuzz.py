"""Whatever bytes arrive, the answer is rows or BadFile, soon and in bounded memory."""

from __future__ import annotations

import json
import tracemalloc

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.task import TaskType
from bot.imports.problems import MOST_PROBLEMS, BadFile
from bot.imports.read import read_tasks
from bot.imports.rows import ImportedFile
from tests.conftest import LONG

NAMES = st.sampled_from(["t.csv", "t.tsv", "t.json", "t.jsonl"])
TYPES = st.sampled_from(list(TaskType))
QUICK = settings(
    max_examples=500 if LONG else 150, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def read(name: str, data: bytes, task_type: TaskType) -> tuple[ImportedFile | None, BadFile | None]:
    try:
        return read_tasks(name, data, task_type), None
    except BadFile as error:
        return None, error


def attempt(name: str, data: bytes, task_type: TaskType) -> ImportedFile | None:
    imported, refused = read(name, data, task_type)
    if refused is not None:
        assert 1 <= len(refused.problems) <= MOST_PROBLEMS
        assert all(problem.line is None or problem.line >= 1 for problem in refused.problems)
    if imported is None:
        return None
    assert imported.rows
    for row in imported.rows:
        assert row.external_id.strip() == row.external_id != ""
        assert row.payload
        json.dumps(row.payload, ensure_ascii=False).encode("utf-8")
    assert len({row.external_id for row in imported.rows}) == len(imported.rows)
    return imported


@QUICK
@given(NAMES, st.binary(max_size=400), TYPES)
@example("t.json", b"[" * 50_000, TaskType.MODERATION)
@example("t.jsonl", b'{"a":' * 50_000, TaskType.MODERATION)
@example("t.csv", b'"', TaskType.MODERATION)
@example("t.json", b"[1,", TaskType.MODERATION)
def test_any_bytes(name: str, data: bytes, task_type: TaskType) -> None:
    attempt(name, data, task_type)


CELL = st.text(alphabet='id,;\t"\n\r text가나0-9\0\u2028\ufeff', max_size=12)


@QUICK
@given(
    st.sampled_from(["id,text", "id;audio", "번호\t원문", "id,link,priority", '"id","text"']),
    st.lists(CELL),
    TYPES,
)
def test_any_csv_behind_a_good_header(header: str, cells: list[str], task_type: TaskType) -> None:
    attempt("t.csv", (header + "\n" + ",".join(cells)).encode(), task_type)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "text", "audio", "source", "data", "priority", "url"]), inner
        )
    ),
    max_leaves=12,
)


@QUICK
@given(st.lists(JSON, max_size=5), TYPES, st.booleans())
def test_any_json(values: list[object], task_type: TaskType, lines: bool) -> None:
    text = "\n".join(map(json.dumps, values)) if lines else json.dumps(values)
    attempt("t.jsonl" if lines else "t.json", text.encode(), task_type)


ROWS = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(0, 10**6), "text": st.text(min_size=1).filter(lambda text: text.strip())}
    ),
    min_size=1,
    unique_by=lambda row: row["id"],
)


@QUICK
@given(ROWS)
def test_good_json_loses_nothing(rows: list[dict[str, object]]) -> None:
    imported = attempt("t.json", json.dumps(rows).encode(), TaskType.MODERATION)
    bad = any("\0" in str(row["text"]) or not _encodes(str(row["text"])) for row in rows)
    assert (imported is None) == bad
    if imported is not None:
        assert [(row.external_id, row.payload["text"]) for row in imported.rows] == [
            (str(row["id"]), row["text"]) for row in rows
        ]


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def test_memory_of_a_bad_file_does_not_grow_with_its_problems() -> None:
    data = b"id,text,priority\n" + b",,x\n" * 20_000
    tracemalloc.start()
    assert attempt("t.csv", data, TaskType.MODERATION) is None
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * len(data)


def test_memory_of_a_good_file_is_a_small_multiple_of_it() -> None:
    data = b"id,text\n" + b"".join(b"%d,%s\n" % (row, b"x" * 500) for row in range(5000))
    tracemalloc.start()
    imported = attempt("t.csv", data, TaskType.MODERATION)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert imported is not None
    assert len(imported.rows) == 5000
    assert peak < 12 * len(data)
