"""The invariants of one translation, I1 to I5 and I8 to I9: each says how often it is violated.

I6, I7 and I10 to I12 are about a whole run and are counted where it is played.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from bench.translation_messages import Row, shape_of, unescape
from bench.translation_shown import LONGEST_BLOCK, Live, Shown

LONGEST_POST = 13_000
"""Characters of JSON of one post's blocks; Slack refuses from about 13,200."""

TRAPS = (
    "반려동물", "반려견", "반려묘", "반려자", "반려인", "반려식물", "반려생활", "반려용품",
    "전사적", "전사자", "여전사", "전사들", "자회사", "작업복", "작업실", "작업장", "라벨기",
)  # fmt: skip
"""Words that contain a term and are none."""

_TOKEN = re.compile(r"<([@#!][^>|]*|(?:https?|mailto|tel):[^>|]*)(?:\|([^>]*))?>")
_URL = re.compile(r"https?://[^\s<>|\"'()]+", re.IGNORECASE)
_STYLED = re.compile(r"^([*_~]+)(.+)\1$", re.DOTALL)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff\ufffc]")
_TAG = re.compile(r"</?\s*x\s*(?:id\s*=\s*)?[\"'“”]?\s*\d+\s*[\"'“”]?\s*/?\s*>|\[\s*x\s*\d+\s*x?\s*\]|⟦|⟧")
_CODE = re.compile(
    r"(?<![a-z0-9])(?:[qzxj][\s-]{0,2}){2}\d{1,4}[\s-]{0,2}(?:[qzxj][\s-]{0,2}){2}(?![a-z0-9])"
)
_GAPS = re.compile(r"[\s-]+")
_SENT = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,4})\d{1,4}([A-Za-z]{2,4})(?![A-Za-z])")


@dataclass(frozen=True)
class Around:
    """What a check needs beside the row and its output.

    `names` are the names a user id may be shown as. `cores` are the letters around slots that engines were sent.
    `withheld` says that lines with private numbers stay as they were written.
    """

    target: str
    names: Mapping[str, tuple[str, ...]]
    cores: frozenset[str] = frozenset()
    withheld: bool = False


def cores_of(sent: Collection[str], written: Collection[str]) -> frozenset[str]:
    """Return the letters of the codes in what engines were sent, leaving out what people wrote themselves."""
    typed = "\n".join(written).lower()
    found = {
        match[1].lower()
        for text in sent
        for match in _SENT.finditer(text)
        if match[1].lower() == match[2].lower()[::-1] and match[0].lower() not in typed
    }
    return frozenset(core for core in found if not re.search(rf"{core}\d|\d{core[::-1]}", typed))


def check_all(row: Row, shown: Shown, around: Around) -> dict[str, int]:
    """Return how often each invariant of one output is violated, for those that are."""
    counts = {name: check(row, shown, around) for name, check in CHECKS.items()}
    return {name: count for name, count in counts.items() if count}


def i1_survives(row: Row, shown: Shown, around: Around) -> int:
    """Count the strings that do not occur as often as they were written."""
    return sum(
        _occurrences(_source_form(row.text), kept, None)
        != _occurrences(_source_form(shown.text), kept, around)
        for kept in row.kept
    )


def _source_form(text: str) -> str:
    """Return a text with channels by their id alone and every link as its address and its label."""
    return re.sub(r"<#([A-Z0-9]+)\|[^>]*>", r"<#\1>", text)


def _occurrences(text: str, kept: str, around: Around | None) -> int:
    token = _TOKEN.fullmatch(kept)
    if token is None:
        styled = _STYLED.match(kept)
        return text.count(kept) if styled is None else max(text.count(kept), text.count(styled[2]))
    inner = token[1]
    if inner.startswith("#"):
        return text.count(f"<{inner}>")
    if not inner.startswith(("@", "!")):
        return text.count(f"<{inner}>") + text.count(f"<{inner}|")
    if around is None:
        return sum(1 for found in _TOKEN.finditer(text) if found[1] == inner)
    return _count_defused(text, inner, token[2], around)


def _count_defused(text: str, inner: str, label: str | None, around: Around) -> int:
    """Count a mention as it is shown in translations: as a name that rings nobody."""
    if inner.startswith("@"):
        # An old client puts the name beside the id.
        names = (*around.names.get(inner[1:], (inner[1:],)), *([label] if label else []))
        shown = {f"@{name.lstrip('@')}" for name in names}
    elif inner.startswith("!subteam^"):
        shown = {"@" + (label or inner.removeprefix("!subteam^")).lstrip("@")}
    elif inner.startswith("!date^"):
        shown = {label or ""}
    else:
        shown = {"@" + inner[1:]}
    return max((text.count(one) for one in shown), default=0)


def i2_residue(row: Row, shown: Shown, around: Around) -> int:
    """Count what is left of placeholders: codes, tags, characters of private use that nobody typed."""
    source, output = _folded(row.text), _folded(shown.text)
    patterns = [_PRIVATE_USE, _TAG, _CODE]
    for core in around.cores:
        gap = r"[\s-]{0,2}"
        letters, back = gap.join(core), gap.join(reversed(core))
        left = rf"(?<![a-z0-9]){letters}{gap}\d{{1,4}}|\d{{1,4}}{gap}{back}(?![a-z0-9])|</?\s*{core}\s?\d"
        patterns.append(re.compile(left))
    return sum(one not in _found(pattern, source) for pattern in patterns for one in _found(pattern, output))


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {_GAPS.sub("", found[0]) for found in pattern.finditer(text)}


def _folded(text: str) -> str:
    return html.unescape(unicodedata.normalize("NFKC", unescape(text))).lower()


def i3_nothing_live(row: Row, shown: Shown, _around: Around) -> int:
    """Count what rings or points without having been written, mentions that ring at all, and bare `& < >`."""
    written = {unescape(found[1]) for found in _TOKEN.finditer(row.text)}
    written |= {unescape(found[0]) for found in _URL.finditer(row.text)}
    allowed = Counter(_as_live(one) for one in written)
    intruders = sum(
        1 for one in shown.live if one.kind in ("user", "group", "broadcast") or not allowed[_settled(one)]
    )
    plain = unescape(row.text)
    strange = sum(1 for url in _URL.findall(unescape(shown.text)) if url.rstrip(".,;:!?") not in plain)
    return intruders + strange + shown.stray


def _as_live(written: str) -> Live:
    if written.startswith("#"):
        return Live("channel", written[1:])
    if written.startswith("!date^"):
        return Live("date", written)
    if written.startswith(("@", "!")):
        return Live("mention", written)
    return Live("link", written.rstrip("/"))


def _settled(live: Live) -> Live:
    return Live(live.kind, live.value.rstrip("/")) if live.kind == "link" else live


def i4_fences(row: Row, shown: Shown, _around: Around) -> int:
    """Count the fences that are not byte for byte what was written."""
    written, came = shape_of(row.text).fences, shape_of(shown.text).fences
    return sum((Counter(written) - Counter(came)).values()) + max(0, len(came) - len(written))


def i5_lines(row: Row, shown: Shown, _around: Around) -> int:
    """Count the lines too many or too few, and the changed prefixes."""
    written, came = shape_of(row.text).prefixes, shape_of(shown.text).prefixes
    changed = sum(one != other for one, other in zip(written, came, strict=False))
    return abs(len(written) - len(came)) + changed


def i8_glossary(row: Row, shown: Shown, around: Around) -> int:
    """Count the terms that do not stand in the output as often as they were written as terms."""
    if around.withheld or around.target not in ("ko", "en") or around.target != row.target:
        return 0
    output = unescape(shown.text).lower()
    return sum(
        output.count(target.lower()) < _written_terms(row, term) for term, target in row.glossary.items()
    )


def _written_terms(row: Row, term: str) -> int:
    words = unescape(_TOKEN.sub(lambda found: found[2] or " ", row.text))
    words = re.sub(r"```.*?```|`[^`\n]*`", " ", words, flags=re.DOTALL)
    longer = sorted(
        (other for other in row.glossary if term != other and term in other), key=len, reverse=True
    )
    for trap in (*longer, *(trap for trap in TRAPS if term in trap and term != trap)):
        words = words.replace(trap, " ")
    return words.lower().count(term.lower())


def i9_sizes(_row: Row, shown: Shown, _around: Around) -> int:
    """Count the blocks and posts that are too long for Slack."""
    blocks = sum(size > LONGEST_BLOCK for size in shown.block_sizes)
    return blocks + sum(size > LONGEST_POST for size in shown.post_sizes)


CHECKS: dict[str, Callable[[Row, Shown, Around], int]] = {
    "I1": i1_survives,
    "I2": i2_residue,
    "I3": i3_nothing_live,
    "I4": i4_fences,
    "I5": i5_lines,
    "I8": i8_glossary,
    "I9": i9_sizes,
}
