"""Catalogs say things in the reader's language, or fall back to English."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n.catalogs import BrokenCatalog, Catalogs, MissingTranslation, catalog_path, load_catalogs

HEADER = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
KOREAN = """
msgid "Task {task} is yours until {time}."
msgstr "{task:은/는} {time}까지 맡았어요."

msgid "{n} task"
msgid_plural "{n} tasks"
msgstr[0] "작업 {n}건"

#, fuzzy
msgid "Guessed"
msgstr "추측"

msgid "Open"
msgstr ""
"""


def write(directory: Path, korean: str = KOREAN) -> Path:
    for language, body in (("ko", korean), ("en", "")):
        path = catalog_path(directory, language)
        path.parent.mkdir(parents=True)
        path.write_text(HEADER.format(language) + body, encoding="utf-8")
    return directory


@pytest.fixture
def catalogs(tmp_path: Path) -> Catalogs:
    return load_catalogs(write(tmp_path))


def test_both_languages(catalogs: Catalogs) -> None:
    said = {
        lang: t("Task {task} is yours until {time}.", task="T-2", time="14:05")
        for lang, t in catalogs.items()
    }
    assert said == {"ko": "T-2는 14:05까지 맡았어요.", "en": "Task T-2 is yours until 14:05."}


@pytest.mark.parametrize(
    ("n", "korean", "english"),
    [(0, "작업 0건", "0 tasks"), (1, "작업 1건", "1 task"), (1200, "작업 1,200건", "1,200 tasks")],
)
def test_plural(catalogs: Catalogs, n: int, korean: str, english: str) -> None:
    assert catalogs["ko"].plural("{n} task", "{n} tasks", n) == korean
    assert catalogs["en"].plural("{n} task", "{n} tasks", n) == english


def test_unknown_languages_are_answered_in_english(catalogs: Catalogs) -> None:
    assert [catalogs[code].language for code in ("fr", "", "ko-KR", "ko_KR", "KO", "en-GB")] == [
        *("en", "en", "ko", "ko", "ko", "en")
    ]
    assert list(catalogs) == ["ko", "en"]
    assert "fr" not in catalogs


@pytest.mark.parametrize("msgid", ["Open", "Guessed", "Nowhere"])
def test_missing_words_fall_back_or_raise_when_strict(tmp_path: Path, msgid: str) -> None:
    write(tmp_path)
    assert load_catalogs(tmp_path)["ko"](msgid) == msgid
    with pytest.raises(MissingTranslation):
        load_catalogs(tmp_path, strict=True)["ko"](msgid)
    with pytest.raises(MissingTranslation):
        load_catalogs(tmp_path, strict=True)["ko"].plural(msgid, "{n} others", 2)
    assert load_catalogs(tmp_path, strict=True)["en"](msgid) == msgid


@pytest.mark.parametrize("said", ["{worker:이/다}", "{worker.name}", "{someone}", "{worker"])
def test_a_translation_that_cannot_be_filled_stops_the_start(tmp_path: Path, said: str) -> None:
    write(tmp_path, f'msgid "{{worker}} is here."\nmsgstr "{said}"\n')
    with pytest.raises(BrokenCatalog):
        load_catalogs(tmp_path)


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        load_catalogs(tmp_path)


def test_the_real_catalogs_load() -> None:
    assert set(load_catalogs()) == {"ko", "en"}
