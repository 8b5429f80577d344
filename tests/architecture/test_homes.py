"""What has one home stays there: broad excepts, settings, foreign libraries, commits, the clock."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "app.py", *(ROOT / "bot").rglob("*.py"), *(ROOT / "handlers").rglob("*.py"))
)

BROAD_EXCEPTS = {
    "bot/cli.py",
    "bot/guidelines/read.py",
    "bot/homes.py",
    "bot/interpreter.py",
    "bot/log.py",
    "bot/metrics.py",
    "bot/scheduler.py",
    "bot/sender.py",
    "bot/translation/seats.py",
    "handlers/edge.py",
    "handlers/errors.py",
    "handlers/probes.py",
}
"""Where whatever escapes must not end a thread, quote a body or hide the other figures."""

HOMES = {
    "bot.settings": ("app.py", "bot/bootstrap.py", "bot/cli.py", "bot/engines.py"),
    "slack_sdk": ("app.py", "bot/slack/"),
    "slack_bolt": ("app.py", "handlers/"),
    "starlette": ("app.py", "handlers/"),
    "uvicorn": ("app.py", "handlers/"),
    "apscheduler": ("bot/scheduler.py",),
    "deep_translator": ("bot/translation/",),
    "alembic": ("bot/db/",),
    "click": ("bot/cli.py",),
    "app": (),
    "tests": (),
    "bench": (),
    "sandbox": (),
}
"""A module, and the only files (or folders, ending in /) of app.py, bot and handlers that may import it."""

EMPTY_WORDS = {"util", "utils", "utility", "helper", "helpers", "manager", "common", "misc"}


@cache
def _nodes(path: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse((ROOT / path).read_text(), path)))


@cache
def _imports(path: str) -> tuple[str, ...]:
    return tuple(_imported(path))


def _imported(path: str) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _broad(handler: ast.ExceptHandler) -> bool:
    caught = ast.walk(handler.type) if handler.type else ()
    names = {node.id for node in caught if isinstance(node, ast.Name)}
    return handler.type is None or bool(names & {"Exception", "BaseException"})


def test_broad_excepts_stand_where_they_must_and_say_why() -> None:
    for path in SOURCES:
        lines = (ROOT / path).read_text().splitlines()
        for node in _nodes(path):
            if isinstance(node, ast.ExceptHandler) and _broad(node):
                assert path in BROAD_EXCEPTS, f"{path}:{node.lineno} catches everything"
                around = lines[node.lineno - 3 : node.lineno + 2]
                assert any("# " in line for line in around), f"{path}:{node.lineno} does not say why"


@pytest.mark.parametrize("module", HOMES)
def test_a_module_is_imported_in_its_home_only(module: str) -> None:
    homes = HOMES[module]
    strangers = {
        path
        for path in SOURCES
        for name in _imports(path)
        if (name == module or name.startswith(f"{module}."))
        and not any(path == home or (home.endswith("/") and path.startswith(home)) for home in homes)
    }
    assert strangers == set()


def _calls(*folders: str) -> Iterator[tuple[str, str]]:
    """Return (place, "owner.method") of every method call in these folders."""
    for path in SOURCES:
        for node in _nodes(path) if path.startswith(folders) else ():
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                name = getattr(owner, "id", getattr(owner, "attr", ""))
                yield f"{path}:{node.lineno}", f"{name}.{node.func.attr}"


def test_only_the_unit_of_work_commits() -> None:
    ends = (".commit", ".rollback", ".begin_nested")
    assert [c for c in _calls("bot/services/", "bot/reports/", "handlers/") if c[1].endswith(ends)] == []


def test_the_rules_are_told_the_time() -> None:
    clocks = {
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.monotonic",
    }
    assert [c for c in _calls("bot/domain/", "bot/services/", "bot/reports/") if c[1] in clocks] == []


def test_names_say_something() -> None:
    for path in SOURCES:
        nodes = _nodes(path)
        named = [
            n.name for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        for name in (*Path(path).with_suffix("").parts, *named):
            words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)}
            assert not words & EMPTY_WORDS, f"{path}: {name}"
