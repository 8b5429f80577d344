"""Exports, digests and deadlines, typed and pressed in Slack."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.db.models import Audit, DigestPlan, DigestRun, Handover, Project, Question
from bot.db.unit_of_work import Transactions
from bot.domain.digests import Audience
from bot.domain.errors import Invalid
from bot.domain.exports import Format, What
from bot.domain.pay import Month
from bot.domain.questions import HandoverState
from bot.reports.digest import dump_digest, read_digest
from bot.slack import ids
from bot.slack.blocks import actions, button, section
from bot.slack.content import Content
from handlers.exports import Wanted, read_wanted
from handlers.typed_digest import read_day_wanted, read_schedule, read_switch
from sandbox.client import message_text
from tests.conftest import MovableClock
from tests.factories import Crew
from tests.integration.delivered import deliver, everything_said, files_of, newest_file
from tests.integration.exported import a_day
from tests.integration.stage import Stage, said, staged

DAY = MovableClock().now.date()


@pytest.fixture
def crew(transactions: Transactions, clock: MovableClock) -> Crew:
    return a_day(transactions, clock)


@pytest.fixture
def stage(transactions: Transactions, crew: Crew) -> Iterator[Stage]:
    with staged(transactions) as stage:
        yield stage


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", Wanted()),
        ("dial", Wanted("dial")),
        ("dial answers jsonl", Wanted("dial", What.ANSWERS, Format.JSONL)),
        ("DIAL 결과 엑셀", Wanted("DIAL", What.RESULTS, Format.CSV)),
        ("label-studio DIAL", Wanted("DIAL", What.RESULTS, Format.LABEL_STUDIO)),
        ("pay DIAL 2026-10", Wanted("DIAL", What.PAY, Format.CSV, Month(2026, 10))),
        ("pay", Wanted("", What.PAY)),
        ("pay answers", Wanted("pay", What.ANSWERS)),
    ],
)
def test_words_of_an_export(text: str, wanted: Wanted) -> None:
    assert read_wanted(text) == wanted


def test_words_that_mean_nothing() -> None:
    for text in ("DIAL wages", "DIAL results answers"):
        with pytest.raises(Invalid):
            read_wanted(text)
    for text in ("DIAL soon", "DIAL 2026-13-01", "2027-01-01"):
        with pytest.raises(Invalid):
            read_day_wanted(text, DAY)
    for text in ("DIAL everybody", "crew someday", "DIAL pm 25:00"):
        with pytest.raises(Invalid):
            read_schedule(text, "")
    for text in ("", "maybe"):
        with pytest.raises(Invalid):
            read_switch(text)


def test_words_of_a_schedule() -> None:
    assert read_schedule("DIAL", "").audience is None
    read = read_schedule("DIAL 채널 9:30 mon-fri Asia/Seoul <#C1|crew> on", "")
    assert (read.audience, read.hhmm, read.weekdays, read.zone, read.channel, read.enabled) == (
        Audience.CREW, "09:30", 31, "Asia/Seoul", "C1", True,
    )  # fmt: skip
    assert read_schedule("crew here", "C9").channel == "C9"
    assert read_switch("끄기") == (False, None)
    assert read_switch("8:30") == (True, "08:30")
    wanted = read_day_wanted("어제 DIAL 주간", DAY)
    assert (wanted.key, wanted.day.isoformat() if wanted.day else "", wanted.week) == (
        "DIAL",
        "2026-11-22",
        True,
    )


def test_results_come_as_a_file(stage: Stage, crew: Crew) -> None:
    assert "Final answers of DIAL" in said(stage, "alex", "/pm export DIAL")
    name, data, words = newest_file(stage, "alex")
    assert name == "DIAL-results-2026-11-23.csv"
    assert "5 rows" in words
    assert data.startswith(b"\xef\xbb\xbf"), "Excel reads Korean only so"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row["answer_text"] for row in rows][1] == "거시기혀"
    stage.redeliver()
    assert files_of(stage, "alex") == 1


def test_every_format_and_thing(stage: Stage, crew: Crew) -> None:
    said(stage, "alex", "/pm 내보내기 dial answers jsonl")
    name, data, _words = newest_file(stage, "alex")
    assert name == "DIAL-answers-2026-11-23.jsonl"
    assert len(data.decode().splitlines()) == 7
    said(stage, "alex", "/pm export dial label-studio")
    assert len(json.loads(newest_file(stage, "alex")[1])) == 5
    said(stage, "boss", "/pm export pay dial 2026-11")
    name, data, _words = newest_file(stage, "boss")
    assert name == "DIAL-pay-2026-11.csv"
    assert b"mina" in data


def test_what_cannot_be_exported(stage: Stage, crew: Crew) -> None:
    assert "Label Studio" in said(stage, "alex", "/pm export dial pay label-studio")
    assert "wages" in said(stage, "alex", "/pm export dial wages")
    said(stage, "alex", "/pm export dial pay 2020-01")
    assert files_of(stage, "alex") == 0, "nothing was earned in that month"
    assert "nothing yet" in everything_said(stage, "alex")


def test_only_pm_and_admin_take_work_out(stage: Stage, crew: Crew, transactions: Transactions) -> None:
    with transactions() as uow:
        uow.session.execute(update(Project).values(confidential=True))
    for nickname in ("mina", "sora", "bridge"):
        said(stage, nickname, "/pm export DIAL answers")
        said(stage, nickname, "/pm export DIAL pay")
        assert files_of(stage, nickname) == 0
    assert stage.denied() == 6
    said(stage, "alex", "/pm export DIAL answers")
    assert files_of(stage, "alex") == 1
    with transactions.reading() as session:
        audit = session.scalars(select(Audit).where(Audit.action == "project.export")).all()[-1]
        assert (audit.actor_id, audit.subject_id) == (crew["alex"], crew.project_id)
        assert audit.detail == {"what": "answers", "format": "csv"}


def test_a_failed_upload_is_told(stage: Stage, crew: Crew) -> None:
    for rule in (
        {"method": "files.getUploadURLExternal", "kind": "error", "error": "missing_scope"},
        {"method": "upload", "kind": "500"},
    ):
        stage.box.faults(rules=[rule])
        said(stage, "alex", "/pm export DIAL")
        assert files_of(stage, "alex") == 0
        stage.box.faults(clear=True)
    assert everything_said(stage, "alex").count("could not be made") == 2


def digest_card(stage: Stage, crew: Crew, nickname: str = "alex") -> dict[str, Any]:
    assert "DIAL" in said(stage, nickname, "/pm digest now")
    return deliver(stage, crew, "digest_card", nickname)


def test_a_digest_on_the_spot(stage: Stage, crew: Crew) -> None:
    card = digest_card(stage, crew)
    assert "DIAL" in message_text(card)
    stage.redeliver()
    assert stage.count(DigestRun) == 1
    alex = stage.person("alex")
    for pressed, words in (
        (ids.DIGEST_DETAILS, "Day by day"),
        (ids.DIGEST_REASONS, "2.4"),
        (ids.DIGEST_DEFINITIONS, "first verdict"),
    ):
        alex.click(card, pressed)
        assert words in json.dumps(alex.wait_for_modal(), ensure_ascii=False)
        alex.close_modal(all=True)


def test_a_date_at_the_end_of_the_calendar_is_refused(stage: Stage, crew: Crew) -> None:
    for words in ("digest now DIAL 0001-01-01", "deadline DIAL 9999-12-31"):
        assert "as a date" in said(stage, "alex", f"/pm {words}")


def test_a_digests_figures_as_a_table(stage: Stage, crew: Crew) -> None:
    card = digest_card(stage, crew)
    stage.person("alex").click(card, ids.DIGEST_CSV)
    name, data, _words = newest_file(stage, "alex")
    assert name == "DIAL-digest-2026-11-23.csv"
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    figures = {(row["figure"], row["of"]): row["value"] for row in rows if row["date"] == "2026-11-23"}
    assert figures["final", ""] == "5"
    assert figures["rejects_for_reason", "misheard 2.4"] == "1"
    assert figures["reviewer_verdicts", "dohyun"] == "6"


def test_a_question_from_a_digest_goes_to_the_supervisors(stage: Stage, crew: Crew) -> None:
    card = digest_card(stage, crew)
    alex = stage.person("alex")
    alex.click(card, ids.DIGEST_ASK)
    assert alex.submit({ids.TEXT: "Why did rejects rise yesterday?"})["response_action"] == "update"
    stage.settle()
    assert stage.count(Handover, Handover.state == HandoverState.OPEN) == 1
    with stage.deps.transaction.reading() as session:
        asked = session.scalars(select(Question)).one()
        assert (asked.text, asked.asker_id) == ("Why did rejects rise yesterday?", crew["alex"])
    assert "Why did rejects rise" in json.dumps(deliver(stage, crew, "handover_card", "bridge"))


def test_digests_of_others_stay_theirs(stage: Stage, crew: Crew, clock: MovableClock) -> None:
    digest_card(stage, crew)
    with stage.deps.transaction() as uow:
        own = read_digest(
            uow.session, crew.project_id, DAY, Audience.WORKER, now=clock(), person_id=crew["mina"]
        )
        uow.session.add(
            DigestRun(
                project_id=crew.project_id, audience_key=f"worker:{crew['mina']}", local_date=DAY,
                reported=DAY, due_at=clock(), made_at=clock(), payload=dump_digest(own), told=True,
            )
        )  # fmt: skip
    with stage.deps.transaction.reading() as session:
        pm_run, mina_run = session.scalars(select(DigestRun.id).order_by(DigestRun.id))
    for nickname, run in (("mina", pm_run), ("bridge", pm_run), ("jun", mina_run), ("alex", mina_run)):
        before = stage.denied()
        for pressed in (ids.DIGEST_DETAILS, ids.DIGEST_DEFINITIONS, ids.DIGEST_CSV):
            message = stage.post(nickname, _one_button(pressed, run))
            stage.person(nickname).click(message, pressed)
        stage.settle()
        assert stage.person(nickname).modal() is None
        assert files_of(stage, nickname) == 0
        assert stage.denied() == before + 3
    mina = stage.person("mina")
    mina.click(stage.post("mina", _one_button(ids.DIGEST_DEFINITIONS, mina_run)), ids.DIGEST_DEFINITIONS)
    assert mina.wait_for_modal()
    mina.close_modal(all=True)
    mina.click(stage.post("mina", _one_button(ids.DIGEST_DETAILS, mina_run)), ids.DIGEST_DETAILS)
    stage.settle()
    assert mina.modal() is None, "there are no details of others in one's own digest"


def _one_button(action: str, value: object) -> Content:
    return Content("x", [section("x"), *actions(button("x", action, value))])


def test_who_has_digests_when(stage: Stage, crew: Crew) -> None:
    assert "09:00" in said(stage, "alex", "/pm digest schedule DIAL")
    assert "08:15" in said(stage, "alex", "/pm digest schedule DIAL pm 8:15 mon-fri Europe/Berlin")
    stage.redeliver()
    assert stage.count(DigestPlan) == 1
    assert "10:00" in said(stage, "bridge", "/pm 요약 일정 DIAL 수퍼바이저 10:00")
    for wrong in ("DIAL everybody 9:00", "DIAL pm 26:00", "DIAL pm someday", "DIAL pm Mars/Base"):
        assert said(stage, "alex", f"/pm digest schedule {wrong}")
    said(stage, "mina", "/pm digest schedule DIAL crew off")
    assert stage.count(DigestPlan) == 2
    assert "schedule" in said(stage, "alex", "/pm digest")
    assert "now" in said(stage, "alex", "/pm digest soon")


def test_workers_switch_their_own(stage: Stage, crew: Crew) -> None:
    assert said(stage, "mina", "/my 알림 끄기")
    with stage.deps.transaction.reading() as session:
        assert session.scalars(select(DigestPlan.enabled)).all() == [False]
    assert "08:30" in said(stage, "mina", "/my notify on 8:30")
    assert said(stage, "mina", "/my notify")
    said(stage, "alex", "/my notify off")
    assert stage.count(DigestPlan) == 1, "a PM has no figures of their own"


def test_a_deadline(stage: Stage, crew: Crew) -> None:
    assert "Dec" in said(stage, "alex", "/pm deadline DIAL 2026-12-31")
    with stage.deps.transaction.reading() as session:
        project = session.scalars(select(Project)).one()
        assert project.deadline is not None
    for wrong in ("DIAL 2020-01-01", "DIAL soon", "NOPE 2026-12-31"):
        assert said(stage, "alex", f"/pm deadline {wrong}")
    said(stage, "bridge", "/pm deadline DIAL off")
    assert stage.denied() == 1
    assert "no deadline" in said(stage, "alex", "/pm deadline off")


def test_buttons_from_another_time(stage: Stage, crew: Crew) -> None:
    digest_card(stage, crew)
    before = stage.all_rows()
    for value in ("x", "999999", "-1", "9" * 30):
        for action in (ids.DIGEST_DETAILS, ids.DIGEST_CSV, ids.PAY_APPROVE, ids.PAY_LINES):
            stage.person("alex").click(stage.post("alex", _one_button(action, value)), action)
    stage.settle()
    assert stage.all_rows() == before
    assert stage.person("alex").modal() is None
    assert files_of(stage, "alex") == 0
