"""Reads Slack's mrkdwn into a document and writes it again, character for character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.translation.document import GLUED, Document, Line, Span, SpanKind
from bot.translation.mrkdwn_tokens import LINK, MARKS, compose, live_token, unescape

TICKS = "```"
_FENCE = re.compile(r"```.+?```", re.DOTALL)
_HANGUL = "가-힣"

_ITEM = (
    r"(?:[•◦▪▫‣⁃·※▶▷►■□●○◆◇★☆✔✓→☞①-⑳]\ufe0e?(?!\ufe0f)[ \t]*|[-*–—][ \t]+"
    rf"|-(?=[{_HANGUL}])|(?:\(\d{{1,3}}\)|\d{{1,3}}(?:-\d{{1,3}})?[.)])(?:[ \t]+|$|(?=[{_HANGUL}])))"
)
ITEM_PREFIX = re.compile(rf"[ \t\u00a0\u3000]*{_ITEM}?")
"""Indent, and the bullet or number of a list item, typed or set by Slack; always matches."""
_PREFIX = re.compile(rf"(?:[ \t]*(?:&gt;|>))*[ \t\u00a0\u3000]*{_ITEM}?")

_PICTURE = (
    "[\u231a\u231b\u23e9-\u23f3\u23f8-\u23fa\u2600-\u27bf\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff]"
)
_TEXT_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u23ff\u24c2\u25a0-\u25ff"
    "\u2934\u2935\u3030\u303d\u3297\u3299]"
)
_TONE = "[\U0001f3fb-\U0001f3ff]"
_ONE = rf"(?:{_PICTURE}(?:\ufe0f|{_TONE})?|{_TEXT_PICTURE}\ufe0f)"
VISIBLE_EMOJI = re.compile(
    "\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"  # flags of regions
    "|[\U0001f1e6-\U0001f1ff]{2}"  # flags of countries
    "|[0-9#*]\ufe0f?\u20e3"  # keycaps
    rf"|{_ONE}(?:\u200d{_ONE})*|{_TONE}"
)
"""One emoji as people see it: joined families, skin tones, flags and keycaps are one."""

BARE_URL = re.compile(r"https?://(?:(?!&lt;|&gt;)[\w\-.~:/?#\[\]@!$&'()*+,;=%])+")
_ATOM = re.compile(
    r"(?P<code>`[^`\n]+`)|(?P<angle><[^<>\n]+>)|(?P<emoji>:(?P<name>[\w+'-]{1,100}):(?::skin-tone-[2-6]:)?)"
    rf"|(?P<url>{BARE_URL.pattern})|(?P<picture>{VISIBLE_EMOJI.pattern})"
)
_NUMBER_NAMES = frozenset({"+1", "-1", "100", "1234"})
_USER = re.compile(r"@([UW][A-Z0-9]+)(?:\|(.*))?")
_CHANNEL = re.compile(r"#([CGD][A-Z0-9]+)(?:\|(.*))?")
_GROUP = re.compile(r"!subteam\^([A-Z0-9]+)(?:\|@?(.*))?")
_BROADCAST = re.compile(r"!(here|channel|everyone|group)(?:\|.*)?")
_DATE = re.compile(r"!date\^\d{1,12}\^[^|^]+(?:\^[^|]+)?\|(.*)")


def from_mrkdwn(text: str) -> Document:
    """Return the document; `to_mrkdwn` of it is the same text, whatever the text is."""
    lines: list[Line] = []
    fresh, at = True, 0
    for fence in _FENCE.finditer(text):
        fresh = _add_words(lines, text[at : fence.start()], fresh=fresh, last=False)
        for code in fence[0].split("\n"):
            lines.append(Line((Span(SpanKind.TEXT, code),), "" if fresh else GLUED, fence=True))
            fresh = True
        fresh, at = False, fence.end()
    _add_words(lines, text[at:], fresh=fresh, last=True)
    return Document(tuple(lines))


def _add_words(lines: list[Line], text: str, *, fresh: bool, last: bool) -> bool:
    """Add what stands between two fences; `fresh` is whether its first line is a new one of the message.

    Returns the same for what follows.
    """
    *whole, rest = text.split("\n")
    for part in whole:
        if part or fresh:
            lines.append(_line(part, glued=not fresh))
        fresh = True
    if rest or (fresh and last):
        lines.append(_line(rest, glued=not fresh))
    return fresh and not rest


def _line(text: str, *, glued: bool) -> Line:
    if glued:
        return Line(_parse(text), GLUED)
    found = _PREFIX.match(text)
    prefix = found[0] if found else ""
    return Line(_parse(text[len(prefix) :]), prefix)


def to_mrkdwn(document: Document) -> str:
    """Return the document as mrkdwn, live mentions included: for people's own text, never for the bot's.

    Lines that were read from mrkdwn and not changed come out as they stood.
    """
    return join_lines(document.lines, [_write(line) for line in document.lines])


def join_lines(lines: Sequence[Line], written: Sequence[str]) -> str:
    """Return the written lines as one text, glued ones on the line they belong to."""
    seams = ("" if not index or is_glued(line) else "\n" for index, line in enumerate(lines))
    return "".join(seam + text for seam, text in zip(seams, written, strict=True))


def is_glued(line: Line) -> bool:
    """Say whether a line stands on the same line of the message as the one before it."""
    return line.prefix.startswith(GLUED)


def _write(line: Line) -> str:
    prefix = line.prefix.removeprefix(GLUED)
    if line.fence:
        return prefix + "".join(span.text for span in line.spans)
    stood = "".join(span.raw for span in line.spans)
    # What stood there is believed only while it says what the spans say.
    if _parse(stood) == line.spans:
        return prefix + stood
    return prefix + compose(line.spans, live_token)


def _parse(text: str) -> tuple[Span, ...]:
    """Return the spans of one line without its prefix; their `raw` joined is the text."""
    atoms = list(_find_atoms(text))
    active = _find_styles(text, atoms)
    line = _Spans()
    at = 0
    for start, end, atom in atoms:
        _add_text(line, text, at, start, active)
        line.add(replace(atom, raw=text[start:end]))
        at = end
    _add_text(line, text, at, len(text), active)
    return tuple(line.spans)


class _Spans:
    """A line's spans in the making: styles that are on, and marks that wait for what they stand before."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._on = dict.fromkeys(MARKS.values(), False)
        self._waiting = ""

    def turn(self, mark: str, *, on: bool) -> None:
        self._on[MARKS[mark]] = on
        if on:
            self._waiting += mark
        else:
            self.spans[-1] = replace(self.spans[-1], raw=self.spans[-1].raw + mark)

    def add(self, span: Span) -> None:
        bold, italic, strike = (self._on[flag] for flag in MARKS.values())
        span = replace(span, bold=bold, italic=italic, strike=strike, raw=self._waiting + span.raw)
        self._waiting = ""
        last = self.spans[-1] if self.spans else None
        if last and last.kind is span.kind is SpanKind.TEXT and _style(last) == _style(span):
            self.spans[-1] = replace(last, text=last.text + span.text, raw=last.raw + span.raw)
        else:
            self.spans.append(span)


def _style(span: Span) -> tuple[bool, bool, bool]:
    return span.bold, span.italic, span.strike


def _add_text(line: _Spans, text: str, at: int, end: int, active: dict[int, bool]) -> None:
    for index in range(at, end):
        if index in active:
            if at < index:
                line.add(Span(SpanKind.TEXT, unescape(text[at:index]), raw=text[at:index]))
            line.turn(text[index], on=active[index])
            at = index + 1
    if at < end:
        line.add(Span(SpanKind.TEXT, unescape(text[at:end]), raw=text[at:end]))


def _find_atoms(text: str) -> Iterator[tuple[int, int, Span]]:
    at = border = 0
    while found := _ATOM.search(text, at):
        start, end = found.span()
        span = _atom(found, touches_word=start > border and text[start - 1].isalnum())
        if span is None:
            at = end if found["angle"] else start + 1
            continue
        if found["url"]:
            end = start + len(trim_url(found[0]))
        yield start, end, span
        at = border = end


def _atom(found: re.Match[str], *, touches_word: bool) -> Span | None:
    whole = found[0]
    if found["code"]:
        return Span(SpanKind.CODE, unescape(whole[1:-1]))
    if found["url"]:
        return Span(SpanKind.LINK, unescape(trim_url(whole)))
    if found["angle"]:
        return _special(whole)
    if found["picture"] or _is_emoji_name(found["name"], touches_word=touches_word):
        return Span(SpanKind.EMOJI, whole)
    return None


def _is_emoji_name(name: str, *, touches_word: bool) -> bool:
    """Say whether `:name:` is an emoji, not part of a time or of words between colons."""
    if name != name.lower():
        return False
    if not any(char.isalpha() for char in name):
        return name in _NUMBER_NAMES and not touches_word
    return name.isascii() or not touches_word


def _special(whole: str) -> Span | None:
    inside = whole[1:-1]
    for kind, pattern in (
        (SpanKind.USER, _USER),
        (SpanKind.CHANNEL, _CHANNEL),
        (SpanKind.GROUP, _GROUP),
        (SpanKind.LINK, LINK),
    ):
        if found := pattern.fullmatch(inside):
            return Span(kind, unescape(found[1]), unescape(found[2] or ""))
    if found := _BROADCAST.fullmatch(inside):
        return Span(SpanKind.BROADCAST, "channel" if found[1] == "group" else found[1])
    if found := _DATE.fullmatch(inside):
        return Span(SpanKind.DATE, unescape(found[1]))
    return None


def trim_url(url: str) -> str:
    """Return an address found in running text without the full stop, bracket or particle after it."""
    while True:
        shorter = url.rstrip(".,;:!?'*_~)]")
        tail = re.search(rf"(?<=[^/{_HANGUL}=])[{_HANGUL}]+$", shorter)
        shorter = shorter[: tail.start()] if tail else shorter
        if shorter == url:
            return url
        url = shorter


def _find_styles(text: str, atoms: Sequence[tuple[int, int, Span]]) -> dict[int, bool]:
    """Return the places of the marks that Slack would turn into a style: True where it begins."""
    pairs: list[tuple[int, int]] = []
    begun: dict[str, int] = {}
    for index in _outside(len(text), atoms):
        mark = text[index]
        if mark not in MARKS:
            continue
        before, after = text[index - 1 : index] if index else "", text[index + 1 : index + 2]
        # Doubled marks are none: __NAME__ is what people copy from a program.
        if mark in (before, after):
            continue
        if mark in begun and not before.isspace() and not after.isalnum():
            pairs.append((begun.pop(mark), index))
        elif mark not in begun and not before.isalnum() and after.strip():
            begun[mark] = index
    active: dict[int, bool] = {}
    inner: list[int] = []
    for start, end in sorted(pairs):
        while inner and inner[-1] < start:
            inner.pop()
        if not inner or end < inner[-1]:
            inner.append(end)
            active |= {start: True, end: False}
    return active


def _outside(length: int, atoms: Sequence[tuple[int, int, Span]]) -> Iterator[int]:
    at = 0
    for start, end, _ in atoms:
        yield from range(at, start)
        at = end
    yield from range(at, length)
