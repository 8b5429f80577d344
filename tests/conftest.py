"""Fixtures shared by every kind of test: real databases, a clock that can be moved, transactions."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings

from bot.db.engine import Database, open_database
from bot.db.migrate import migrate
from bot.db.unit_of_work import Transactions
from sandbox.postgres import create_database, database_url, drop_database, fresh_database, running_postgres

# Own to this process, because several may test against one server.
_TEMPLATE = f"gagyo_template_{uuid4().hex[:12]}"

# The machine may be busy with the tests of another process: slow is not wrong.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


class MovableClock:
    """The instant a test says it is."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A running PostgreSQL with a migrated template, so that each test gets its own database quickly."""
    with running_postgres(durable=False) as server:
        create_database(server, _TEMPLATE)
        database = open_database(database_url(server, _TEMPLATE))
        migrate(database)
        database.dispose()
        yield server
        drop_database(server, _TEMPLATE)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'gagyo.db'}"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    with fresh_database(postgres_server, template=_TEMPLATE) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url_of(request: pytest.FixtureRequest) -> str:
    """The URL of an own database of each kind; the PostgreSQL one is migrated already."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def database(database_url_of: str) -> Iterator[Database]:
    """An own, migrated database of each kind."""
    database = open_database(database_url_of, pool_size=16)
    migrate(database)
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
