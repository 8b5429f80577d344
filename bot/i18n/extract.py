"""`python -m bot.i18n.extract`: collect msgids from the code into both .po files, or `--check` them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog as Po
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_file

from bot.i18n.call_sites import unfilled_calls
from bot.i18n.catalogs import FALLBACK, LANGUAGES, LOCALE_DIRECTORY, catalog_path
from bot.i18n.josa import BadTemplate, placeholders
from bot.i18n.po_files import read_catalog, write_catalog

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("bot", "handlers")
# t("…"), t.plural("…", "…", n) and N_("…"); Babel looks at the last name before the bracket.
_KEYWORDS = {"t": None, "plural": (1, 2), "N_": None}

Msgid = str | tuple[str, str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 1 when `--check` found something, else 0."""
    parser = argparse.ArgumentParser(prog="python -m bot.i18n.extract", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when incomplete")
    parser.add_argument("--prune", action="store_true", help="forget translations the code no longer uses")
    options = parser.parse_args(arguments)
    if options.check:
        findings = check(ROOT, LOCALE_DIRECTORY)
        for finding in findings:
            _say(finding)
        _say(f"{len(findings)} problems in the message catalogs")
        return 1 if findings else 0
    for language in LANGUAGES:
        _say(update(ROOT, LOCALE_DIRECTORY, language, prune=options.prune))
    return 0


def msgids(root: Path) -> frozenset[Msgid]:
    """Every msgid written in the Python files of `bot/` and `handlers/` under `root`."""
    return frozenset(found for path in _sources(root) for found in _extract(path))


def update(root: Path, directory: Path, language: str, *, prune: bool = False) -> str:
    """Bring one .po file up to date and say what it holds.

    Translations are kept; those without a msgid in the code stay in the file as comments (`#~`) and return
    with their msgid, unless `prune` drops them. Nothing is guessed from similar messages.
    """
    path = catalog_path(directory, language)
    po = read_catalog(path, language)
    for message in list(po.obsolete.values()):
        if message.id not in po:
            po[message.id] = message
    po.obsolete.clear()
    template = Po()
    for msgid in msgids(root):
        template.add(msgid)
    po.update(template, no_fuzzy_matching=True, update_creation_date=False)
    for message in po:
        if message.fuzzy:
            # Babel marks a message fuzzy when it gains or loses its plural; its words are asked for again.
            message.flags.discard("fuzzy")
            message.string = ("",) * po.num_plurals if message.pluralizable else ""
    for key, message in list(po.obsolete.items()):
        if prune or not any(_strings(message)):
            del po.obsolete[key]
    write_catalog(path, language, po)
    open_count = len(_untranslated(po, language))
    return f"{language}: {len(po)} messages, {open_count} untranslated, {len(po.obsolete)} obsolete"


def check(root: Path, directory: Path) -> list[str]:
    """Return what keeps the catalogs from being complete, one finding a line; nothing is success."""
    wanted = msgids(root)
    findings = [
        finding for path in _sources(root) for finding in unfilled_calls(path, path.relative_to(root))
    ]
    plurals = {msgid[0] for msgid in wanted if isinstance(msgid, tuple)}
    findings += [f"code: {msgid!r} is used with and without a plural" for msgid in sorted(plurals & wanted)]
    for language in LANGUAGES:
        po = read_catalog(catalog_path(directory, language), language)
        known = {_key(message) for message in po if message.id}
        findings += [f"{language}: missing {msgid!r}" for msgid in sorted(wanted - known, key=str)]
        findings += [f"{language}: obsolete {msgid!r}" for msgid in sorted(known - wanted, key=str)]
        findings += [f"{language}: obsolete {message.id!r}" for message in po.obsolete.values()]
        findings += [f"{language}: untranslated {msgid!r}" for msgid in _untranslated(po, language)]
        for message in po:
            findings += [f"{language}: {problem}" for problem in _placeholder_problems(message)]
    return findings


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _sources(root: Path) -> list[Path]:
    return sorted(path for folder in SOURCES for path in (root / folder).rglob("*.py"))


def _extract(path: Path) -> Iterator[Msgid]:
    for _, found, _, _ in extract_from_file("python", path, keywords=_KEYWORDS):
        if isinstance(found, str):
            yield found
        elif len(found) >= 2 and found[0] and found[1]:
            yield found[0], found[1]


def _key(message: Message) -> Msgid:
    return message.id if isinstance(message.id, str) else (message.id[0], message.id[1])


def _strings(message: Message) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return tuple(string or "" for string in strings)


def _untranslated(po: Po, language: str) -> list[Msgid]:
    # The English file lists the msgids; its translations stay empty on purpose.
    if language == FALLBACK:
        return []
    return [_key(message) for message in po if message.id and (message.fuzzy or not all(_strings(message)))]


def _placeholder_problems(message: Message) -> Iterator[str]:
    if not message.id:
        return
    key = _key(message)
    try:
        wanted = placeholders(key if isinstance(key, str) else key[1])
        for string in filter(None, _strings(message)):
            if (given := placeholders(string)) != wanted:
                yield f"placeholders of {key!r} differ: {', '.join(sorted(given ^ wanted))}"
    except BadTemplate as error:
        yield f"{key!r}: {error}"


if __name__ == "__main__":
    sys.exit(main())
