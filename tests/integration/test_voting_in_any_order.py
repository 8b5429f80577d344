"""Answers, corrections, verdicts taken back and a changed overlap in any order, beside a plain definition."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.db.unit_of_work import Transactions
from tests.conftest import LONG
from tests.integration.voting_scene import voting_crew, voting_scene


class Plain:
    """A task by its definition: what has been accepted, how many are asked for, and where it stands."""

    def __init__(self, overlap: int, most: int, majority: int) -> None:
        self.overlap, self.most, self.majority = overlap, most, majority
        self.extra = 0
        self.said: list[str] = []
        self.counted = 0
        self.state = "open"
        self.winner: str | None = None

    def settle(self) -> None:
        n = len(self.said)
        if n < self.overlap:
            self.extra = 0
        if n < self.overlap + self.extra:
            self.state, self.winner, self.counted = "open", None, 0
            return
        if n == self.counted:
            return
        self.counted = n
        ranked = Counter(self.said).most_common()
        tied = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
        if not tied and (n == 1 or ranked[0][1] * 100 > n * self.majority):
            self.state, self.winner = "final", ranked[0][0]
        elif n < self.most:
            self.extra = n + 1 - self.overlap
            self.state, self.winner, self.counted = "open", None, 0
        else:
            self.state, self.winner = "adjudication", None


steps = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from("가나다")),
        st.tuples(st.just("say"), st.sampled_from("가나다")),
        st.tuples(st.just("fix"), st.sampled_from("가나")),
        st.tuples(st.just("undo"), st.just("")),
        st.tuples(st.just("overlap"), st.sampled_from("123")),
    ),
    min_size=3,
    max_size=9,
)


@pytest.mark.timeout(600)  # Only a failure takes that long: it is made small first.
def test_any_order_of_answers_and_second_thoughts(transactions: Transactions) -> None:
    crew, people = voting_crew(transactions, 9)

    @settings(
        max_examples=300 if LONG else 30,
        phases=[phase for phase in Phase if phase is not Phase.explain],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        overlap=st.integers(1, 4),
        spare=st.integers(0, 2),
        majority=st.sampled_from((50, 66)),
        steps=steps,
    )
    def play(overlap: int, spare: int, majority: int, steps: list[tuple[str, str]]) -> None:
        scene = voting_scene(
            transactions, crew, people, overlap=overlap, overlap_max=overlap + spare, majority=majority
        )
        (task,) = scene.bring()
        plain = Plain(overlap, overlap + spare, majority)
        last: list[int] = []
        for worker, (step, value) in enumerate(steps):
            if step in ("say", "fix") and worker < len(people):
                taken = scene.answer(worker, value if step == "say" else "라")
                assert (taken is not None) == (plain.state == "open")
                if taken is None:
                    continue
                last = [scene.accept({"text": value} if step == "fix" else None)]
                plain.said.append(value)
            elif step == "undo" and last:
                review = last.pop()
                scene.undo(review)
                plain.said.pop()
                plain.settle()
                assert scene.state(task) == plain.state
                scene.accept_again(review)
                # Without the reviewer's correction it says again what its author wrote.
                plain.said.append(list(scene.words(task).values())[-1])
            elif step == "overlap":
                plain.most += int(value) - plain.overlap
                plain.overlap, plain.extra = int(value), 0
                scene.rules(overlap=int(value))
                scene.follow()
            plain.settle()
            found = scene.task(task)
            assert (found.state, found.overlap) == (plain.state, plain.overlap)
            if plain.state == "open":
                assert found.extra == plain.extra
            standing = scene.standing(task)
            chosen = None
            if standing is not None and standing.submission_id is not None:
                chosen = scene.words(task)[standing.submission_id]
            elif plain.state == "final":
                chosen = plain.said[0]
            assert chosen == plain.winner
            assert sum(scene.earned(task)) == 100 * len(plain.said)
        scene.check()

    play()
