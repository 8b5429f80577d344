"""What loops say of a turn that ended badly."""

from __future__ import annotations

import logging

import pytest

from bot.db.unit_of_work import DatabaseBusy
from bot.looping import log_stop


@pytest.mark.parametrize(
    ("error", "level"), [(DatabaseBusy(), logging.INFO), (RuntimeError("secret words"), logging.ERROR)]
)
def test_a_busy_database_alarms_nobody(
    error: Exception, level: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        log_stop(logging.getLogger("loop"), "the outbox can't be read", error)
    (record,) = caplog.records
    assert record.levelno == level
    assert record.getMessage() == f"the outbox can't be read: {type(error).__name__}"
