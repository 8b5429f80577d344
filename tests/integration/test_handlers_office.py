"""Projects, roles, prices, status and imports, typed and uploaded in Slack."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

import pytest
from sqlalchemy import text

from bot.db.models import Membership, Price, Project, Task
from bot.db.unit_of_work import Transactions
from sandbox.client import message_text
from tests.factories import make_crew
from tests.integration.stage import Stage, staged

GOOD = "id,audio\n" + "".join(f"new-{n},https://media.example/new-{n}.wav\n" for n in range(5))
BAD = "id,audio\nnew-1,https://media.example/1.wav\n,https://media.example/2.wav\nnew-1,https://media.example/3.wav\n"


@pytest.fixture
def stage(transactions: Transactions) -> Iterator[Stage]:
    make_crew(transactions)
    with staged(transactions) as stage:
        yield stage


def test_a_project_from_nothing(stage: Stage) -> None:
    boss = stage.person("boss")
    settings = 'labels="ok, hate" guideline=https://g.example/a in_hand=5 confidential=no'
    typed = f"/admin project ham moderation “경남 검열” {settings}"
    assert "HAM" in message_text(boss.command(typed)["message"])
    stage.redeliver()
    with stage.deps.transaction.reading() as session:
        made = session.query(Project).filter_by(key="HAM").one()
        assert (made.name, made.labels, made.max_in_hand) == ("경남 검열", ["ok", "hate"], 5)
        assert (made.confidential, made.guideline_url) == (False, "https://g.example/a")
    assert "350" in message_text(boss.command("/admin 단가 HAM 350원")["message"])
    assert "35,000" in message_text(boss.command("/admin price HAM 3만 5천원")["message"])
    said = message_text(boss.command("/admin role @mina 작업자 HAM")["message"])
    assert "mina" in said
    assert stage.count(Membership, Membership.project_id == made.id) == 1
    assert boss.command("/admin role HAM @mina worker 해제")["message"]
    assert stage.count(Membership, Membership.project_id == made.id) == 0
    assert "HAM" in message_text(boss.command("/admin")["message"])


@pytest.mark.parametrize(
    "typed",
    [
        "/admin project",
        "/admin project X",
        '/admin project OK transcribing "x"',
        '/admin project OK moderation "x"',
        '/admin project OK transcription "x" colour=blue',
        '/admin project DIAL transcription "x"',
        '/admin project OK transcription "x" in_hand=many',
        "/admin price",
        "/admin price DIAL",
        "/admin price DIAL 3만5",
        "/admin price NOPE 350",
        "/admin role",
        "/admin role @mina",
        "/admin role @mina worker",
        "/admin role @mina worker NOPE",
        "/admin role @new worker DIAL",
        "/pm status NOPE",
    ],
)
def test_typing_mistakes_are_explained(stage: Stage, typed: str) -> None:
    rows = stage.all_rows()
    assert message_text(stage.person("boss").command(typed)["message"])
    assert stage.all_rows() == rows


def test_status_for_those_who_look_after_it(stage: Stage) -> None:
    assert "DIAL" in message_text(stage.person("alex").command("/pm status")["message"])
    assert "3" in message_text(stage.person("alex").command("/pm 현황 dial")["message"])
    assert "DIAL" not in message_text(stage.person("mina").command("/pm status")["message"])
    stage.person("mina").command("/pm status DIAL")
    assert stage.denied() == 1


def test_import_from_a_file(stage: Stage) -> None:
    alex = stage.person("alex")
    alex.command("/pm import")
    file = alex.upload("tasks.csv", GOOD.encode())
    assert alex.submit({"project": "DIAL", "file": [file["id"]]})["response_action"] == "update"
    stage.settle()
    assert "5" in message_text(alex.wait_for_modal())
    stage.redeliver()
    stage.settle()
    assert stage.count(Task) == 8
    assert stage.told("import_report") == 1


def test_a_long_import_keeps_no_other_answer_waiting(stage: Stage) -> None:
    alex, free = stage.person("alex"), threading.Event()
    stage.deps.uploads.run("a large file", lambda: free.wait(10))
    for name in ("a", "b", "c", "d", "e"):
        alex.command("/pm import DIAL")
        file = alex.upload(f"{name}.csv", GOOD.encode())
        assert alex.submit({"file": [file["id"]]})["response_action"] == "update"
    alex.home()
    assert stage.deps.afterwards.wait(5), "Home is published while files wait"
    assert stage.told("import_report") == 0
    free.set()
    stage.settle()
    assert stage.told("import_report") == 5


def test_a_file_with_mistakes_is_refused_whole(stage: Stage) -> None:
    alex = stage.person("alex")
    alex.command("/pm 가져오기 DIAL")
    file = alex.upload("tasks.csv", BAD.encode())
    alex.submit({"file": [file["id"]]})
    stage.settle()
    shown = message_text(alex.wait_for_modal())
    assert "Line 3" in shown
    assert "Line 4" in shown
    assert stage.count(Task) == 3
    assert stage.told("import_report") == 1


def test_an_import_that_breaks_is_reported(stage: Stage) -> None:
    alex = stage.person("alex")
    alex.command("/pm import DIAL")
    file = alex.upload("tasks.csv", GOOD.encode())
    with stage.deps.transaction() as uow:
        uow.session.execute(text("ALTER TABLE batch RENAME TO elsewhere"))
    alex.submit({"file": [file["id"]]})
    stage.settle()
    with stage.deps.transaction() as uow:
        uow.session.execute(text("ALTER TABLE elsewhere RENAME TO batch"))
    assert "nothing was stored" in message_text(alex.wait_for_modal())
    assert stage.count(Task) == 3
    assert stage.told("import_report") == 1


def test_an_import_whose_file_is_gone_is_reported(stage: Stage) -> None:
    alex = stage.person("alex")
    alex.command("/pm import DIAL")
    file = alex.upload("tasks.csv", GOOD.encode())
    answer = alex.submit({"file": [file["id"]]})
    assert answer["ok"]
    stage.settle()
    # The same form once more with an address outside of Slack.
    press = stage.deliveries[-1]
    body = parse_qs(press.body)["payload"][0]
    payload = json.loads(body)
    payload["view"]["hash"] = "other"
    for field in payload["view"]["state"]["values"]["file"].values():
        field["files"][0]["url_private_download"] = "http://127.0.0.1:9/stolen.csv"
    stage.redeliver(stage.signed(urlencode({"payload": json.dumps(payload)}), press))
    stage.settle()
    assert stage.told("import_report") == 2
    assert stage.count(Task) == 8


def test_only_pms_may_import(stage: Stage) -> None:
    mina = stage.person("mina")
    assert message_text(mina.command("/pm import")["message"])
    assert mina.modal() is None
    assert message_text(mina.command("/pm import DIAL")["message"])
    assert stage.denied() == 2


def test_an_unpriced_project_gives_no_work(stage: Stage) -> None:
    with stage.deps.transaction() as uow:
        uow.session.query(Price).delete()
    assert "#" not in message_text(stage.person("mina").command("/work next")["message"])
