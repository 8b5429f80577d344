"""`make messages` keeps translations and tells the truth about what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.i18n.catalogs import catalog_path
from bot.i18n.extract import check, msgids, update
from bot.i18n.po_files import read_catalog, write_catalog

CODE = """
WORD = N_("Later")

def say(t, task):
    t("Task {task} is yours.", task=task)
    t.plural("{n} task", "{n} tasks", 3)
    t(
        "Two "
        "lines"
    )
    t(task)
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "bot").mkdir()
    (tmp_path / "handlers").mkdir()
    (tmp_path / "bot" / "words.py").write_text(CODE, encoding="utf-8")
    return tmp_path


def refresh(root: Path, *, prune: bool = False) -> None:
    for language in ("ko", "en"):
        update(root, root, language, prune=prune)


def translate(root: Path, **extra: str) -> None:
    path = catalog_path(root, "ko")
    po = read_catalog(path, "ko")
    said = {
        "Task {task} is yours.": "{task:은/는} 제 거예요.",
        "Later": "나중에",
        "Two lines": "두 줄",
        **extra,
    }
    for msgid, string in said.items():
        po[msgid].string = string
    po["{n} task"].string = ("작업 {n}건",)
    write_catalog(path, "ko", po)


def test_msgids(root: Path) -> None:
    assert msgids(root) == {"Task {task} is yours.", ("{n} task", "{n} tasks"), "Two lines", "Later"}


def test_update_then_translate_then_check(root: Path) -> None:
    assert any("missing" in finding for finding in check(root, root))
    refresh(root)
    assert sorted({finding.split(" ")[1] for finding in check(root, root)}) == ["untranslated"]
    translate(root)
    assert check(root, root) == []


def test_update_twice_changes_nothing(root: Path) -> None:
    refresh(root)
    translate(root)
    refresh(root)
    before = catalog_path(root, "ko").read_bytes()
    refresh(root)
    assert catalog_path(root, "ko").read_bytes() == before
    assert b"words.py" not in before
    assert b"Date" not in before


def test_a_translation_survives_while_its_msgid_is_away(root: Path) -> None:
    refresh(root)
    translate(root)
    (root / "bot" / "words.py").write_text(CODE.replace('N_("Later")', "1"), encoding="utf-8")
    refresh(root)
    assert check(root, root) == ["ko: obsolete 'Later'"]
    (root / "bot" / "words.py").write_text(CODE, encoding="utf-8")
    refresh(root)
    assert check(root, root) == []


def test_prune_forgets(root: Path) -> None:
    refresh(root)
    translate(root)
    (root / "bot" / "words.py").write_text(CODE.replace('N_("Later")', "1"), encoding="utf-8")
    refresh(root, prune=True)
    assert check(root, root) == []
    assert "나중에" not in catalog_path(root, "ko").read_text(encoding="utf-8")


def test_nothing_is_guessed(root: Path) -> None:
    refresh(root)
    translate(root)
    (root / "bot" / "words.py").write_text(CODE.replace("yours.", "yours!"), encoding="utf-8")
    refresh(root)
    assert read_catalog(catalog_path(root, "ko"), "ko")["Task {task} is yours!"].string == ""


@pytest.mark.parametrize("said", ["내 거예요.", "{task} {worker}", "{task:이/다}", "{task.id}"])
def test_placeholders_must_agree(root: Path, said: str) -> None:
    refresh(root)
    translate(root, **{"Task {task} is yours.": said})
    assert len(check(root, root)) == 1


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ('t("Task {task} is yours.", tsk=1)', "bot/more.py:1: no value for task"),
        ('t.plural("{n} task", "{n} tasks", 2, x=1)', None),
        ('t("Task {task} is yours.", **values)', None),
        ('t("Task {task.id} is yours.")', "bot/more.py:1: placeholder {task.id} is not a plain name"),
        ('t("{n} task", n=1)', "code: '{n} task' is used with and without a plural"),
    ],
)
def test_calls_are_checked_against_their_words(root: Path, line: str, finding: str | None) -> None:
    (root / "bot" / "more.py").write_text(line, encoding="utf-8")
    findings = [found for found in check(root, root) if found.startswith(("bot/", "code:"))]
    assert findings == ([finding] if finding else [])
