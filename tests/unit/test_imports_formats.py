"""The same tasks come out of every format a PM may have at hand."""

from __future__ import annotations

import json
import unicodedata

import pytest

from bot.domain.task import TaskType
from bot.imports.read import read_tasks
from bot.imports.rows import FileFormat, TaskRow, fingerprint

EXPECTED = [
    ("T-1", {"audio": "https://example.org/1.wav", "note": "사투리"}, 5),
    ("T-2", {"audio": "clips/2.wav"}, 0),
]
RECORDS = [
    {"id": "T-1", "audio": "https://example.org/1.wav", "note": "사투리", "priority": 5},
    {"id": "T-2", "audio": "clips/2.wav", "note": None},
]
CSV = "id,audio,note,priority\r\nT-1,https://example.org/1.wav,사투리,5\r\nT-2,clips/2.wav,,\r\n"


def seen(rows: tuple[TaskRow, ...]) -> list[tuple[str, dict[str, str], int]]:
    return [(row.external_id, row.payload, row.priority) for row in rows]


@pytest.mark.parametrize(
    ("name", "data", "file_format"),
    [
        ("tasks.csv", CSV.encode(), FileFormat.CSV),
        ("TASKS.CSV", CSV.encode("utf-8-sig"), FileFormat.CSV),
        ("tasks.csv", CSV.encode("cp949"), FileFormat.CSV),
        ("tasks.csv", CSV.replace(",", ";").encode(), FileFormat.CSV),
        ("tasks.tsv", CSV.replace(",", "\t").encode(), FileFormat.CSV),
        ("tasks.csv", CSV.replace("\r\n", "\n\n").encode(), FileFormat.CSV),
        ("tasks.csv", CSV.replace("\r\n", "\r").encode(), FileFormat.CSV),
        (
            "작업.csv",
            CSV.replace("id,audio,note,priority", "번호,음성,메모,우선순위").encode(),
            FileFormat.CSV,
        ),
        (
            "t.csv",
            unicodedata.normalize("NFD", "번호,음성,메모,우선순위").encode() + CSV[22:].encode(),
            FileFormat.CSV,
        ),
        ("t.csv", CSV.replace("id,audio", "Task ID,Audio-URL").encode(), FileFormat.CSV),
        ("t.jsonl", "\n".join(map(json.dumps, RECORDS)).encode(), FileFormat.JSONL),
        ("t.ndjson", "\r\n\r\n".join(map(json.dumps, RECORDS)).encode("utf-8-sig"), FileFormat.JSONL),
        ("t.json", "\n".join(map(json.dumps, RECORDS)).encode(), FileFormat.JSONL),
        ("t.json", json.dumps(RECORDS, ensure_ascii=False, indent=1).encode(), FileFormat.JSON),
        ("t.jsonl", json.dumps(RECORDS).encode(), FileFormat.JSON),
        ("t.json", json.dumps([{"data": record} for record in RECORDS]).encode(), FileFormat.LABEL_STUDIO),
    ],
)
def test_every_format(name: str, data: bytes, file_format: FileFormat) -> None:
    imported = read_tasks(name, data, TaskType.TRANSCRIPTION)
    assert seen(imported.rows) == EXPECTED
    assert imported.format is file_format
    assert imported.collapsed == imported.annotations == 0
    assert imported.ignored_columns == ()


def test_label_studio_export_counts_what_it_leaves_behind() -> None:
    tasks = [
        {"id": 7, "data": {"text": "글", "extra": 1}, "annotations": [{"result": []}, {}], "predictions": []},
        {"id": 8, "data": {"image": "s3://bucket/8.png", "task_id": "own"}, "annotations": []},
    ]
    imported = read_tasks("export.json", json.dumps(tasks).encode(), TaskType.MODERATION)
    assert seen(imported.rows) == [("7", {"text": "글"}, 0), ("own", {"image": "s3://bucket/8.png"}, 0)]
    assert imported.annotations == 2
    assert imported.ignored_columns == ("extra",)


@pytest.mark.parametrize(
    ("task_type", "header", "cells", "payload"),
    [
        (TaskType.MODERATION, "id,본문", "1, 글 ", {"text": " 글 "}),
        (TaskType.MODERATION, "id,url", "1, https://a.example/x ", {"link": "https://a.example/x"}),
        (
            TaskType.TRANSLATION,
            "id,원문,source_language",
            "1,글,ko",
            {"source": "글", "source_language": "ko"},
        ),
        (TaskType.TRANSLATION, "id,링크,src", "1,https://a.example/x,", {"link": "https://a.example/x"}),
        (TaskType.TRANSCRIPTION, "id,file", "1,a b.wav", {"audio": "a b.wav"}),
    ],
)
def test_columns_by_type(task_type: TaskType, header: str, cells: str, payload: dict[str, str]) -> None:
    (row,) = read_tasks("t.csv", f"{header}\n{cells}\n".encode(), task_type).rows
    assert row.payload == payload
    assert row.fingerprint == fingerprint(payload)
    assert row.line == 2


def test_lines_are_those_an_editor_shows() -> None:
    data = b'id,text\n1,"one\ntwo"\n\n2,three\n'
    assert [row.line for row in read_tasks("t.csv", data, TaskType.MODERATION).rows] == [2, 5]
    pretty = json.dumps([{"id": 1, "text": "a"}, {"id": 2, "text": "b"}], indent=2).encode()
    assert [row.line for row in read_tasks("t.json", pretty, TaskType.MODERATION).rows] == [2, 6]


def test_text_is_kept_as_it_came() -> None:
    text = '  그라제,\n"잉"  \u200b'
    data = json.dumps([{"id": " T-1 ", "text": text}]).encode()
    (row,) = read_tasks("t.json", data, TaskType.MODERATION).rows
    assert (row.external_id, row.payload["text"]) == ("T-1", text)


def test_the_same_row_again_is_collapsed() -> None:
    data = b"id,text,other\n1,a,x\n1,a,y\n2,a,z\n"
    imported = read_tasks("t.csv", data, TaskType.MODERATION)
    assert [row.external_id for row in imported.rows] == ["1", "2"]
    assert imported.collapsed == 1
    assert imported.ignored_columns == ("other",)


def test_fingerprint_is_stable() -> None:
    # A changed value here would make every known task look new on the next import.
    assert fingerprint({"text": "글", "note": "n"}) == fingerprint({"note": "n", "text": "글"})
    assert fingerprint({"text": "a"}) == ("6193c97585a0f731ce7b500bb69d2476816afb14c8d95ac8e6e865f680e9e438")
