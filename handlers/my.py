"""/my: one's own language, nickname, hours, whether one wants work now, and what is translated for one."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.keystrokes import keystrokes
from bot.domain.people import WorkStatus
from bot.services import people
from bot.services.digest_plans import switch_own
from bot.services.people import Profile
from bot.slack import ids
from bot.slack.views import forms
from bot.slack.views import people as views
from bot.slack.views.digest_plans import digest_switched
from bot.slack.views.translation_replies import reads_set
from handlers.deps import Deps
from handlers.duty import own_hours
from handlers.forms import Fields
from handlers.grants import show_own
from handlers.heard import Answer, Heard
from handlers.listening import Sub, command_listener, form_listener, press_listener
from handlers.once import look, once, open_view
from handlers.quality import own_figures
from handlers.typed_digest import read_switch
from handlers.typed_translation import read_language

_LANGUAGES = {
    "ko": ("ko", "kr", "korean", "한국어", "한글", "한국말", "국어"),
    "en": ("en", "eng", "english", "영어", "영문"),
}
_STATUSES = {
    WorkStatus.WORKING: ("working", "work", "on", "일하기", "작업", "작업중", "근무", "복귀", "일"),
    WorkStatus.RESTING: ("resting", "rest", "off", "쉬기", "쉼", "휴식", "쉬는중", "쉴게요"),
}
# People type the words with the keyboard in either mode, as they do sub-commands.
_LANGUAGE_BY_KEYS = {keystrokes(word): code for code, words in _LANGUAGES.items() for word in words}
_STATUS_BY_KEYS = {keystrokes(word): status for status, words in _STATUSES.items() for word in words}


def register(app: App, deps: Deps) -> None:
    """Listen to everything about one's own settings."""
    subs: dict[str, Sub] = {
        "language": language,
        "nickname": nickname,
        "status": status,
        "translate": translate,
        "notify": notify,
        "hours": own_hours,
        "qualifications": show_own,
        "stats": own_figures,
    }
    app.command(deps.commands["my"])(command_listener("my", subs, show_profile))
    app.action(re.compile("^my:"))(
        press_listener({ids.MY_LANGUAGE: language, ids.MY_STATUS: status, ids.MY_NICKNAME: nickname_form})
    )
    app.view(ids.FORM_NICKNAME)(form_listener({ids.FORM_NICKNAME: nickname_filled}))


def show_profile(heard: Heard) -> Answer:
    """Show the person's settings with the buttons that change them."""
    return look(heard, lambda uow: _shown(heard, people.read_profile(uow, person_id=heard.me.person_id)))


def _shown(heard: Heard, profile: Profile) -> Answer:
    return views.profile(heard.speaking(profile.language).reader, profile).as_reply()


def language(heard: Heard, rest: str) -> Answer:
    """Change the language; the answer comes in the new one."""
    if not rest:
        return show_profile(heard)
    wanted = _LANGUAGE_BY_KEYS.get(keystrokes(rest.strip()), rest[:20])
    return _change(heard, lambda uow: people.set_language(uow, person_id=heard.me.person_id, language=wanted))


def status(heard: Heard, rest: str) -> Answer:
    """Say whether one wants work now."""
    if not rest:
        return show_profile(heard)
    wanted = _STATUS_BY_KEYS.get(keystrokes("".join(rest.split())))

    def change(uow: UnitOfWork) -> Profile:
        if wanted is None:
            raise Invalid("status", "unknown", rest[:20])
        return people.set_status(uow, person_id=heard.me.person_id, status=wanted)

    return _change(heard, change)


def translate(heard: Heard, rest: str) -> Answer:
    """Choose the language messages are translated into, or that nothing is."""
    if not rest:
        return show_profile(heard)

    def effect(uow: UnitOfWork) -> Answer:
        reads = read_language(rest)
        people.set_reads(uow, person_id=heard.me.person_id, reads=reads)
        return reads_set(heard.reader, reads).as_reply()

    return once(heard, effect)


def notify(heard: Heard, rest: str) -> Answer:
    """Have one's own figures as a message in the morning, or not; by a time if one is named."""

    def effect(uow: UnitOfWork) -> Answer:
        enabled, wanted = read_switch(rest)
        hhmm = switch_own(uow, person_id=heard.me.person_id, enabled=enabled, hhmm=wanted)
        return digest_switched(heard.reader, enabled, hhmm).as_reply()

    return once(heard, effect)


def nickname(heard: Heard, rest: str) -> Answer:
    """Change the nickname to what was typed, or open the form for it."""
    return rename(heard, rest) if rest else nickname_form(heard, "")


def rename(heard: Heard, name: str) -> Answer:
    """Change the nickname."""
    return _change(heard, lambda uow: people.set_nickname(uow, person_id=heard.me.person_id, nickname=name))


def nickname_form(heard: Heard, _value: str) -> Answer:
    """Open the form with the present nickname."""
    return open_view(heard, forms.nickname_form(heard.reader, heard.me.nickname))


def nickname_filled(heard: Heard, fields: Fields, _metadata: str) -> Answer:
    """Change the nickname from the form, which then closes."""
    answer = rename(heard, fields.text(ids.NICKNAME))
    return answer if "response_action" in answer else {}


def _change(heard: Heard, change: Callable[[UnitOfWork], Profile]) -> Answer:
    def effect(uow: UnitOfWork) -> Answer:
        return _shown(heard, change(uow))

    return once(heard, effect)
