"""How slots travel through an engine and are found again, however the engine spelt them.

A slot is a code of letters and digits (ZQ7QZ) for engines that know only plain text, else an empty tag (<x7/>).
Whatever comes back has every slot exactly once and nothing that looks like one, or it is Damaged: half-restored
text does not exist.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import permutations
from random import SystemRandom

from bot.translation.engines.engine import Form
from bot.translation.masked import Masked, Part, Slot, joined, slots_of

_RARE = ("QZXJ", "BCDFGHJKLMNPQRSTVWXZ")
"""Letters a core is made of: pairs of the rarest first, because those are no word and no unit of measure."""

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_SPELT = re.compile(rf"{_ENTITY.pattern}(?:#?[a-zA-Z0-9]{{1,32}};)*")
_UNSEEN = "\u200b\u200c\u2060\ufeff\u00ad"
_LEFT, _RIGHT = r"[<〈《‹⟨【\[]", r"[>〉》›⟩】\]]"
_BREAK = re.compile(r"\s*[\n\r\u2028\u2029]\s*")
_SPACES = re.compile(" {2,}")
_FORBIDDEN_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_FOREIGN_TAG = re.compile(r"<[a-zA-Z/!?]")


class Damaged(Exception):
    """An answer can't be shown; `reason` is one word for log and metrics, never a piece of the text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def new_core(texts: Iterable[str]) -> str:
    """Return letters, another choice every time, that no text has in a way that could be taken for a slot."""
    folded = [_fold(text)[0] for text in texts]
    chance = SystemRandom()
    for letters, length in ((_RARE[0], 2), (_RARE[1], 2), (_RARE[1], 3), (_RARE[1], 4)):
        cores = ["".join(core) for core in permutations(letters, length)]
        chance.shuffle(cores)
        for core in cores:
            looks = _code(core).residue
            if not any(looks.search(text) for text in folded):
                return core
    raise Damaged("core")


def encode(masked: Masked, form: Form, core: str) -> str:
    """Return what is sent: the text with its slots as codes or tags, without the white space around it."""
    if form is Form.CODE:
        said = "".join(
            f"{core}{part.number}{core[::-1]}" if isinstance(part, Slot) else part for part in masked
        )
    else:
        name = _tag_name(masked, core)
        said = "".join(
            f"<{name}{part.number}/>" if isinstance(part, Slot) else _escape(part, form) for part in masked
        )
    # Half an emoji has no place in UTF-8, so it can't travel.
    return said.encode("utf-8", "replace").decode().strip()


def restore(answer: str, masked: Masked, form: Form, core: str) -> Masked:
    """Return the answer with its slots in place of their codes, and the white space around it as it was.

    Forgives spaces within codes, other case, full width, other brackets and HTML entities; lines that were not in
    the source are made one. Raises Damaged unless every slot of `masked` is there exactly once more.
    """
    shape = _code(core) if form is Form.CODE else _tag(_tag_name(masked, core))
    words = "\ufffc".join(part for part in masked if isinstance(part, str))
    wanted = Counter(slots_of(masked))
    # In XML our own escapes are decoded after the tags are cut out, else a typed "<x7/>" would become a tag.
    tries = (answer, _decode(answer)) if form is Form.XML else (_decode_like(answer, words),)
    for text in tries:
        parts = list(_cut(text, shape.token))
        if Counter(part.number for part in parts if isinstance(part, Slot)) == wanted:
            break
    else:
        raise Damaged("slots")
    # Where no slot was sent there is none to be left over, and some names do have such letters.
    if wanted and any(isinstance(part, str) and shape.residue.search(_fold(part)[0]) for part in parts):
        raise Damaged("residue")
    if form is Form.XML:
        if any(isinstance(part, str) and text is answer and _FOREIGN_TAG.search(part) for part in parts):
            raise Damaged("tag")
        parts = [_decode_like(_decode(part), words) if isinstance(part, str) else part for part in parts]
    return _settle(joined(parts), masked, words)


def count_slots(answer: str, masked: Masked, form: Form, core: str) -> Counter[int]:
    """Return how often each slot can be found in an answer, for whoever wants to know what a service loses."""
    shape = _code(core) if form is Form.CODE else _tag(_tag_name(masked, core))
    return Counter(part.number for part in _cut(_decode(answer), shape.token) if isinstance(part, Slot))


@dataclass(frozen=True)
class _Shape:
    token: re.Pattern[str]
    residue: re.Pattern[str]


def _code(core: str) -> _Shape:
    gap = r"[\s-]{0,2}"
    letters = core.lower()
    start, end = gap.join(letters), gap.join(reversed(letters))
    return _Shape(
        re.compile(rf"{start}{gap}([0-9]{{1,4}}){gap}{end}"),
        re.compile(rf"{letters}|{letters[::-1]}|{start}{gap}[0-9]|[0-9]{gap}{end}"),
    )


def _tag(name: str) -> _Shape:
    tag = rf"{_LEFT}\s*{name}\s?([0-9]{{1,4}})\s*/?\s*{_RIGHT}"
    return _Shape(
        re.compile(rf"{tag}(?:\s*{_LEFT}\s*/\s*{name}\s?\1\s*{_RIGHT})?"),
        re.compile(rf"{_LEFT}\s*/?\s*{name}\s?[0-9]|(?<![a-z]){name}[0-9]+\s*/?\s*[>〉》›⟩]"),
    )


def _tag_name(masked: Masked, core: str) -> str:
    """Return x, or the core when the text itself has something like <x7/>."""
    residue = _tag("x").residue
    typed = (part for part in masked if isinstance(part, str))
    return core.lower() if any(residue.search(_fold(_decode(part))[0]) for part in typed) else "x"


def _escape(text: str, form: Form) -> str:
    if form is not Form.XML:
        return text
    return html.escape(_FORBIDDEN_IN_XML.sub(" ", text), quote=False)


def _decode(text: str) -> str:
    """Decode HTML entities once; only whole ones, because "&copy=2" is a piece of an address."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


def _decode_like(text: str, words: str) -> str:
    """Decode HTML entities until they are those of the words that were sent: what a writer spelt stays so."""
    wanted = sorted(_SPELT.findall(words))
    decoded = text
    for _ in range(3):
        if sorted(_SPELT.findall(decoded)) == wanted:
            return decoded
        decoded = _decode(decoded)
    return text if wanted else decoded


def _fold(text: str) -> tuple[str, list[int]]:
    """Return the text in plain width and lower case, and for each of its characters where it stood."""
    if text.isascii():
        return text.lower(), list(range(len(text) + 1))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for plain in unicodedata.normalize("NFKC", character).lower() if character not in _UNSEEN else "":
            folded.append(plain)
            places.append(place)
    return "".join(folded), [*places, len(text)]


def _cut(text: str, token: re.Pattern[str]) -> Iterator[Part]:
    folded, places = _fold(text)
    end = 0
    for match in token.finditer(folded):
        yield text[end : places[match.start()]]
        yield Slot(int(match[1]))
        end = places[match.end() - 1] + 1
    yield text[end:]


def _settle(parts: Masked, masked: Masked, words: str) -> Masked:
    """Give slots the space around them that the source had, and the whole its outer white space and one line."""
    apart = _slots_apart(masked)
    settled: list[Part] = []
    for place, part in enumerate(parts):
        if isinstance(part, Slot):
            before = settled[-1] if settled else ""
            if part.number in apart and isinstance(before, str) and before and _is_glued(before[-1]):
                settled.append(" ")
            settled.append(part)
            continue
        text = part if _BREAK.search(words) else _BREAK.sub(" ", part)
        text = text if "  " in words else _SPACES.sub(" ", text)
        text = text.lstrip() if place == 0 else text
        text = text.rstrip() if place == len(parts) - 1 else text
        glued = settled and place and re.match(r"[A-Za-z]{2}", text)
        if glued and isinstance(parts[place - 1], Slot) and parts[place - 1] in _followed_by_space(masked):
            text = f" {text}"
        settled.append(text)
    before, after = _outer_space(masked)
    return joined([before, *settled, after])


def _is_glued(character: str) -> bool:
    return character.isalnum() or character in ",.;:!?)"


def _slots_apart(masked: Masked) -> frozenset[int]:
    """Return the slots that begin the text or have white space in front of them."""
    return frozenset(
        part.number
        for before, part in zip(("", *masked), masked, strict=False)
        if isinstance(part, Slot) and isinstance(before, str) and (not before or before[-1].isspace())
    )


def _followed_by_space(masked: Masked) -> frozenset[Slot]:
    return frozenset(
        part
        for part, after in zip(masked, (*masked[1:], ""), strict=True)
        if isinstance(part, Slot) and isinstance(after, str) and (not after or after[0].isspace())
    )


def _outer_space(masked: Masked) -> tuple[str, str]:
    outline = "".join(part if isinstance(part, str) else "." for part in masked)
    bare = outline.strip()
    if not bare:
        return outline, ""
    start = outline.index(bare)
    return outline[:start], outline[start + len(bare) :]
