"""A sandbox for the tests of sending; files that need another one define their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.db.engine import Database
from bot.db.unit_of_work import Transactions
from sandbox.client import Sandbox
from sandbox.server import serve_in_thread
from tests.conftest import MovableClock
from tests.integration.issue_scene import NIGHT, Night
from tests.integration.sender_scene import Scene


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[str]:
    """The URL of a sandbox that several tests share, each with people of its own."""
    with serve_in_thread() as running:
        yield running.url


@pytest.fixture
def box(shared_sandbox: str) -> Iterator[Sandbox]:
    """The shared sandbox, without faults afterwards."""
    box = Sandbox(shared_sandbox)
    yield box
    box.faults(clear=True)
    box.close()


@pytest.fixture
def scene(box: Sandbox, database: Database) -> Scene:
    """A team in the shared sandbox and in a database of each kind."""
    return Scene(box, database)


@pytest.fixture
def night(transactions: Transactions, clock: MovableClock) -> Night:
    """A crew at two in the night."""
    scene = Night(transactions, clock)
    clock.now = NIGHT
    return scene
