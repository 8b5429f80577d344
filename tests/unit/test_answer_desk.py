"""The desk builds an index once for every state of a project, and serves only what is the same."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.answers.bands import Band
from bot.answers.desk import AnswerDesk
from bot.answers.encoders import Encoder, Usem3
from bot.answers.llm import Chooser
from bot.guidelines.document import Section
from bot.guidelines.read import read_guideline
from tests.unit.test_answers_llm import chosen, reply, server

TEXT = b"""# Guide

## Numbers

Write numbers as they are spoken.

## Fillers

Keep fillers such as um and uh.
"""


@dataclass(frozen=True)
class Stamp:
    project_id: int = 1
    state: int = 1
    may_leave: bool = False


OPEN = Stamp(may_leave=True)


@dataclass(frozen=True)
class Material:
    version: str | None = "1"
    sections: tuple[Section, ...] = read_guideline(TEXT, "guide.md").sections
    glossary: tuple[tuple[str, str], ...] = ()
    kept: tuple[tuple[int, tuple[str, ...]], ...] = (
        (7, ("웃음소리는 어떻게 적나요?", "How is laughter written?")),
        (8, ("화자가 바뀌면 어떻게 표시하나요?",)),
    )


@dataclass
class Shelf:
    """Hands material out and counts how often."""

    material: Material
    loads: int = 0

    def __call__(self) -> Material:
        self.loads += 1
        return self.material


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Usem3()


@pytest.fixture
def desk(encoder: Encoder) -> AnswerDesk:
    return AnswerDesk(encoders=lambda: (encoder,))


def test_an_index_is_built_once_for_a_state(desk: AnswerDesk) -> None:
    shelf = Shelf(Material())
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _n: desk.find(Stamp(), shelf, "How are numbers written?"), range(8)))
    assert shelf.loads == 1
    assert {finding.version for finding in found} == {"1"}
    assert all(finding.found is not None for finding in found)
    assert found[0].found is not None
    assert found[0].found.hits[0].section.title == "Numbers"
    newer = Shelf(replace(Material(), version="2"))
    assert desk.find(Stamp(state=2), newer, "How are numbers written?").version == "2"
    assert newer.loads == 1


def test_the_same_question_is_served_and_a_similar_one_only_offered(desk: AnswerDesk) -> None:
    shelf = Shelf(Material())
    for question in ("웃음소리는 어떻게 적나요", "웃음소리는 어떻게적어요??", "how is laughter written"):
        finding = desk.find(Stamp(), shelf, question)
        assert (finding.same, finding.found) == (7, None)
    reworded = desk.find(Stamp(), shelf, "웃는 소리는 어떤 식으로 표기해요?")
    assert reworded.same is None
    assert reworded.similar == 7
    negated = desk.find(Stamp(), shelf, "웃음소리는 어떻게 안 적나요?")
    assert negated.same is None
    assert desk.find(Stamp(), shelf, "자동차 색깔은 무슨 색으로 칠해야 되나요?").similar is None


def test_without_a_guideline_there_is_nothing_to_search(desk: AnswerDesk) -> None:
    bare = Shelf(Material(version=None, sections=(), kept=()))
    finding = desk.find(Stamp(), bare, "숫자는 어떻게 적나요?")
    assert (finding.version, finding.band, finding.found) == (None, Band.UNKNOWN, None)


def test_a_machine_is_asked_only_where_words_may_leave(encoder: Encoder) -> None:
    heard: list[str] = []

    def english(question: str, _project_id: int) -> str:
        heard.append(question)
        return "How are numbers written?"

    desk = AnswerDesk(encoders=lambda: (encoder,), english=english)
    shelf = Shelf(Material())
    kept_home = desk.find(Stamp(), shelf, "숫자는 어떻게 쓰죠?")
    assert (heard, kept_home.english) == ([], None)
    sent = desk.find(OPEN, shelf, "숫자는 어떻게 쓰죠?")
    assert (heard, sent.english) == (["숫자는 어떻게 쓰죠?"], "How are numbers written?")
    assert sent.found is not None
    assert sent.found.hits[0].section.title == "Numbers"


def test_only_so_many_projects_are_kept(encoder: Encoder) -> None:
    desk = AnswerDesk(encoders=lambda: (encoder,), projects=2)
    shelf = Shelf(Material())
    for project in (1, 2, 3, 1):
        desk.prepare(Stamp(project), shelf)
    assert shelf.loads == 4
    desk.prepare(Stamp(3), shelf)
    assert shelf.loads == 4


class Abroad:
    """An encoder on another machine, which hears every text it is given."""

    name = "abroad@1"

    def __init__(self, encoder: Encoder) -> None:
        self.heard: list[str] = []
        self._encoder = encoder

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.heard += texts
        return self._encoder.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.heard += texts
        return self._encoder.embed_passages(texts)


def test_confidential_words_never_leave_the_house(encoder: Encoder) -> None:
    abroad = Abroad(encoder)
    with server(200, reply("{}")) as (address, asked):
        desk = AnswerDesk(encoders=lambda: (encoder,), remote=(abroad,), chooser=Chooser(address, "any"))
        desk.prepare(Stamp(), Shelf(Material()))
        desk.find(Stamp(), Shelf(Material()), "숫자는 어떻게 적어요?")
        assert (abroad.heard, asked) == ([], [])
        desk.find(OPEN, Shelf(Material()), "숫자는 어떻게 적어요?")
    assert "숫자는 어떻게 적어요?" in abroad.heard


def test_a_model_may_choose_what_the_guideline_says_and_nothing_else(encoder: Encoder) -> None:
    question = "What about numbers?"
    unsure = AnswerDesk(encoders=lambda: (encoder,), remote=(Abroad(encoder),))
    assert unsure.find(OPEN, Shelf(Material()), question).band is Band.CANDIDATES, (
        "encoders nobody calibrated are never sure"
    )
    for quote, band in (
        ("Write numbers as they are spoken.", Band.ANSWER),
        ("Write numbers in digits, always.", Band.CANDIDATES),
    ):
        first = unsure.find(OPEN, Shelf(Material()), question).found
        assert first is not None
        number = 1 + [hit.section.title for hit in first.hits].index("Numbers")
        with server(200, reply(chosen(quote=quote, section=number))) as (address, _):
            desk = AnswerDesk(
                encoders=lambda: (encoder,), remote=(Abroad(encoder),), chooser=Chooser(address, "any")
            )
            found = desk.find(OPEN, Shelf(Material()), question)
        assert found.band is band
        if band is Band.ANSWER:
            assert found.extract is not None
            assert quote in found.extract.quote
