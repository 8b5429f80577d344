"""Everything that real engines have been seen to do to texts, codes and connections."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable
from random import Random

from sandbox.engines.modes import Answer, Mishap, echo

_TOKEN = re.compile(r"(?P<code>[A-Z]{2,4}[0-9]+[A-Z]{2,4})|(?P<tag><[a-z]+[0-9]+/>)")
_ERROR_PAGE = (
    "<html><head><title>Error 500 (Server Error)!!1</title></head><body><p><b>500.</b> That’s an error."
    '</p><div class="result-container">Error 500 (Server Error)!!1500.That’s an error.</div></body></html>'
)

Corruption = Callable[[str, Random], str]


def _each(change: Callable[[str], str]) -> Corruption:
    return lambda text, _chance: _TOKEN.sub(lambda token: change(token[0]), text)


def _one(change: Callable[[str], str]) -> Corruption:
    def corrupt(text: str, chance: Random) -> str:
        tokens = list(_TOKEN.finditer(text))
        if not tokens:
            return text
        token = chance.choice(tokens)
        return text[: token.start()] + change(token[0]) + text[token.end() :]

    return corrupt


def _widen(token: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in token)


def _swap(text: str, chance: Random) -> str:
    tokens = [token[0] for token in _TOKEN.finditer(text)]
    chance.shuffle(tokens)
    return _TOKEN.sub(lambda _token: tokens.pop(), text)


def _spread(token: str) -> str:
    return re.sub(r"(?<=[A-Za-z<])(?=[0-9])|(?<=[0-9])(?=[A-Z/])", " ", token)


CORRUPTIONS: dict[str, Corruption] = {
    "spaced": _each(_spread),
    "lower": _each(str.lower),
    "wide": _each(_widen),
    "localised": _each(lambda token: token.translate({ord("<"): "【", ord(">"): "】"})),
    "hyphenated": _each(lambda token: re.sub(r"(?<=[A-Z])(?=[0-9])", "-", token)),
    "glued": lambda text, _chance: re.sub(r" (?=[A-Z]{2}[0-9]|<)", "", text),
    "padded": _each(lambda token: f"  {token}  "),
    "dropped": _one(lambda _token: ""),
    "doubled": _one(lambda token: f"{token} {token}"),
    "shortened": _one(lambda token: token[:-2]),
    "renumbered": _one(lambda token: re.sub("[0-9]+", lambda number: str(int(number[0]) + 1), token)),
    "translated": _one(lambda _token: "퀴즈7번"),
    "reordered": _swap,
    "escaped": lambda text, _chance: html.escape(text),
    "twice_escaped": lambda text, _chance: html.escape(html.escape(text)),
    "lines_eaten": lambda text, _chance: text.replace("\n", " "),
    "lines_added": lambda text, _chance: text.replace(". ", ".\n\n", 1),
    "looped": lambda text, _chance: f"{text} " + "the batch " * 12,
    "stuttered": lambda text, _chance: f"{text}{'네' * 60}",
    "empty": lambda _text, _chance: "",
    "blank": lambda _text, _chance: " \n ",
    "shortened_text": lambda text, _chance: text[: len(text) // 10],
    "linked": lambda text, _chance: f"{text} https://evil.example.com/login",
    "calling": lambda text, _chance: f"<!channel> {text}",
    "mentioning": lambda text, _chance: f"{text} <@U0EVIL>",
    "quota": lambda _text, _chance: "MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY.",
    "page": lambda _text, _chance: "Error 500 (Server Error)!!1500.That’s an error.There was an error.",
    "foreign": lambda _text, _chance: "これは日本語の文章です。とても長い文章です。",
}
"""By name; each takes the translation and gives what arrives instead."""


def mishaps(hang: float) -> dict[str, Mishap]:
    """Return everything that happens to connections and answers; a hang lasts so many seconds."""
    return {
        "error_page": Mishap(body=_ERROR_PAGE),
        "limited": Mishap(429, body="{}", retry_after="0"),
        "limited_long": Mishap(429, body="{}", retry_after="60"),
        "server_error": Mishap(500, body="<html><body>Internal Server Error</body></html>"),
        "unavailable": Mishap(503, body=""),
        "hang": Mishap(delay=hang),
        "drip": Mishap(drip=hang / 50),
        "cut": Mishap(cut=True),
        "garbled": Mishap(garbled=True),
        "not_json": Mishap(body="]["),
        "nothing": Mishap(body=""),
        "redirect": Mishap(302, body=""),
    }


def chaos(seed: int, inner: Answer = echo, *, share: float = 0.7, hang: float = 20.0) -> Answer:
    """Return an answer of which about `share` is corrupted or fails, by chance of the seed."""
    chance = Random(seed)
    lock = threading.Lock()
    names = [*CORRUPTIONS, *mishaps(hang)]

    def answer(text: str, source: str, target: str, provider: str) -> str | Mishap:
        said = inner(text, source, target, provider)
        with lock:
            name = chance.choice(names) if chance.random() < share else ""
            if isinstance(said, Mishap) or not name:
                return said
            if name in CORRUPTIONS:
                return CORRUPTIONS[name](said, chance)
            return mishaps(hang)[name]

    return answer
