"""Fixtures shared by every kind of test: real databases, a clock that can be moved, transactions."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from slack_sdk.models.basic_objects import JsonObject
from sqlalchemy import Dialect
from sqlalchemy.util import LRUCache

from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from bot.db.unit_of_work import Transactions
from sandbox.postgres import create_database, database_url, drop_database, fresh_database, running_postgres

# Own to this process, because several may test against one server.
_TEMPLATE = f"gagyo_template_{uuid4().hex[:12]}"

LONG = bool(os.environ.get("BOT_TEST_LONG"))
"""Whether the tests that try things at random, or again and again, are to go on for as long as before a release."""

RUN_FOLDER = "GAGYO_TEST_RUN"
"""The variable that names a folder which all test processes of this run have in common."""

_MEMORY = Path("/dev/shm")  # noqa: S108 -- folders made in it have names of their own
_ROOM = 2 << 30

_LEARNT: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}
"""By the kind of database: a dialect that has met its server, and the statements compiled for it."""

# Containers often forbid to keep compiled modules: hundreds of processes in a run would compile them anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# The machine may be busy with the tests of another process: slow is not wrong.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Let one more test run than there are processors: many wait for sockets and clocks more than they compute."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder, unless the process that started this one has made it."""
    if RUN_FOLDER not in os.environ:
        os.environ[RUN_FOLDER] = folder = tempfile.mkdtemp(prefix="gagyo-run-")
        config.add_cleanup(lambda: shutil.rmtree(folder))


def pytest_collection_finish() -> None:
    """Leave what is there for good out of the search for garbage, which is a tenth of the work otherwise."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@cache
def _validators(kind: type[JsonObject]) -> tuple[str, ...]:
    return tuple(name for name in dir(kind) if hasattr(getattr(kind, name), "validator"))


def _validate(block: JsonObject) -> None:
    for name in _validators(type(block)):
        getattr(block, name)()


# The same checks as the SDK's: it looks for them in every attribute of every object, a third of the work on a view.
JsonObject.validate_json = _validate  # type: ignore[assignment, method-assign]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every process begin with its share of the long tests: none is left alone with one at the end.

    With `--dist worksteal` each process gets an equal part of the list, in its order, and others take from its end.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    if not processes:
        return
    long = [item for item in items if item.get_closest_marker("slow") or item.get_closest_marker("timeout")]
    short = iter([item for item in items if item not in long])
    parts = [long[number::processes] for number in range(processes)]
    left = len(items)
    for number, part in enumerate(parts):
        room = left // (processes - number)
        left -= room
        part += islice(short, max(0, room - len(part)))
    items[:] = [*chain.from_iterable(parts), *short]


class MovableClock:
    """The instant a test says it is."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def quick_place() -> Path:
    """Where databases are made and thrown away quickest: in memory where there is room.

    No test asks what a power cut leaves behind, and the end of a process leaves the same there as on a disk.
    """
    roomy = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if roomy else Path(tempfile.gettempdir())


def open_quickly(url: str, *, pool_size: int = 8) -> Database:
    """Open a database as the product does; its engines know the statements that others have compiled.

    Each engine would compile every statement anew: a quarter of the time of a test with a database of its own.
    """
    database = open_database(url, pool_size=pool_size)
    if learnt := _LEARNT.get(database.writer.dialect.name):
        for engine in (database.writer, database.reader):
            engine.dialect, compiled = learnt
            engine.update_execution_options(compiled_cache=compiled)
    return database


def _migrate_template(url: str) -> None:
    database = open_database(url)
    migrate(database)
    # Compiled statements belong to a dialect; this one has been connected and knows its server.
    _LEARNT[database.writer.dialect.name] = database.writer.dialect, LRUCache(2000)
    database.dispose()


@pytest.fixture(scope="session")
def sqlite_template(quick_place: Path) -> Iterator[Path]:
    """A migrated SQLite file to be copied: quicker than to migrate a database for each test."""
    with tempfile.TemporaryDirectory(prefix="gagyo-", dir=quick_place) as folder:
        file = Path(folder) / "template.db"
        # The last connection brings everything into the one file.
        _migrate_template(f"sqlite:///{file}")
        yield file


@pytest.fixture(scope="session")
def postgres_server(quick_place: Path) -> Iterator[str]:
    """A running PostgreSQL with a migrated template, so that each test gets its own database quickly."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as meanwhile:
            # Only the server's own folder: what others put into temporary folders stays where it was.
            meanwhile.setattr(tempfile, "tempdir", str(quick_place))
            server = stack.enter_context(running_postgres(durable=False))
        create_database(server, _TEMPLATE)
        _migrate_template(database_url(server, _TEMPLATE))
        yield server
        drop_database(server, _TEMPLATE)


@pytest.fixture
def sqlite_url(quick_place: Path) -> Iterator[str]:
    """The URL of a file that is not there yet."""
    with tempfile.TemporaryDirectory(prefix="gagyo-", dir=quick_place) as folder:
        yield f"sqlite:///{folder}/gagyo.db"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    with fresh_database(postgres_server, template=_TEMPLATE) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url_of(request: pytest.FixtureRequest) -> str:
    """The URL of an own database of each kind; the PostgreSQL one is migrated already."""
    return str(request.getfixturevalue(f"{request.param}_url"))


def copy_sqlite(template: Path, url: str) -> None:
    """Put a copy of a SQLite file that nobody has open where a URL points."""
    shutil.copyfile(template, url.removeprefix("sqlite:///"))


@pytest.fixture
def database(database_url_of: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """An own, migrated database of each kind."""
    if database_url_of.startswith("sqlite"):
        copy_sqlite(request.getfixturevalue("sqlite_template"), database_url_of)
    database = open_quickly(database_url_of, pool_size=16)
    yield database
    database.dispose()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def transactions(database: Database, clock: MovableClock) -> Transactions:
    return Transactions(database, clock=clock)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make what was captured fit to travel between test processes: some tests log half an emoji on purpose."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "replace").decode()) for name, text in report.sections]
    return report
