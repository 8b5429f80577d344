"""Votes: most on the same words win, dialect is one spelling among others, and nobody's answer is made "right"."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, builds, integers, lists, sampled_from, text

from bot.domain.consensus import Cluster, Counting, Outcome, Vote, ballot, cluster, decide, likeness

WORDS = sampled_from(
    [
        "아니아니라니께",
        "아니아니라니까",
        "아니 아니라니께",
        "아니아니라니께.",
        "그랑께",
        "그러니까",
        "그랑께 ",
    ]
)
VOTES = lists(
    builds(
        lambda words, weight, dialect: Vote({"text": words}, weight, dialect),
        WORDS,
        integers(1, 3),
        booleans(),
    ),
    min_size=1,
    max_size=12,
)
COUNTINGS = builds(Counting, booleans(), booleans(), integers(1, 99))


def _texts(*words: str) -> list[Vote]:
    return [Vote({"text": one}) for one in words]


def test_the_ten_workers() -> None:
    poll = decide(_texts(*["아니아니라니께"] * 9, "아니아니라니까"))
    assert (poll.outcome, poll.winner, poll.share) == (Outcome.CLEAR, 0, 0.9)
    assert poll.votes == (9,) * 9 + (1,)
    assert likeness("아니아니라니께", "아니아니라니까") == pytest.approx(6 / 7)


def test_dialect_wins_over_the_standard_when_most_wrote_it_and_the_other_way_round() -> None:
    assert decide(_texts("그랑께", "그랑께", "그러니까")).winner == 0
    assert decide(_texts("그랑께", "그러니까", "그러니까")).winner == 1


@pytest.mark.parametrize(
    ("words", "counting", "outcome"),
    [
        (("가", "나"), Counting(), Outcome.TIED),
        (("가", "가", "나", "다"), Counting(), Outcome.WEAK),
        (("가", "가", "나", "다"), Counting(majority=49), Outcome.CLEAR),
        (("가 나", "가나"), Counting(), Outcome.TIED),
        (("가 나", "가나"), Counting(ignore_spaces=True), Outcome.CLEAR),
        (("가, 나", "가 나"), Counting(ignore_punctuation=True), Outcome.CLEAR),
        (("가, 나", "가 나"), Counting(ignore_spaces=True), Outcome.TIED),
    ],
)
def test_what_counts_as_agreement(words: tuple[str, ...], counting: Counting, outcome: Outcome) -> None:
    assert decide(_texts(*words), counting).outcome is outcome


def test_the_wording_of_most_stands_for_those_who_say_the_same() -> None:
    poll = decide(_texts("가나", "가 나", "가 나"), Counting(ignore_spaces=True))
    assert poll.winner == 1
    assert poll.votes == (3, 3, 3)


def test_whoever_knows_the_dialect_is_not_outvoted_in_silence() -> None:
    votes = [*_texts("그러니까", "그러니까", "그러니까"), Vote({"text": "그랑께"}, dialect=True)]
    poll = decide(votes)
    assert (poll.outcome, poll.winner, poll.dissent) == (Outcome.FLAGGED, 0, (3,))


def test_labels_count_by_weight() -> None:
    votes = [Vote({"label": "hate", "rationale": "a"}, 1), Vote({"label": "hate", "rationale": "b"}, 1)]
    assert decide([*votes, Vote({"label": "safe", "rationale": "c"}, 3)]).winner == 2


def test_unusable_is_an_answer_and_never_the_word() -> None:
    poll = decide(
        [Vote({"unusable": "noise"}), Vote({"unusable": "noise"}), Vote({"text": "unusable:noise"})]
    )
    assert (poll.winner, poll.votes) == (0, (2, 2, 1))


@given(VOTES, COUNTINGS)
def test_a_poll_agrees_with_counting_by_hand(votes: list[Vote], counting: Counting) -> None:
    poll = decide(votes, counting)
    ballots = [ballot(vote.answer, counting) for vote in votes]
    weight = {one: sum(v.weight for v, b in zip(votes, ballots, strict=True) if b == one) for one in ballots}
    most, total = max(weight.values()), sum(weight.values())
    assert poll.votes == tuple(ballots.count(one) for one in ballots)
    assert poll.share == pytest.approx(most / total)
    if list(weight.values()).count(most) > 1:
        assert (poll.outcome, poll.winner) == (Outcome.TIED, None)
        return
    assert poll.winner is not None
    assert weight[ballots[poll.winner]] == most
    assert (poll.outcome is Outcome.WEAK) == (most * 100 <= total * counting.majority)
    if poll.outcome is not Outcome.WEAK:
        assert (poll.outcome is Outcome.FLAGGED) == bool(poll.dissent)


@given(VOTES, COUNTINGS)
def test_the_order_of_answers_changes_the_winner_only_among_those_who_say_the_same(
    votes: list[Vote], counting: Counting
) -> None:
    one, other = decide(votes, counting), decide(votes[::-1], counting)
    assert (one.outcome, one.share) == (other.outcome, other.share)
    if one.winner is not None and other.winner is not None:
        back = votes[::-1]
        assert ballot(votes[one.winner].answer, counting) == ballot(back[other.winner].answer, counting)


@given(text(max_size=30))
def test_the_form_of_composition_and_outer_spaces_never_count(words: str) -> None:
    decomposed = unicodedata.normalize("NFD", words)
    assert ballot({"text": f" {decomposed}  "}) == ballot({"text": unicodedata.normalize("NFC", words)})


def test_clusters_suggest_and_keep_everybody() -> None:
    answers = [
        {"text": one} for one in ("아니아니라니께", "아니아니라니까", "전혀 다른 말", "아니아니라니께")
    ]
    first, second = cluster(answers)
    assert first == Cluster((0, 3, 1), likeness("아니아니라니께", "아니아니라니까"))
    assert second.places == (2,)


@given(lists(WORDS, min_size=1, max_size=10))
def test_every_answer_is_in_one_cluster(words: list[str]) -> None:
    places = [place for group in cluster([{"text": one} for one in words]) for place in group.places]
    assert sorted(places) == list(range(len(words)))


def test_nobody_votes_no_poll() -> None:
    with pytest.raises(ValueError, match="no votes"):
        decide([])
