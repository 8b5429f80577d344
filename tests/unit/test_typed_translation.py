"""What is typed about translation, in either language and either keyboard mode."""

from __future__ import annotations

import pytest

from bot.domain.errors import Invalid
from bot.domain.translation import READABLE, TranslationMode
from handlers.typed_translation import BridgeOrder, read_bridge, read_language, read_mode


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("ko", "ko"),
        ("한국어", "ko"),
        ("EN", "en"),
        ("español", "es"),
        ("스페인어", "es"),
        ("둘 다", "both"),
        ("both", "both"),
        ("끄기", "off"),
        ("Rmrl", "off"),
    ],
)
def test_languages(typed: str, language: str) -> None:
    assert read_language(typed) == language


def test_no_language() -> None:
    with pytest.raises(Invalid):
        read_language("klingon")


def test_every_language_somebody_may_read_can_be_typed() -> None:
    assert {read_language(code) for code in READABLE} == set(READABLE)


def test_modes() -> None:
    assert read_mode("DIAL off") == ("DIAL", TranslationMode.OFF)
    assert read_mode("DIAL  클라우드") == ("DIAL", TranslationMode.CLOUD)
    for typed, code in (("", "missing"), ("DIAL", "missing"), ("DIAL elsewhere", "unknown")):
        with pytest.raises(Invalid) as refused:
            read_mode(typed)
        assert refused.value.code == code


def test_bridges() -> None:
    assert read_bridge("DIAL here", "C9") == BridgeOrder("DIAL", shared="C9")
    assert read_bridge("DIAL 여기", "C9") == BridgeOrder("DIAL", shared="C9")
    assert read_bridge("DIAL <#C1|crew>", "D9") == BridgeOrder("DIAL", shared="C1")
    assert read_bridge("DIAL twin <#C1> <#G2|pm>", "D9") == BridgeOrder("DIAL", twins=("C1", "G2"))
    assert read_bridge("DIAL twin here <#G2|pm>", "C9") == BridgeOrder("DIAL", twins=("C9", "G2"))
    assert read_bridge("DIAL 쌍둥이 <#C1> <#G2>", "D9") == BridgeOrder("DIAL", twins=("C1", "G2"))
    assert read_bridge("DIAL off", "C9") == BridgeOrder("DIAL")
    assert read_bridge("DIAL 해제", "C9") == BridgeOrder("DIAL")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "DIAL",
        "DIAL here",
        "DIAL there",
        "DIAL twin",
        "DIAL twin <#C1>",
        "DIAL <#C1> <#C2>",
        "DIAL #crew",
        "DIAL twin <#C1> <#C2> <#C3>",
    ],
)
def test_bridges_that_are_none(typed: str) -> None:
    with pytest.raises(Invalid):
        read_bridge(typed, "D9")
