"""The engines the settings name are there, in their order and with their trust; what is missing is said."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.domain.translation import Trust
from bot.engines import engine_keys, make_engines, make_limits, missing_keys, notes_of
from bot.settings import EngineName, TranslationSettings

KEYS = {"DEEPL_API_KEY": "dk:fx", "PAPAGO_KEY_ID": "pid", "PAPAGO_KEY": "pk", "TRANSLATION_API_KEY": "tk"}
ALL: dict[str, Any] = {
    "engines": ("papago", "deepl", "openai", "libre", "google_web"),
    "libre_url": "http://127.0.0.1:9",
    "openai_url": "http://127.0.0.1:9/v1",
    "openai_model": "any",
}


def test_without_an_engine_nobody_is_asked() -> None:
    settings = TranslationSettings()
    assert make_engines(settings, KEYS) == ()
    assert "no engine" in notes_of(settings)[0]
    assert missing_keys(settings, {}) == []


def test_their_order_trust_and_pace() -> None:
    settings = TranslationSettings(**ALL, calls_per_second={EngineName.DEEPL: 2.5}, libre_local=True)
    traits = [engine.traits for engine in make_engines(settings, KEYS)]
    assert [(one.name, one.trust) for one in traits] == [
        ("papago", Trust.CLOUD),
        ("deepl", Trust.CLOUD),
        ("openai", Trust.CLOUD),
        ("libre", Trust.LOCAL),
        ("google_web", Trust.OPEN),
    ]
    assert traits[1].rate == 2.5
    assert traits[4].rate == 1.0
    assert notes_of(settings) == []


def test_keys_that_are_missing_are_named_and_their_engines_left_out() -> None:
    settings = TranslationSettings(**ALL)
    assert [engine.traits.name for engine in make_engines(settings, {})] == ["openai", "libre", "google_web"]
    told = "\n".join(missing_keys(settings, {"PAPAGO_KEY_ID": "pid"}))
    assert "DEEPL_API_KEY" in told
    assert "PAPAGO_KEY " in told
    assert "PAPAGO_KEY_ID" not in told
    assert "TRANSLATION_API_KEY" not in told, "a server of one's own needs no key"
    assert set(engine_keys(KEYS)) == set(KEYS.values())


def test_the_unofficial_engine_alone_is_worth_a_note() -> None:
    assert "google_web" in notes_of(TranslationSettings(engines=(EngineName.GOOGLE_WEB,)))[0]


@pytest.mark.parametrize(
    "wrong",
    [
        {"engines": ("libre",)},
        {"engines": ("openai",), "openai_url": "http://127.0.0.1:9/v1"},
        {"engines": ("papago",), "papago_url": ""},
        {"engines": ("deepl", "deepl")},
        {"engines": ("babelfish",)},
        {"libre_url": "http://user:password@host"},
        {"deepl_url": "ftp://host"},
        {"calls_per_second": {"deepl": 0}},
        {"long_paste": 1},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        TranslationSettings(**wrong)
    assert "password@" not in str(refused.value.errors(include_input=False))


def test_limits() -> None:
    limits = make_limits(TranslationSettings(characters_per_person_day=5, long_paste=100))
    assert (limits.person_day, limits.long_paste, limits.project_day) == (5, 100, 200_000)
