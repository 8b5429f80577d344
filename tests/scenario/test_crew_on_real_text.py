"""Eight people at once on two thousand real sentences: nobody gets somebody else's, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.running import ROOT
from tests.conftest import LONG
from tests.scenario.office import open_office
from tests.scenario.shift import Shift

pytestmark = pytest.mark.slow

TEXTS = ROOT.parent / "shared" / "data" / "translation" / "replay_flores.jsonl"
GOAL = 200 if LONG else 40
"""Five for each worker: after two or three everybody collides with everybody; more only repeat it."""


@pytest.mark.timeout(420)  # A minute at most where nothing else runs.
def test_crew_of_eight(tmp_path: Path) -> None:
    if not TEXTS.is_file():
        pytest.skip("the FLORES sentences are not beside the repository (../shared/data/translation)")
    rows = [json.loads(line) for line in TEXTS.read_text("utf-8").splitlines()]
    korean = {row["id"]: row for row in rows if row["dir"] == "ko-en"}
    assert len(korean) == 2009
    with open_office(tmp_path, workers=8) as office:
        printed = office.bring([(name, row["src"]) for name, row in korean.items()])
        assert printed.endswith("2009 tasks added, 0 were there already.")
        shift = Shift(office, GOAL, answer=lambda name: str(korean[name]["ref"]))
        seconds = shift.run(240)
        print(f"\n{GOAL} sentences claimed, handed in, reviewed by 8 + 2 people in {seconds:.1f} s")
        assert not shift.retries, "nothing had to be tried twice"
        sums = office.check_nothing_lost_nothing_twice(office.sums().final)
        assert len(sums.claims) == 8, "everybody had work"
        assert sums.final >= GOAL
