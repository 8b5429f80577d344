"""The chain with engines that a test steers: who may be asked, when, how often, and what becomes of bad answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.translation import TranslationMode, Trust
from bot.translation.breaker import Breaker, Limits
from bot.translation.cache import Cache, MemoryStore
from bot.translation.chain import Chain, ChainFailed, ChainResult
from bot.translation.engines.engine import EngineFailed, Fault, Form, Traits
from bot.translation.masked import Masked, Slot

FAST = 100_000.0
Say = Callable[[str], str]


@dataclass
class Steered:
    """An engine that says what the test wants, in the place of a service that can't be reached from here."""

    say: Say = str.upper
    name: str = "first"
    trust: Trust = Trust.CLOUD
    form: Form = Form.CODE
    rate: float = FAST
    batch: int = 1
    longest: int = 1000
    seconds: float = 0.0
    parameters: str = "p"
    asked: list[str] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    @property
    def traits(self) -> Traits:
        return Traits(self.name, self.trust, self.form, self.longest, self.rate, self.batch)

    def translate(self, texts: Sequence[str], **_: object) -> list[str]:
        self.at.append(time.monotonic())
        self.asked += texts
        time.sleep(self.seconds)
        return [self.say(text) for text in texts]


def fails(fault: Fault, retry_after: float | None = None) -> Say:
    def say(_text: str) -> str:
        raise EngineFailed(fault, retry_after)

    return say


def chain_of(*engines: Steered, **options: Any) -> Chain:
    options = {"accept_echo": True} | options
    return Chain(engines, Cache(MemoryStore(), b"secret"), **options)


def ask(
    chain: Chain, *chunks: Masked, mode: TranslationMode = TranslationMode.CLOUD, scope: int | None = None
) -> ChainResult:
    return chain.translate(chunks, source="en", target="es", mode=mode, scope=scope, glossary_version="1")


HELLO: Masked = ("hello ", Slot(0), " there")


def test_an_answer_has_its_slots_and_is_remembered() -> None:
    engine = Steered()
    chain = chain_of(engine)
    first = ask(chain, HELLO, ("again",), (Slot(0), " 12"))
    assert first.chunks == [("HELLO ", Slot(0), " THERE"), ("AGAIN",), (Slot(0), " 12")]
    assert (first.engine, first.cached, len(engine.asked)) == ("first", 0, 2)
    assert first.characters_sent == sum(map(len, engine.asked))
    second = ask(chain, HELLO, ("again",))
    assert second.chunks == first.chunks[:2]
    assert (second.engine, second.cached, second.characters_sent, len(engine.asked)) == ("first", 2, 0, 2)


def test_nothing_is_asked_for_what_has_no_words() -> None:
    engine = Steered()
    result = ask(chain_of(engine), (Slot(0), " 12:30"))
    assert (result.engine, engine.asked) == ("", [])


def test_projects_with_a_scope_share_nothing() -> None:
    engine = Steered()
    chain = chain_of(engine)
    for scope in (None, 1, 2, 1, None):
        ask(chain, HELLO, scope=scope)
    assert len(engine.asked) == 3


def test_a_glossary_or_another_language_asks_anew() -> None:
    engine = Steered()
    chain = chain_of(engine)
    for target, version in (("es", "1"), ("es", "2"), ("fr", "1"), ("es", "1")):
        chain.translate(
            [HELLO],
            source="en",
            target=target,
            mode=TranslationMode.CLOUD,
            scope=None,
            glossary_version=version,
        )
    assert len(engine.asked) == 3


@pytest.mark.parametrize(
    ("mode", "allowed"),
    [
        (TranslationMode.OFF, set()),
        (TranslationMode.LOCAL, {"local"}),
        (TranslationMode.CLOUD, {"local", "cloud"}),
        (TranslationMode.OPEN, {"local", "cloud", "open"}),
    ],
)
def test_words_go_no_further_than_the_mode_allows(mode: TranslationMode, allowed: set[str]) -> None:
    engines = [Steered(fails(Fault.NONSENSE), name=str(trust), trust=trust) for trust in reversed(Trust)]
    chain = chain_of(*engines)
    with pytest.raises(ChainFailed) as caught:
        ask(chain, HELLO, mode=mode)
    assert {engine.name for engine in engines if engine.asked} == allowed
    assert caught.value.reason == ("exhausted" if allowed else "no_engine")
    assert {name for name, _ in caught.value.faults} == allowed


def test_the_next_engine_does_only_what_is_missing() -> None:
    def half(text: str) -> str:
        if "bad" in text:
            raise EngineFailed(Fault.UNSUPPORTED)
        return text.upper()

    first, second = Steered(half), Steered(str.title, name="second")
    result = ask(chain_of(first, second), ("good",), ("bad one",))
    assert (result.chunks, result.engine) == ([("GOOD",), ("Bad One",)], "second")
    assert second.asked == ["bad one"]


@pytest.mark.parametrize("fault", [Fault.SERVER, Fault.UNREACHABLE, Fault.LIMITED])
def test_what_passes_is_tried_again(fault: Fault) -> None:
    count = iter(range(9))

    def say(text: str) -> str:
        if next(count) < 2:
            raise EngineFailed(fault, 0.01)
        return text.upper()

    engine = Steered(say)
    assert ask(chain_of(engine), HELLO).engine == "first"
    assert len(engine.asked) == 3


@pytest.mark.parametrize(
    ("fault", "after"), [(Fault.REFUSED, None), (Fault.UNSUPPORTED, None), (Fault.LIMITED, 30.0)]
)
def test_what_does_not_pass_goes_to_the_next_engine_at_once(fault: Fault, after: float | None) -> None:
    first, second = Steered(fails(fault, after)), Steered(name="second")
    begun = time.monotonic()
    assert ask(chain_of(first, second), HELLO).engine == "second"
    assert len(first.asked) == 1
    assert time.monotonic() - begun < 0.5


def test_a_hanging_engine_leaves_time_for_the_next() -> None:
    first, second = Steered(seconds=5), Steered(name="second")
    begun = time.monotonic()
    assert ask(chain_of(first, second, deadline=1.0), HELLO).engine == "second"
    assert time.monotonic() - begun < 1.2


def test_the_deadline_holds_when_everything_hangs() -> None:
    begun = time.monotonic()
    with pytest.raises(ChainFailed) as caught:
        ask(chain_of(Steered(seconds=5), Steered(name="second", seconds=5), deadline=0.8), HELLO)
    assert 0.7 < time.monotonic() - begun < 1.3
    assert caught.value.reason == "deadline"
    assert caught.value.faults == (("first", Fault.TIMEOUT), ("second", Fault.TIMEOUT))


def test_a_failing_engine_is_left_alone_and_tried_once_after_its_rest() -> None:
    engine = Steered(fails(Fault.SERVER))
    chain = chain_of(engine, retries=0, limits=Limits(failures=3, rest=0.3))
    for n in range(6):
        with pytest.raises(ChainFailed):
            ask(chain, (f"text {n}",))
    assert len(engine.asked) == 3
    time.sleep(0.35)
    for n in range(3):
        with pytest.raises(ChainFailed):
            ask(chain, (f"more {n}",))
    assert len(engine.asked) == 4
    time.sleep(0.35)
    engine.say = str.upper
    assert ask(chain, HELLO).engine == "first"
    assert ask(chain, ("after it",)).engine == "first"


def test_a_refusal_is_told_once_and_rests_longer() -> None:
    told: list[tuple[str, Fault]] = []
    engine = Steered(fails(Fault.REFUSED))
    chain = chain_of(
        engine, limits=Limits(refused_rest=0.2), on_trouble=lambda name, fault: told.append((name, fault))
    )
    for n in range(3):
        with pytest.raises(ChainFailed) as caught:
            ask(chain, (f"text {n}",))
        assert caught.value.faults == (("first", Fault.REFUSED),)
    time.sleep(0.25)
    with pytest.raises(ChainFailed):
        ask(chain, ("text",))
    assert (len(engine.asked), told) == (2, [("first", Fault.REFUSED)])
    time.sleep(0.25)
    engine.say = str.upper
    ask(chain, ("text",))
    engine.say = fails(Fault.REFUSED)
    with pytest.raises(ChainFailed):
        ask(chain, ("another",))
    assert len(told) == 2


def test_only_one_call_tries_after_a_rest() -> None:
    breaker = Breaker(Limits(failures=1, rest=0.05))
    assert breaker.admit()
    breaker.report(Fault.SERVER)
    assert not breaker.admit()
    time.sleep(0.06)
    assert [breaker.admit() for _ in range(5)] == [True, False, False, False, False]
    breaker.report(None)
    assert breaker.admit()
    assert breaker.admit()


def test_those_who_ask_meanwhile_wait_for_the_call_that_tries() -> None:
    breaker = Breaker(Limits(failures=1, rest=0.05))
    assert breaker.admit()
    breaker.report(Fault.SERVER)
    assert breaker.is_resting(5.0), "nobody tries, so there is nothing to wait for"
    time.sleep(0.06)
    assert breaker.admit()
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(breaker.is_resting, 5.0) for _ in range(4)]
        assert breaker.is_resting(0.05)
        breaker.report(None)
        assert [one.result(5) for one in waiting] == [False] * 4


def test_equal_requests_are_one() -> None:
    engine = Steered(seconds=0.2)
    chain = chain_of(engine)
    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(lambda _: ask(chain, HELLO), range(16)))
    assert len(engine.asked) == 1
    assert all(result.chunks == results[0].chunks for result in results)
    assert sum(result.characters_sent for result in results) == len(engine.asked[0])


def test_who_waits_for_a_failing_request_fails_as_it_does() -> None:
    first, second = Steered(fails(Fault.NONSENSE), seconds=0.2), Steered(name="second", seconds=0.2)
    chain = chain_of(first, second)
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: ask(chain, HELLO), range(8)))
    assert (len(first.asked), len(second.asked)) == (1, 1)
    assert {result.engine for result in results} == {"second"}


def test_a_burst_keeps_the_rate() -> None:
    engine = Steered(rate=50)
    chain = chain_of(engine)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda n: ask(chain, (f"text {n}",)), range(40)))
    began = sorted(engine.at)
    assert began[-1] - began[0] >= 39 / 50 - 0.05
    assert all(b - a < 0.2 for a, b in pairwise(began))


def test_who_would_wait_beyond_the_deadline_goes_elsewhere() -> None:
    slow, other = Steered(rate=0.1), Steered(name="second")
    chain = chain_of(slow, other, deadline=2.0)
    assert [ask(chain, (f"text {n}",)).engine for n in range(3)] == ["first", "second", "second"]


def test_a_damaged_answer_is_asked_again_with_other_codes() -> None:
    seen: list[str] = []

    def say(text: str) -> str:
        seen.append(text)
        return "no slot" if len(seen) == 1 else text.upper()

    assert ask(chain_of(Steered(say)), HELLO).chunks == [("HELLO ", Slot(0), " THERE")]
    assert len(seen) == 2
    assert len({text[6:8] for text in seen}) >= 1


def test_an_engine_that_loses_every_code_gets_the_words_between_them() -> None:
    engine = Steered(lambda text: "lost" if any(map(str.isdigit, text)) else text.upper())
    chain = chain_of(engine)
    result = ask(chain, HELLO)
    assert result.chunks == [("HELLO ", Slot(0), " THERE")]
    assert result.flags == {"fragments"}
    before = len(engine.asked)
    ask(chain, HELLO)
    assert len(engine.asked) > before, "what was pieced together is not remembered"


def test_an_answer_that_stays_damaged_is_never_shown() -> None:
    engine = Steered(lambda text: f"{text} <!channel>")
    with pytest.raises(ChainFailed) as caught:
        ask(chain_of(engine), HELLO)
    assert caught.value.faults == (("first", Fault.NONSENSE),)


def test_a_long_text_goes_in_pieces() -> None:
    engine = Steered(longest=60)
    chunk: Masked = ("One sentence here. " * 6, Slot(0), " and " * 20, Slot(1), " end.")
    result = ask(chain_of(engine), chunk)
    upper = tuple(part.upper() if isinstance(part, str) else part for part in chunk)
    assert result.chunks == [upper]
    assert len(engine.asked) > 3


def test_several_chunks_travel_together_where_the_engine_takes_them() -> None:
    calls: list[int] = []

    class Counting(Steered):
        def translate(self, texts: Sequence[str], **more: Any) -> list[str]:
            calls.append(len(texts))
            return super().translate(texts, **more)

    result = ask(chain_of(Counting(batch=4)), *[(f"chunk {n}",) for n in range(10)])
    assert sorted(calls) == [2, 4, 4]
    assert result.chunks[9] == ("CHUNK 9",)


def test_an_engine_that_breaks_its_promise_fails_like_others() -> None:
    def say(text: str) -> str:
        raise KeyError(text)

    with pytest.raises(ChainFailed) as caught:
        ask(chain_of(Steered(say)), ("secret words",))
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is caught.value.__context__ is None


def test_stuck_calls_do_not_pile_up() -> None:
    release = threading.Event()
    engine = Steered(lambda text: text.upper() if release.wait(5) else text)
    chain = chain_of(engine, deadline=0.3)
    with pytest.raises(ChainFailed):
        ask(chain, HELLO)
    release.set()
    assert ask(chain, HELLO).engine == "first"


def test_spoilt_memories_count_as_none() -> None:
    class Spoilt(MemoryStore):
        def load(self, keys: Any) -> dict[str, str]:
            bad = ("[1, 2", '{"a": 1}', '["only words"]', "[true]", '["<!channel> HELLO ", 0]')
            return dict.fromkeys(keys, bad[len(engine.asked) % len(bad)])

    engine = Steered()
    for n in range(5):
        chain = Chain([engine], Cache(Spoilt(), b"s"), accept_echo=True)
        assert ask(chain, HELLO).chunks == [("HELLO ", Slot(0), " THERE")], n
    assert len(engine.asked) == 5


def test_keys_say_nothing_and_depend_on_the_secret() -> None:
    one, other = Cache(MemoryStore(), b"one"), Cache(MemoryStore(), b"other")
    key = one.key(HELLO, "en", "ko", scope=None)
    assert len(key) == 64
    assert key != other.key(HELLO, "en", "ko", scope=None)
    assert key != one.key(HELLO, "en", "ko", scope=1)
    assert key != one.key(("hello ", Slot(1), " there"), "en", "ko", scope=None)
