"""What a project has agreed on: how answers are counted, what is reviewed, and who gets work under which limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import Invalid


class ReviewMode(StrEnum):
    """What a person reviews: every submission, none where the answers agree, or a sample of them."""

    EVERY = "every"
    CONSENSUS = "consensus"
    SAMPLE = "sample"


@dataclass(frozen=True)
class Rules:
    """A project's rules; what none was set for has the value here.

    `overlap` answers are wanted for a task, up to `overlap_max` where they do not agree; they agree when more than
    `majority` percent say the same. Spaces and punctuation may be left out of account for the vote only. With
    `weight_by`, the key of a numeric qualification, the votes on labels count by it. `dialect` is the key of the
    qualification whose holders are never outvoted in silence. Reviewed are, by `review_mode`, every submission,
    only what the answers do not settle, or `sample_percent` of them and always the first `newcomer_first` of a
    person. `rework_limit` rejects let another worker try. `gold_percent` of the tasks are ones whose answer is
    known. `gate` and `review_gate` are keys of the qualifications needed to work and to review. At most `day_cap`
    tasks a person and day, `sensitive` ones only for those who agreed and at most `row_limit` in a row. With
    `by_call_out` only those who have a place in a call-out are given tasks.
    """

    overlap: int = 1
    overlap_max: int = 1
    majority: int = 50
    ignore_spaces: bool = False
    ignore_punctuation: bool = False
    weight_by: str | None = None
    dialect: str | None = None
    review_mode: ReviewMode = ReviewMode.EVERY
    sample_percent: int = 20
    newcomer_first: int = 20
    rework_limit: int = 3
    gold_percent: int = 0
    gate: str | None = None
    review_gate: str | None = None
    day_cap: int | None = None
    sensitive: bool = False
    row_limit: int = 20
    by_call_out: bool = False

    @property
    def gated(self) -> bool:
        """Whether a claim has to look at the person first."""
        return bool(self.gate or self.day_cap or self.sensitive or self.by_call_out or self.gold_percent)


USUAL = Rules()

_LIMITS = {
    "overlap": (1, 50),
    "overlap_max": (1, 99),
    "majority": (1, 99),
    "sample_percent": (0, 100),
    "newcomer_first": (0, 1000),
    "rework_limit": (1, 20),
    "gold_percent": (0, 50),
    "day_cap": (1, 10_000),
    "row_limit": (1, 1000),
}


def check_rules(rules: Rules) -> Rules:
    """Return the rules if they make sense together. Raises Invalid naming the first value that does not."""
    for name, (least, most) in _LIMITS.items():
        value = getattr(rules, name)
        if value is not None and not least <= value <= most:
            raise Invalid(name, "out_of_range", f"{least}-{most}")
    if rules.overlap_max < rules.overlap:
        raise Invalid("overlap_max", "too_small", str(rules.overlap))
    if rules.review_mode is ReviewMode.CONSENSUS and rules.overlap < 2:
        raise Invalid("review_mode", "needs_overlap", str(rules.overlap))
    return rules
