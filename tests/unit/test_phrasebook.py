"""The sandbox's phrase book: every sentence of it comes through the pipeline, and no other one does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.domain.translation import TranslationMode
from bot.translation.cache import Cache, MemoryStore
from bot.translation.chain import Chain
from bot.translation.engines.libre import LibreTranslate
from bot.translation.engines.openai_compatible import OpenAICompatible
from bot.translation.pipeline import Policy, TranslationFailed, Translator
from bot.translation.plain_text import from_plain
from sandbox.bridging import phrase_server
from sandbox.crews import MATERIAL, WORKERS
from sandbox.engines.phrases import Phrasebook
from sandbox.engines.server import ProviderServer

POLICY = Policy(TranslationMode.LOCAL, 1, names=frozenset(member.nickname for member in WORKERS))
SENTENCES = Phrasebook(MATERIAL / "phrases.tsv").sentences


@pytest.fixture(scope="module")
def engine() -> Iterator[ProviderServer]:
    with phrase_server() as engine:
        yield engine


def make_translator(engine: ProviderServer, form: str = "tags") -> Translator:
    model = OpenAICompatible(engine.url("openai"), "phrasebook", rate=1000)
    used = model if form == "tags" else LibreTranslate(engine.url("libre"), rate=1000)
    return Translator(Chain([used], Cache(MemoryStore(), b"secret")))


@pytest.mark.parametrize("form", ["tags", "codes"])
def test_every_sentence_comes_through(engine: ProviderServer, form: str) -> None:
    translator = make_translator(engine, form)
    for language, words, target in SENTENCES:
        rendered = translator.translate(from_plain(words), target=target, policy=POLICY, prior=language)
        said = rendered.document.plain()
        assert rendered.source == language, words
        assert not {"{", "}"} & set(said)
        assert not rendered.flags - {"numbers"}, said
    assert len({(language, target) for language, _words, target in SENTENCES}) >= 5


def test_what_stands_beside_a_sentence_stays(engine: ProviderServer) -> None:
    language, words, target = SENTENCES[0]
    text = f"{words} https://example.com/a?b=1 12345 :)"
    rendered = make_translator(engine).translate(
        from_plain(text), target=target, policy=POLICY, prior=language
    )
    assert "https://example.com/a?b=1" in rendered.document.plain()


def test_two_sentences_on_a_line_are_found_one_by_one(engine: ProviderServer) -> None:
    text = "No problem at all. Please take the time you need. How is everybody getting on today?"
    rendered = make_translator(engine).translate(from_plain(text), target="ko", policy=POLICY, prior="en")
    assert rendered.document.plain() == "괜찮아요. 필요한 만큼 쉬세요. 오늘 다들 어떠세요?"


def test_another_sentence_is_refused_and_the_engine_stays_well(engine: ProviderServer) -> None:
    translator = make_translator(engine)
    for _ in range(8):
        with pytest.raises(TranslationFailed):
            translator.translate(
                from_plain("Nobody wrote this sentence down before."), target="ko", policy=POLICY
            )
    known = from_plain("How is everybody getting on today?")
    assert translator.translate(known, target="ko", policy=POLICY).document.plain() == "오늘 다들 어떠세요?"
