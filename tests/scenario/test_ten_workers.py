"""Ten people write down one sentence, one of them in other words; over real sockets, through Slack alone."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import PersonClient, list_actions, message_text, wait_for
from sandbox.crews import ADMIN, Member
from sandbox.opening import tell
from tests.scenario.office import KEY, Office, lasting, open_office

pytestmark = pytest.mark.slow

MOST, ONE = "아니아니라니께", "아니아니라니까"
SAID = [MOST] * 4 + [ONE] + [MOST] * 5
TEN = (Member("baram", "바람", "worker"), Member("gureum", "구름", "worker"))


@pytest.mark.parametrize("mode", ["every", "consensus"])
def test_nine_and_one(tmp_path: Path, mode: str) -> None:
    with open_office(tmp_path, workers=8, reviewers=2, more_workers=TEN) as office:
        admin = office.box.person(ADMIN.id)
        told = message_text(tell(admin, f"/pm rules {KEY} overlap=10 review_mode={mode}"))
        assert "`overlap=10` 10 people answer each task." in told
        office.bring([("clip-1", "문장 하나")])
        for worker, words in zip(office.workers, SAID, strict=True):
            _answer(office, worker, words)
            # Blind: nobody has seen anybody else's words when they answer, nor afterwards.
            assert {MOST: ONE, ONE: MOST}[words] not in _read(worker)
        if mode == "every":
            for turn in range(len(SAID)):
                _judge(office, office.reviewers[turn % 2])
        office.settle()
        sums = office.sums()
        assert (sums.final, len(sums.paid), set(sums.paid.values())) == (1, 10, {1}), "all ten are paid"
        _check_the_figures(admin)
        _check_the_files(office, admin)
        _check_that_nobody_was_wrong(office)
        assert office.bot.run("doctor") == "All invariants hold."


def _answer(office: Office, worker: PersonClient, words: str) -> None:
    shown = worker.command("/work next", office.channel)["message"]
    worker.click(shown, "task:submit")
    form = worker.wait_for_modal()
    assert not worker.submit({"text": words}, view=form)["errors"]


def _judge(office: Office, reviewer: PersonClient) -> None:
    reviewer.command("/review next", office.channel)
    card = wait_for(lambda: _card(reviewer), 15, every=0.05)
    assert card is not None
    reviewer.click(card, "review:accept")
    wait_for(lambda: _card(reviewer) is None, 15, every=0.05)


def _card(reviewer: PersonClient) -> dict[str, Any] | None:
    return next((card for card in lasting(reviewer) if "review:accept" in list_actions(card)), None)


def _read(person: PersonClient) -> str:
    return "\n".join(message_text(message) for message in person.dm())


def _check_the_figures(admin: PersonClient) -> None:
    """The digest says vote share 0.90, pairs 0.80 and likeness 0.971, with what they rest on."""
    admin.command(f"/pm digest now {KEY}")
    digest = admin.wait_for_dm(lambda message: "digest:details" in list_actions(message), 15)
    admin.click(digest, "digest:details")
    shown = message_text(admin.wait_for_modal())
    assert "Tasks with several answers: 1, answers: 10, pairs: 45" in shown
    assert "Share of the winning answer: 90.0%" in shown
    assert "Pairs exactly the same: 80.0%" in shown
    assert "Likeness letter by letter: 97.1%" in shown
    admin.close_modal(all=True)
    admin.click(digest, "digest:csv")
    rows = _newest_table(admin, "digest")
    found = {row["figure"]: row["value"] for row in rows}
    assert float(found["agreement_vote_share"]) == 0.9
    assert float(found["agreement_pairwise_exact"]) == 0.8
    assert round(float(found["agreement_char_agreement"]), 3) == 0.971


def _check_the_files(office: Office, admin: PersonClient) -> None:
    """The results carry the majority's words and how many said so, the answers all ten."""
    tell(admin, f"/pm export {KEY} results csv")
    (result,) = _newest_table(admin, "results")
    assert (result["answer_text"], result["votes"], result["answers"]) == (MOST, "9", "10")
    assert (result["decided"], float(result["share"])) == ("vote", 0.9)
    tell(admin, f"/pm export {KEY} answers csv")
    answers = _newest_table(admin, "answers")
    assert [row["answer_text"] for row in answers] == SAID
    assert {row["verdict"] for row in answers} == {"accept"}


def _newest_table(person: PersonClient, name: str) -> list[dict[str, str]]:
    def found() -> dict[str, Any] | None:
        files = [file for message in person.dm() for file in message.get("files") or ()]
        return next((file for file in reversed(files) if name in file["name"]), None)

    file = wait_for(found, 20, every=0.05)
    assert file is not None
    text = person.download(file).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _check_that_nobody_was_wrong(office: Office) -> None:
    """What the minority reads is word for word what the majority reads, but for their own words."""
    told = {words: _read(worker) for worker, words in zip(office.workers, SAID, strict=True)}
    assert "반려" not in told[ONE]
    assert "승인" in told[ONE]
    assert _without_times(told[ONE].replace(ONE, MOST)) == _without_times(told[MOST])


def _without_times(text: str) -> list[str]:
    return sorted({"".join(char for char in line if not char.isdigit()) for line in text.splitlines()})
