"""From a message to its rendition, through a real HTTP engine that gives back what it gets."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from time import monotonic, sleep

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.translation import TranslationMode
from bot.translation.cache import Cache, MemoryStore
from bot.translation.chain import Chain
from bot.translation.codes import find_codes
from bot.translation.document import Document, SpanKind
from bot.translation.engines.engine import Engine
from bot.translation.engines.google_web import GoogleWeb
from bot.translation.engines.libre import LibreTranslate
from bot.translation.memory import lessons
from bot.translation.mrkdwn_text import from_mrkdwn, to_mrkdwn
from bot.translation.pipeline import Policy, TranslationFailed, Translator
from bot.translation.redact import CROSSED_OUT, redacted
from sandbox.engines.modes import phrasebook
from sandbox.engines.server import ProviderServer

OPEN = Policy(TranslationMode.OPEN, scope=1, names=frozenset({"민지쓰"}))
CLOUD = Policy(TranslationMode.CLOUD, scope=1)
LOCAL = Policy(TranslationMode.LOCAL, scope=1)


@pytest.fixture(scope="module")
def server() -> Iterator[ProviderServer]:
    with ProviderServer() as running:
        yield running


@pytest.fixture
def translator(server: ProviderServer) -> Translator:
    engines: list[Engine] = [
        LibreTranslate(server.url("libre"), rate=10_000),
        GoogleWeb(base_url=server.url("google"), rate=10_000),
    ]
    return Translator(Chain(engines, Cache(MemoryStore(), b"k" * 32), accept_echo=True))


def _render(translator: Translator, text: str, target: str = "en", policy: Policy = LOCAL) -> str:
    return to_mrkdwn(translator.translate(from_mrkdwn(text), target=target, policy=policy).document)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("또 반려됐어요", "또 rejected됐어요"),
        ("반려동물 사진은 반려 대상인가요?", "반려동물 사진은 reject 대상인가요?"),
        ("네 :pray:", "Yes. :pray:"),
        ("<https://x.example/t/9|작업 링크>를 봐 주세요", "<https://x.example/t/9|task 링크>를 봐 주세요"),
        ("> 검수가 끝났나요?\n`검수.py` 를 돌렸어요", "> review가 끝났나요?\n`검수.py` 를 돌렸어요"),
        ("```\n반려\n```\n반려됐어요", "```\n반려\n```\nrejected됐어요"),
    ],
)
def test_words_change_and_nothing_else(translator: Translator, text: str, expected: str) -> None:
    assert _render(translator, text) == expected


def test_a_line_in_the_readers_language_stays(translator: Translator) -> None:
    said = 'Worker says:\n> "가이드라인에 없는 내용입니다"\nPlease check the guideline again'
    assert _render(translator, said, "ko").split("\n")[1] == '> "가이드라인에 없는 내용입니다"'


def test_people_and_private_data_never_leave(translator: Translator, server: ProviderServer) -> None:
    said = "민지쓰 번호는 010-1234-5678, 메일은 minji.kim@example.com 입니다. <@U123>님 확인 부탁드려요"
    already = len(server.texts())
    assert _render(translator, said, policy=OPEN) == said.replace("<@U123>님", "<@U123>")
    sent = "\n".join(server.texts()[already:])
    assert sent
    assert not any(secret in sent for secret in ("민지쓰", "010", "1234", "5678", "minji", "U123"))


@pytest.mark.parametrize("policy", [CLOUD, LOCAL])
def test_a_line_with_a_resident_number_stays_at_home(
    translator: Translator, server: ProviderServer, policy: Policy
) -> None:
    already = len(server.texts())
    said = from_mrkdwn("주민등록번호는 900101-2345678 입니다\n내일 다시 올릴게요")
    done = translator.translate(said, target="en", policy=policy)
    assert done.withheld
    assert done.document.lines[0] == said.lines[0]
    assert not any("주민" in text for text in server.texts()[already:])
    assert any("내일" in text for text in server.texts()[already:])


def test_without_a_trusted_engine_it_fails_and_says_so(server: ProviderServer) -> None:
    google = GoogleWeb(base_url=server.url("google"), rate=10_000)
    translator = Translator(Chain([google], Cache(MemoryStore(), b"k" * 32), accept_echo=True))
    with pytest.raises(TranslationFailed) as failed:
        _render(translator, "오늘 작업은 여기까지 할게요", policy=CLOUD)
    assert failed.value.reason == "no_engine"


@pytest.mark.parametrize("text", ["👍🎉", "1234 / 5678", ":tada:", "<https://x.example/8821>", ""])
def test_what_says_nothing_costs_nothing(translator: Translator, server: ProviderServer, text: str) -> None:
    already = len(server.texts())
    done = translator.translate(from_mrkdwn(text), target="en", policy=LOCAL)
    assert not done.needed
    assert len(server.texts()) == already


def test_a_style_is_kept_where_it_covers_the_line_or_a_term(translator: Translator) -> None:
    assert _render(translator, "*내일 다시 올릴게요*") == "*내일 다시 올릴게요*"
    assert _render(translator, "Please press *Submit* now", "ko") == "Please press *제출* now"


def test_the_particle_fits_what_will_stand_there() -> None:
    answers = phrasebook({}, otherwise=lambda text, *_: text.replace("please check", "을(를) 확인해 주세요"))
    with ProviderServer(answers) as server:
        engine = LibreTranslate(server.url("libre"), rate=10_000)
        translator = Translator(Chain([engine], Cache(MemoryStore(), b"k" * 32), accept_echo=True))
        assert _render(translator, "guideline please check", "ko") == "가이드라인을 확인해 주세요"


@given(st.text("가나 다라<>@U1|`*_~&;:\n-1.>#bc!반려", max_size=80))
def test_structure_survives_any_text(text: str) -> None:
    document = from_mrkdwn(text)
    translator = Translator(Chain([_Echo()], Cache(MemoryStore(), b"k" * 32), accept_echo=True))
    done = translator.translate(document, target="en", policy=LOCAL).document
    assert [line.prefix for line in done.lines] == [line.prefix for line in document.lines]
    assert [line for line in done.lines if line.fence] == [line for line in document.lines if line.fence]
    assert _fixed(done) == _fixed(document)


def _fixed(document: Document) -> Counter[tuple[SpanKind, str]]:
    """Count everything but words; a link's words may change."""
    return Counter(
        (span.kind, span.text)
        for line in document.lines
        for span in line.spans
        if span.kind is not SpanKind.TEXT
    )


class _Echo:
    """An engine in this process, for thousands of texts."""

    traits = LibreTranslate("http://127.0.0.1:1", rate=1e9).traits
    parameters = ""

    def translate(self, texts: Sequence[str], **_: object) -> list[str]:
        return list(texts)


class _Lessons:
    """A memory in this process."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def recall(self, _scope: int, _source: str, _target: str, keys: Sequence[str]) -> dict[str, str]:
        return {key: self.known[key] for key in keys if key in self.known}


def _taught(server: ProviderServer, said: str, corrected: str) -> Translator:
    memory = _Lessons()
    memory.known = lessons(from_mrkdwn(said), from_mrkdwn(corrected), names=OPEN.names)
    engine = LibreTranslate(server.url("libre"), rate=10_000)
    return Translator(Chain([engine], Cache(MemoryStore(), b"k" * 32), accept_echo=True), memory)


def test_a_correction_serves_the_same_words_with_other_people_and_numbers(server: ProviderServer) -> None:
    taught = _taught(server, "<@U1> 010-1111-2222로 연락 주세요", "<@U1>, please call 010-1111-2222")
    document = from_mrkdwn("<@U2> 010-3333-4444로 연락 주세요")
    done = taught.translate(document, target="en", policy=OPEN)
    assert to_mrkdwn(done.document) == "<@U2>, please call 010-3333-4444"
    assert (done.engine, done.characters) == ("memory", 0)


def test_a_corrected_line_serves_in_another_message(server: ProviderServer) -> None:
    taught = _taught(
        server, "1. 파일을 받아요\n2. 이거 와 이라노?", "1. Get the file\n2. Why is it like this?"
    )
    shown = _render(taught, "- 이거 와 이라노?\n- 내일 봐요")
    assert shown.split("\n")[0] == "- Why is it like this?"


def test_a_correction_with_private_data_of_its_own_teaches_nothing() -> None:
    said, corrected = from_mrkdwn("연락 주세요"), from_mrkdwn("Call me at 010-1111-2222")
    assert lessons(said, corrected, names=frozenset()) == {}


@pytest.mark.parametrize(
    ("said", "corrected", "later"),
    [
        ("민지쓰 이거 반려해 주세요", "Minji, please reject this", "철수쓰 이거 반려해 주세요"),
        ("<@U1> 확인 부탁드려요", "@Minji please check", "<@U2> 확인 부탁드려요"),
        ("T-1042 반려했어요", "Task 1042 was rejected", "T-1055 반려했어요"),
        ("여기로 <https://a.example> 보세요", "Look there", "여기로 <https://b.example> 보세요"),
        ("확인 부탁드려요", "<@U1> please check", "확인 부탁드려요"),
        ("확인 부탁드려요", "<!here> please check", "확인 부탁드려요"),
        ("확인 부탁드려요", "Please check <https://a.example>", "확인 부탁드려요"),
        ("확인 부탁드려요", "철수쓰 wants a check", "확인 부탁드려요"),
    ],
    ids=["name", "mention", "code", "link", "new mention", "broadcast", "new link", "new name"],
)
def test_a_correction_never_says_something_of_somebody_else(said: str, corrected: str, later: str) -> None:
    names = frozenset({"민지쓰", "철수쓰"})
    memory = _Lessons()
    memory.known = lessons(from_mrkdwn(said), from_mrkdwn(corrected), names=names)
    translator = Translator(Chain([_Echo()], Cache(MemoryStore(), b"k" * 32), accept_echo=True), memory)
    done = translator.translate(
        from_mrkdwn(later), target="en", policy=Policy(TranslationMode.OPEN, 1, names=names)
    )
    assert done.engine != "memory"
    assert memory.known == {}


def test_lines_that_kept_everything_teach_when_another_did_not() -> None:
    known = lessons(
        from_mrkdwn("T-1 반려했어요\n이거 와 이라노?"),
        from_mrkdwn("Task 1 was rejected\nWhy is it like this?"),
        names=frozenset(),
    )
    assert [key[0] for key in known] == ["l"]


def test_numbers_below_the_word_that_tells_what_they_are_stay_at_home() -> None:
    asked: list[str] = []

    class Listening(_Echo):
        def translate(self, texts: Sequence[str], **_: object) -> list[str]:
            asked.extend(texts)
            return list(texts)

    translator = Translator(Chain([Listening()], Cache(MemoryStore(), b"k" * 32), accept_echo=True))
    said = from_mrkdwn("정산 계좌번호:\n1101234567890\n김민지 입니다\n감사합니다 여러분")
    done = translator.translate(said, target="en", policy=LOCAL)
    assert done.withheld
    assert asked
    assert not any("1101234567890" in text or "김민지" in text for text in asked)


def test_several_languages_share_the_time_of_one_request() -> None:
    class Slow(_Echo):
        def translate(self, texts: Sequence[str], **_: object) -> list[str]:
            sleep(0.4)
            return list(texts)

    chain = Chain([Slow()], Cache(MemoryStore(), b"k" * 32), accept_echo=True, deadline=0.6, retries=0)
    said = from_mrkdwn("내일은 눈이 많이 온대요\n> The bus leaves at noon, please be on time.")
    began = monotonic()
    with pytest.raises(TranslationFailed):
        Translator(chain).translate(said, target="es", policy=LOCAL)
    assert monotonic() - began < 0.75


def test_what_is_remembered_holds_nothing_private() -> None:
    known = lessons(
        from_mrkdwn("<@U1> 010-1111-2222로 연락 주세요"),
        from_mrkdwn("<@U1>, please call 010-1111-2222"),
        names=frozenset(),
    )
    assert known
    assert "010" not in json.dumps(known)


def test_numbers_of_a_person_are_crossed_out_for_another_channel() -> None:
    shown = to_mrkdwn(redacted(from_mrkdwn("주민번호 900101-2345678, 메일 a@b.example, `seg_1`")))
    assert shown == f"주민번호 {CROSSED_OUT}, 메일 a@b.example, `seg_1`"


@pytest.mark.parametrize(
    "text",
    [
        "국민은행 *110 1234 567890* 보냈어요",
        "주민번호 900101-*2345678*",
        "계좌번호 `1101234567890`",
        "<https://a.example|900101-2345678>",
        "계좌번호:\n1101234567890",
    ],
)
def test_they_are_found_across_styles_links_and_lines(text: str) -> None:
    shown = to_mrkdwn(redacted(from_mrkdwn(text)))
    assert CROSSED_OUT in shown
    assert not re.search(r"\d{5}", shown)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("guideline v2 3번 문항 reject 됐는데 QA feedback", ["v2", "QA"]),
        ("by Friday 6 PM KST. 23 of 310", ["KST"]),
        ("__PH0__ 랑 [X1X] 같은 {{name}} 도요", ["__PH0__", "[X1X]", "{{name}}"]),
        (
            "task #4512, 5/3 17:00 seg_0042 a.png E-4003 2x",
            ["#4512", "5/3", "seg_0042", "a.png", "E-4003", "2x"],
        ),
        ("6pm on the 2nd, FYI and ASAP, PLEASE STOP DOING THIS NOW", []),
        ("COVID-19가 3월분 450원 1,250건 3.3%", ["COVID-19"]),
    ],
)
def test_names_of_things_are_told_from_language(text: str, codes: list[str]) -> None:
    assert [text[start:end] for start, end in find_codes(text)] == codes
