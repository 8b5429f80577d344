"""Message catalogs: English msgids in the code, translations in gettext .po files, read once at start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.pofile import read_po

from bot.i18n.josa import BadTemplate, fill, placeholders

LANGUAGES = ("ko", "en")
FALLBACK = "en"
LOCALE_DIRECTORY = Path(__file__).parent / "locale"

_Messages = Mapping[str | tuple[str, str], str]


class MissingTranslation(LookupError):
    """A strict catalog was asked for a msgid that nobody has translated."""


class BrokenCatalog(ValueError):
    """A .po file holds a translation that could not be filled with the values its msgid receives."""


def N_(msgid: str) -> str:  # noqa: N802 - the name gettext tools know
    """Mark a msgid for extraction where it is written but not yet said."""
    return msgid


class Catalog:
    """Says a msgid in one language: `t("Task {task} is yours.", task="T-1")`.

    A translation that does not exist falls back to the English msgid, or raises MissingTranslation when
    strict.
    """

    def __init__(self, language: str, messages: _Messages | None = None, *, strict: bool = False) -> None:
        self.language = language
        self._messages: _Messages = messages if messages is not None else {}
        self._strict = strict and language != FALLBACK

    def __call__(self, msgid: str, /, **values: object) -> str:
        """Return the message with its `{placeholders}` filled. Raises KeyError when a value is missing."""
        return fill(self._find(msgid, msgid), values)

    def plural(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """Return the message for a count; `{n}` is the count with thousands separators."""
        english = singular if n == 1 else plural
        # Korean has one form for every count; English finds its two forms in the msgid itself.
        template = english if self.language == FALLBACK else self._find((singular, plural), english)
        return fill(template, {"n": f"{n:,}", **values})

    def __repr__(self) -> str:
        return f"Catalog({self.language!r}, {len(self._messages)} messages)"

    def _find(self, key: str | tuple[str, str], english: str) -> str:
        found = self._messages.get(key)
        if found:
            return found
        if self._strict:
            raise MissingTranslation(f"{self.language}: {key!r}")
        return english


class Catalogs(Mapping[str, Catalog]):
    """Catalogs by language code. An unknown language is answered in English, "ko-KR" in Korean."""

    def __init__(self, by_language: Mapping[str, Catalog]) -> None:
        self._by_language = dict(by_language)

    def __getitem__(self, language: str) -> Catalog:
        base = language.replace("_", "-").split("-", 1)[0].lower()
        return self._by_language.get(base, self._by_language[FALLBACK])

    def __contains__(self, language: object) -> bool:
        return language in self._by_language

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_language)

    def __len__(self) -> int:
        return len(self._by_language)


def load_catalogs(directory: Path | None = None, *, strict: bool = False) -> Catalogs:
    """Read every language's messages now, so that a broken file stops the start and not a message.

    Raises FileNotFoundError when a language has no file and BrokenCatalog when a translation asks for values
    its msgid does not have. `strict` is for tests: a missing translation then raises when it is said.
    """
    root = directory or LOCALE_DIRECTORY
    return Catalogs(
        {language: Catalog(language, _read(root, language), strict=strict) for language in LANGUAGES}
    )


def catalog_path(directory: Path, language: str) -> Path:
    """Where gettext looks for the messages of one language."""
    return directory / language / "LC_MESSAGES" / "messages.po"


def _read(root: Path, language: str) -> _Messages:
    with catalog_path(root, language).open("rb") as file:
        po = read_po(file, locale=language, abort_invalid=True)
    messages: dict[str | tuple[str, str], str] = {}
    for message in po:
        if not message.id or message.fuzzy:
            continue
        key = (message.id[0], message.id[1]) if isinstance(message.id, list | tuple) else message.id
        said = message.string[0] if isinstance(message.string, list | tuple) else message.string
        if said:
            _require_fillable(language, key, said)
            messages[key] = said
    return messages


def _require_fillable(language: str, key: str | tuple[str, str], said: str) -> None:
    asked = placeholders(key if isinstance(key, str) else key[1])
    try:
        unknown = placeholders(said) - asked
    except BadTemplate as error:
        raise BrokenCatalog(f"{language}: {key!r}: {error}") from None
    if unknown:
        raise BrokenCatalog(f"{language}: {key!r} has no value for {', '.join(sorted(unknown))}")
