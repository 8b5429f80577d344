"""The engines that the settings name, and the translator that is made of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy.exc import SQLAlchemyError

from bot.db.unit_of_work import DatabaseBusy, Transactions
from bot.domain.translation import Limits, Trust
from bot.services.engine_trouble import tell_admins
from bot.services.translation_store import DatabaseCache, DatabaseMemory
from bot.settings import EngineName, TranslationSettings
from bot.translation.cache import Cache
from bot.translation.chain import Chain
from bot.translation.engines.engine import Engine, Fault
from bot.translation.pipeline import Translator

_LIBRE_KEY = "LIBRETRANSLATE_API_KEY"
_OPENAI_KEY = "TRANSLATION_API_KEY"
_DEEPL_KEY = "DEEPL_API_KEY"
_PAPAGO_KEYS = ("PAPAGO_KEY_ID", "PAPAGO_KEY")
_NEEDED_KEYS: dict[EngineName, tuple[str, ...]] = {
    EngineName.DEEPL: (_DEEPL_KEY,),
    EngineName.PAPAGO: _PAPAGO_KEYS,
}
_ENGINE_KEYS = (_LIBRE_KEY, _OPENAI_KEY, _DEEPL_KEY, *_PAPAGO_KEYS)

_PACE: dict[EngineName, float] = {
    EngineName.DEEPL: 5.0,
    EngineName.PAPAGO: 5.0,
    EngineName.LIBRE: 5.0,
    EngineName.OPENAI: 2.0,
    EngineName.GOOGLE_WEB: 1.0,
}
"""Calls a second where the settings name no other pace."""

_log = logging.getLogger(__name__)


def make_limits(settings: TranslationSettings) -> Limits:
    """Return how much may be translated without anybody wishing for it."""
    return Limits(
        person_day=settings.characters_per_person_day,
        project_day=settings.characters_per_project_day,
        long_paste=settings.long_paste,
    )


def make_engines(settings: TranslationSettings, environ: Mapping[str, str]) -> tuple[Engine, ...]:
    """Return the configured engines in their order, without those whose key the environment lacks.

    Nothing is asked of anybody yet.
    """
    return tuple(
        _make_engine(name, settings, environ)
        for name in settings.engines
        if all(environ.get(key) for key in _NEEDED_KEYS.get(name, ()))
    )


def _make_engine(name: EngineName, settings: TranslationSettings, environ: Mapping[str, str]) -> Engine:
    rate = settings.calls_per_second.get(name, _PACE[name])
    # Each brings libraries of its own, which take time and memory: those that nobody configured stay away.
    if name is EngineName.DEEPL:
        from bot.translation.engines.deepl import DeepL

        return DeepL(environ[_DEEPL_KEY], base_url=settings.deepl_url or None, rate=rate)
    if name is EngineName.PAPAGO:
        from bot.translation.engines.papago import Papago

        key_id, key = (environ[variable] for variable in _PAPAGO_KEYS)
        return Papago(key_id, key, base_url=settings.papago_url, rate=rate)
    if name is EngineName.LIBRE:
        from bot.translation.engines.libre import LibreTranslate

        trust = Trust.LOCAL if settings.libre_local else Trust.CLOUD
        return LibreTranslate(settings.libre_url, key=environ.get(_LIBRE_KEY, ""), trust=trust, rate=rate)
    if name is EngineName.OPENAI:
        from bot.translation.engines.openai_compatible import OpenAICompatible

        trust = Trust.LOCAL if settings.openai_local else Trust.CLOUD
        key = environ.get(_OPENAI_KEY, "")
        return OpenAICompatible(settings.openai_url, settings.openai_model, key=key, trust=trust, rate=rate)
    from bot.translation.engines.google_web import GoogleWeb

    return GoogleWeb(rate=rate)


def make_translator(
    settings: TranslationSettings,
    environ: Mapping[str, str],
    transactions: Transactions,
    *,
    salt: str,
) -> Translator:
    """Return what translates: the engines, what they answered before, and what people corrected.

    `salt` is a secret that is the same in every process. An engine that refuses its key is reported to the admins.
    """

    def report(engine: str, fault: Fault) -> None:
        try:
            with transactions(patience=5.0) as uow:
                tell_admins(uow, engine=engine, fault=fault.value)
        except (DatabaseBusy, SQLAlchemyError) as error:
            # Its log line stays, and the next refusal after a success is reported again.
            _log.error("nobody could be told of the engine %s: %s", engine, type(error).__name__)

    # Keys of the cache must be the same in every process and after a restart, and nobody's guess.
    secret = sha256(b"gagyo translations " + salt.encode()).digest()
    cache = Cache(DatabaseCache(transactions), secret)
    engines = make_engines(settings, environ)
    chain = Chain(engines, cache, deadline=settings.deadline_seconds, on_trouble=report)
    return Translator(chain, DatabaseMemory(transactions))


def engine_keys(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return every key of an engine that is set."""
    return tuple(value for name in _ENGINE_KEYS if (value := environ.get(name)))


def missing_keys(settings: TranslationSettings, environ: Mapping[str, str]) -> list[str]:
    """Return a line for each key that a configured engine needs and the environment lacks."""
    return [
        f"{key} is not set (translation.engines names {name})"
        for name in settings.engines
        for key in _NEEDED_KEYS.get(name, ())
        if not environ.get(key)
    ]


def notes_of(settings: TranslationSettings) -> list[str]:
    """Return what an operator should know although nothing is wrong, a line each."""
    if not settings.engines:
        return ["translation.engines is empty: no engine is configured, so nothing can be translated"]
    if settings.engines == (EngineName.GOOGLE_WEB,):
        return ['translation.engines has google_web only: it serves no project but those set to "open"']
    return []
