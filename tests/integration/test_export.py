"""Results and answers as files: the same bytes on both databases, by nickname, safe in a spreadsheet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.db.models import Person, Submission, Task
from bot.db.unit_of_work import Transactions
from bot.domain.errors import Invalid
from bot.domain.exports import Format, Order, What, file_name
from bot.domain.pay import Month
from bot.domain.task import TaskType
from bot.exporting import export_to_file
from bot.imports.columns import columns_of as imported_columns
from bot.imports.read import read_tasks
from bot.imports.rows import FileFormat
from bot.reports.export import count_steps
from bot.reports.export_records import CONTENT
from bot.services.rules import set_rules
from bot.services.voting import adjudicate
from tests.conftest import MovableClock
from tests.factories import make_crew
from tests.integration.exported import (
    NASTY,
    a_day,
    exported,
    judge,
    order_of,
    records,
    shared_task,
    table,
    work,
)


def test_the_result_of_each_final_task(transactions: Transactions, clock: MovableClock) -> None:
    crew = a_day(transactions, clock)
    rows = {row["task"]: row for row in records(transactions, order_of(crew))}
    assert list(rows) == ["seg-0001", "seg-0002", "seg-0003", "seg-0004", "seg-0005"], (
        "in the order of import"
    )
    assert rows["seg-0001"]["answer"] == {"text": NASTY, "note": "@mina\n둘째 줄, 셋"}
    assert rows["seg-0001"]["data"] == {"audio": "https://media.example/1.wav"}
    assert rows["seg-0002"]["answer"] == {"text": "거시기혀"}
    assert rows["seg-0002"]["fixed"] is True
    reworked = rows["seg-0003"]
    assert reworked["answer"] == {"text": "아니아니라니께"}
    assert (reworked["rounds"], reworked["seconds"], reworked["worker"]) == (2, 7 * 60, "mina")
    assert (reworked["votes"], reworked["answers"], reworked["tied"]) == (1, 1, False)
    assert reworked["claimed_at"] == "2026-11-23T01:03:00+00:00"
    assert reworked["final_at"] == "2026-11-23T01:10:00+00:00"
    assert rows["seg-0005"]["answer"] == {"unusable": "noise"}


def test_every_answer_with_the_verdict_that_stands(transactions: Transactions, clock: MovableClock) -> None:
    crew = a_day(transactions, clock)
    rows = records(transactions, order_of(crew, What.ANSWERS))
    assert [(row["task"], row["round"], row["verdict"], row["counts"]) for row in rows] == [
        ("seg-0001", 1, "accept", True),
        ("seg-0002", 1, "fix_accept", True),
        ("seg-0003", 1, "reject", False),
        ("seg-0003", 2, "accept", True),
        ("seg-0004", 1, "accept", True),
        ("seg-0005", 1, "accept", True),
        ("seg-0006", 1, None, False),
    ]
    first, again = rows[2], rows[3]
    assert first["comment"] == "@mina 님, 00:12를 @?"
    assert (first["reason"], first["section"], first["reviewer"]) == ("misheard", "2.4", "dohyun")
    assert (first["seconds"], again["seconds"]) == (300, 120)
    assert first["votes"] is None
    assert rows[0]["review_seconds"] == 0
    assert rows[6]["decided_at"] is None


def test_nobody_is_named_by_slack(transactions: Transactions, clock: MovableClock) -> None:
    crew = a_day(transactions, clock)
    for what in (What.RESULTS, What.ANSWERS):
        for form in Format:
            text = exported(transactions, order_of(crew, what, form))
            assert "UMINA" not in text
            assert "UDOHYUN" not in text
            assert "mina" in text


def test_a_spreadsheet_runs_nothing(transactions: Transactions, clock: MovableClock) -> None:
    crew = a_day(transactions, clock)
    with transactions() as uow:
        uow.session.execute(update(Person).where(Person.id == crew["jun"]).values(nickname="+jun"))
    rows = table(transactions, order_of(crew, What.ANSWERS, Format.CSV))
    assert rows[0]["answer_text"] == f"'{NASTY}"
    assert rows[0]["answer_note"] == "'@mina\n둘째 줄, 셋"
    assert rows[1]["fixed_text"] == "거시기혀"
    assert rows[4]["worker"] == "'+jun"
    assert rows[5]["answer_unusable"] == "noise"
    assert (rows[3]["seconds"], rows[3]["counts"]) == ("120", "true")
    dangerous = [v for row in rows for v in row.values() if v[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert dangerous == []


def test_votes_of_a_shared_task(transactions: Transactions) -> None:
    crew = shared_task(transactions)
    for who, words in (("mina", "아니라  니께"), ("jun", "아니라 니까"), ("sora", "아니라 니께")):
        work(transactions, crew, who, {"text": words})
        judge(transactions, crew)
    (row,) = records(transactions, order_of(crew))
    assert row["answer"] == {"text": "아니라  니께"}, "the first of those who agree, exactly as it was given"
    assert (row["votes"], row["answers"], row["tied"], row["worker"]) == (2, 3, False, "mina")
    votes = [row["votes"] for row in records(transactions, order_of(crew, What.ANSWERS))]
    assert votes == [2, 1, 2]


def test_a_tie_has_no_result_until_somebody_decides(transactions: Transactions) -> None:
    crew = shared_task(transactions, 2)
    for who, words in (("mina", "께"), ("jun", "까")):
        work(transactions, crew, who, {"text": words})
        judge(transactions, crew)
    assert records(transactions, order_of(crew)) == []
    assert [row["votes"] for row in records(transactions, order_of(crew, What.ANSWERS))] == [1, 1]
    with transactions() as uow:
        second = uow.session.scalars(select(Submission.id).order_by(Submission.id.desc())).first()
        task_id = uow.session.scalars(select(Task.id)).one()
        adjudicate(uow, person_id=crew["bridge"], task_id=task_id, note="=느리게", submission_id=second)
    (row,) = records(transactions, order_of(crew))
    assert (row["answer"], row["worker"], row["votes"], row["tied"]) == ({"text": "까"}, "jun", 1, False)
    assert (row["decided"], row["share"], row["note"]) == ("supervisor", 0.5, "=느리게")
    (cells,) = table(transactions, order_of(crew, form=Format.CSV))
    assert (cells["answer_text"], cells["decided"], cells["note"]) == ("까", "supervisor", "'=느리게")


def test_what_a_supervisor_wrote_is_the_result(transactions: Transactions) -> None:
    crew = shared_task(transactions, 2)
    for who, words in (("mina", "께"), ("jun", "까")):
        work(transactions, crew, who, {"text": words})
        judge(transactions, crew)
    with transactions() as uow:
        task_id = uow.session.scalars(select(Task.id)).one()
        adjudicate(
            uow, person_id=crew["bridge"], task_id=task_id, note="둘 다 아니에요", words={"text": "끼"}
        )
    (row,) = records(transactions, order_of(crew))
    assert (row["answer"], row["worker"], row["votes"], row["answers"]) == ({"text": "끼"}, None, 0, 2)
    assert row["decided"] == "supervisor"
    (studio,) = json.loads(exported(transactions, order_of(crew, form=Format.LABEL_STUDIO)))
    (annotation,) = studio["annotations"]
    assert annotation["result"][0]["value"] == {"text": ["끼"]}
    assert annotation["meta"] == {"decided": "supervisor"}


def test_votes_are_counted_as_the_project_declared(transactions: Transactions) -> None:
    crew = shared_task(transactions, 3)
    with transactions() as uow:
        set_rules(uow, actor_id=crew["alex"], project_id=crew.project_id, changes={"ignore_spaces": True})
    for who, words in (("mina", "아니 라니께"), ("jun", "아니라니까"), ("sora", "아니라니께")):
        work(transactions, crew, who, {"text": words})
        judge(transactions, crew)
    (row,) = records(transactions, order_of(crew))
    assert (row["answer"], row["votes"], row["decided"]) == ({"text": "아니 라니께"}, 2, "vote")
    assert round(row["share"], 3) == 0.667
    assert [one["votes"] for one in records(transactions, order_of(crew, What.ANSWERS))] == [2, 1, 2]


def test_moderation_votes_by_label(transactions: Transactions) -> None:
    crew = shared_task(transactions, 2, TaskType.MODERATION)
    for who, why in (("mina", "괜찮아요."), ("jun", "-문제없음")):
        work(transactions, crew, who, {"label": "safe", "rationale": why})
        judge(transactions, crew)
    (row,) = records(transactions, order_of(crew))
    assert (row["answer"]["label"], row["votes"]) == ("safe", 2)
    cells = table(transactions, order_of(crew, What.ANSWERS, Format.CSV))
    assert [cell["answer_rationale"] for cell in cells] == ["괜찮아요.", "'-문제없음"]
    assert cells[0]["data_text"] == "'=좋아요"


def test_label_studio_reads_as_a_task_file(transactions: Transactions, clock: MovableClock) -> None:
    crew = a_day(transactions, clock)
    for what, tasks in ((What.RESULTS, 5), (What.ANSWERS, 6)):
        text = exported(transactions, order_of(crew, what, Format.LABEL_STUDIO))
        read = read_tasks("x.json", text.encode(), TaskType.TRANSCRIPTION)
        assert read.format is FileFormat.LABEL_STUDIO
        assert [row.external_id for row in read.rows] == [f"seg-000{n}" for n in range(1, tasks + 1)]
        assert read.annotations == tasks
    reworked = json.loads(text)[2]
    (annotation,) = reworked["annotations"]
    assert annotation["result"][0] == {
        "id": f"{annotation['id']}-text",
        "from_name": "transcription",
        "to_name": "audio",
        "type": "textarea",
        "value": {"text": ["아니아니라니께"]},
    }
    assert annotation["meta"] == {"worker": "mina", "round": 2, "verdict": "accept"}
    assert annotation["ground_truth"] is True
    unusable = json.loads(text)[4]["annotations"][0]["result"]
    assert [(part["type"], part["value"]) for part in unusable] == [("choices", {"choices": ["noise"]})]


@pytest.mark.parametrize("what", [What.RESULTS, What.ANSWERS])
@pytest.mark.parametrize("form", list(Format))
def test_the_same_work_gives_the_same_bytes(
    transactions: Transactions, clock: MovableClock, what: What, form: Format
) -> None:
    crew = a_day(transactions, clock)
    order = order_of(crew, what, form)
    assert exported(transactions, order) == exported(transactions, order)
    with transactions.reading() as session:
        assert count_steps(session, order) == (6 if what is What.RESULTS else 7)


@pytest.mark.parametrize(("form", "text"), [("jsonl", ""), ("label-studio", "[]\n")])
def test_nothing_to_export(transactions: Transactions, form: str, text: str) -> None:
    crew = make_crew(transactions)
    assert exported(transactions, order_of(crew, form=Format(form))) == text
    head = exported(transactions, order_of(crew, form=Format.CSV))
    assert head.startswith("task,data_audio,data_link,data_note,answer_text,")
    assert head.count("\r\n") == 1


def test_every_column_of_an_import_has_one_here() -> None:
    for kind in TaskType:
        columns = imported_columns(kind)
        assert {*columns.content, *columns.optional} == set(CONTENT[kind])


def test_the_file_is_whole_private_and_not_replaced_unasked(
    transactions: Transactions, clock: MovableClock, tmp_path: Path
) -> None:
    crew = a_day(transactions, clock)
    path = tmp_path / "out.csv"
    order = order_of(crew, form=Format.CSV, bom=True)
    steps: list[int] = []
    done = export_to_file(transactions, order, path, begin=steps.append, progress=steps.append)
    assert done.rows == 5
    assert done.size == path.stat().st_size
    assert steps == [6, 6]
    assert path.read_bytes().startswith(b"\xef\xbb\xbftask,")
    assert path.stat().st_mode & 0o077 == 0
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        export_to_file(transactions, order, path)
    export_to_file(transactions, order_of(crew, form=Format.CSV), path, force=True)
    assert path.read_bytes() == before.removeprefix(b"\xef\xbb\xbf")
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_export_leaves_nothing(transactions: Transactions, tmp_path: Path) -> None:
    crew = make_crew(transactions)

    def fail(_steps: int) -> None:
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        export_to_file(transactions, order_of(crew), tmp_path / "out.jsonl", progress=fail)
    assert list(tmp_path.iterdir()) == []


def test_names_say_what_it_is_only(clock: MovableClock) -> None:
    day = clock().date()
    order = Order(1, "DIAL", What.RESULTS, Format.LABEL_STUDIO)
    assert file_name(order, day) == "DIAL-results-2026-11-23.label-studio.json"
    pay = Order(1, "DIAL", What.PAY, Format.CSV, Month(2026, 10))
    assert file_name(pay, day) == "DIAL-pay-2026-10.csv"
    for broken in ({"month": Month(2026, 10), "format": Format.LABEL_STUDIO}, {"format": Format.CSV}):
        values: dict[str, Any] = {"project_id": 1, "project_key": "DIAL", "what": What.PAY} | broken
        with pytest.raises(Invalid):
            Order(**values)
