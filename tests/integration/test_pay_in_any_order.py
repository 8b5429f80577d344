"""Pay from the ledger to the statement in any order, on both databases."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import make_url

from bot.db.unit_of_work import Transactions
from sandbox.postgres import fresh_database
from tests.conftest import _TEMPLATE, LONG, MovableClock, open_quickly
from tests.factories import Crew
from tests.integration.pay_machine import Opening, Paying
from tests.integration.paying import pay_crew


def _run(opening: Opening, examples: int, steps: int) -> None:
    machine = type("PayingHere", (Paying,), {"opening": staticmethod(opening)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # Explaining a failure traces every line and takes minutes.
            phases=[phase for phase in Phase if phase is not Phase.explain],
            suppress_health_check=list(HealthCheck),
        ),
    )


def _filled(url: str) -> Crew:
    database = open_quickly(url)
    crew = pay_crew(Transactions(database, clock=MovableClock()))
    database.dispose()
    return crew


@pytest.mark.timeout(600)  # Only a failure takes that long: it is made small first.
def test_any_order_of_pay_on_sqlite(sqlite_url: str, sqlite_template: Path) -> None:
    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    filled, played = folder / "filled.db", folder / "played.db"
    shutil.copyfile(sqlite_template, filled)
    crew = _filled(f"sqlite:///{filled}")
    with sqlite3.connect(filled) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()

    @contextmanager
    def opening() -> Iterator[tuple[str, Crew]]:
        for leftover in folder.glob("played.db*"):
            leftover.unlink()
        shutil.copy(filled, played)
        yield f"sqlite:///{played}", crew

    _run(opening, 120 if LONG else 12, 30)


@pytest.mark.timeout(600)  # Only a failure takes that long: it is made small first.
def test_any_order_of_pay_on_postgres(postgres_server: str) -> None:
    with fresh_database(postgres_server, template=_TEMPLATE) as filled:
        crew = _filled(filled)
        name = make_url(filled).database
        assert name is not None

        @contextmanager
        def opening() -> Iterator[tuple[str, Crew]]:
            with fresh_database(postgres_server, template=name) as url:
                yield url, crew

        _run(opening, 40 if LONG else 4, 30)
