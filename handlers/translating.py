"""The buttons under translations: the original, reporting, trying again, correcting; and the windows they open."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.db.models import Rendition
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import EmptyAnswer, NotFound
from bot.domain.translation import RenditionState
from bot.reports.translations import (
    RenditionFacts,
    TranslationFacts,
    read_card,
    read_relay_original,
)
from bot.services import correcting, renditions
from bot.services.correcting import MemoryEntry
from bot.services.policies import policy_of
from bot.slack import ids
from bot.slack.ids import FormRef, Ref, RelayRef
from bot.slack.views import translation_forms as forms
from bot.slack.views import translation_replies as views
from bot.slack.views import trouble
from bot.translation.memory import lessons
from bot.translation.mrkdwn_text import from_mrkdwn
from handlers import for_me
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import by_form_ref, by_ref, form_listener, old_button, press_listener
from handlers.once import look, once, open_form
from handlers.speaking import finish

View = dict[str, object]


def register(app: App, _deps: Deps) -> None:
    """Listen to everything about a translation that is there, and to the wish for one."""

    def correct(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        finish(ack, heard, fix_message(heard, body))

    app.action(re.compile("^(translation|relay):"))(
        press_listener(
            {
                ids.TRANSLATION_ORIGINAL: by_ref(show_original),
                ids.TRANSLATION_REPORT: by_ref(open_report),
                ids.TRANSLATION_RETRY: by_ref(retry),
                ids.TRANSLATION_GO_AHEAD: by_ref(go_ahead),
                ids.TRANSLATION_CORRECT: by_ref(open_correction),
                ids.TRANSLATION_DISMISS: by_ref(dismiss),
                ids.RELAY_ORIGINAL: show_relayed,
            }
        )
    )
    app.view(re.compile(f"^({ids.FORM_TRANSLATION_REPORT}|{ids.FORM_TRANSLATION_FIX})$"))(
        form_listener(
            {
                ids.FORM_TRANSLATION_REPORT: by_form_ref(reported),
                ids.FORM_TRANSLATION_FIX: by_form_ref(corrected),
            }
        )
    )
    app.shortcut(ids.TRANSLATION_FIX)(correct)
    for_me.register(app)


def _facts(uow: UnitOfWork, source_id: int) -> TranslationFacts:
    facts = read_card(uow.session, source_id)
    if facts is None or facts.deleted:
        raise NotFound("translation", str(source_id))
    return facts


def show_original(heard: Heard, ref: Ref) -> Answer:
    """Show what was written."""

    def build(uow: UnitOfWork) -> View:
        correcting.may_see(uow, person_id=heard.me.person_id, source_id=ref.id)
        return forms.original_modal(heard.reader, _facts(uow, ref.id))

    return open_form(heard, build)


def show_relayed(heard: Heard, value: str) -> Answer:
    """Show the words which the bot passed on in another language."""
    try:
        ref = RelayRef.parse(value)
    except ValueError:
        return old_button(heard)

    def build(uow: UnitOfWork) -> View:
        correcting.may_see_relay(uow, person_id=heard.me.person_id, kind=ref.kind, ref_id=ref.id)
        relay = read_relay_original(uow.session, ref.kind, ref.id)
        if relay is None:
            raise NotFound("translation", str(ref.id))
        return forms.relayed_original(heard.reader, relay)

    return open_form(heard, build)


def open_report(heard: Heard, ref: Ref) -> Answer:
    """Ask what is wrong with a translation."""

    def build(uow: UnitOfWork) -> View:
        correcting.may_see(uow, person_id=heard.me.person_id, source_id=ref.id)
        facts = _facts(uow, ref.id)
        if not any(one.state is RenditionState.DONE for one in facts.renditions):
            raise NotFound("translation", str(ref.id))
        return forms.report_form(heard.reader, facts)

    return open_form(heard, build)


def reported(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Tell those who can correct it; the window thanks."""

    def effect(uow: UnitOfWork) -> Answer:
        chosen = fields.text(ids.RENDITION)
        rendition_id = int(chosen) if chosen.isascii() and chosen.isdigit() else ref.ver
        correcting.report(
            uow, person_id=heard.me.person_id, rendition_id=rendition_id, note=fields.text(ids.NOTE)
        )
        thanks = trouble.notice(heard.reader.t, views.report_thanks(heard.reader))
        return {"response_action": "update", "view": thanks}

    return once(heard, effect)


def retry(heard: Heard, ref: Ref) -> Answer:
    """Try what failed in that channel once more."""

    def effect(uow: UnitOfWork) -> Answer:
        renditions.retry(uow, person_id=heard.me.person_id, source_id=ref.id)
        return views.retrying(heard.reader).as_reply()

    return once(heard, effect)


def go_ahead(heard: Heard, ref: Ref) -> Answer:
    """Translate a text that waited for somebody to want it."""

    def effect(uow: UnitOfWork) -> Answer:
        renditions.go_ahead(uow, person_id=heard.me.person_id, source_id=ref.id)
        return views.going_ahead(heard.reader).as_reply()

    return once(heard, effect)


def open_correction(heard: Heard, ref: Ref) -> Answer:
    """Open the window in which a reported translation is corrected."""

    def build(uow: UnitOfWork) -> View:
        correcting.may_fix(uow, person_id=heard.me.person_id, rendition_id=ref.id, ver=ref.ver)
        facts, _rendition = _of_rendition(uow, ref.id)
        return forms.fix_form(heard.reader, facts, ref.id)

    return open_form(heard, build)


def _of_rendition(uow: UnitOfWork, rendition_id: int) -> tuple[TranslationFacts, RenditionFacts]:
    rendition = uow.session.get(Rendition, rendition_id)
    facts = _facts(uow, rendition.source_id) if rendition is not None else None
    for one in facts.renditions if facts is not None else ():
        if facts is not None and one.rendition_id == rendition_id:
            return facts, one
    raise NotFound("translation", str(rendition_id))


def fix_message(heard: Heard, body: dict[str, Any]) -> Answer:
    """Open that window for a message or for a translation of ours, whichever the shortcut was used on."""
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or "")
    found: list[tuple[TranslationFacts, RenditionFacts]] = []

    def read(uow: UnitOfWork) -> Answer:
        source_id = correcting.find_posted(
            uow.session, team_id=heard.me.team_id, channel=channel, ts=str(message.get("ts") or "")
        )
        facts = read_card(uow.session, source_id) if source_id is not None else None
        chosen = _worth_fixing(facts, heard.reader.language) if facts else None
        if facts is None or chosen is None:
            return views.nothing_to_fix(heard.reader).as_reply()
        correcting.may_fix(uow, person_id=heard.me.person_id, rendition_id=chosen.rendition_id)
        found.append((facts, chosen))
        return {}

    answer = look(heard, read)
    if not found:
        return answer
    facts, chosen = found[0]
    return open_form(heard, lambda _uow: forms.fix_form(heard.reader, facts, chosen.rendition_id))


def _worth_fixing(facts: TranslationFacts, language: str) -> RenditionFacts | None:
    """Return the translation into the person's own language, else any that is there or could not be made."""
    order = (RenditionState.DONE, RenditionState.FAILED)
    found = [one for one in facts.renditions if one.state in order and not facts.deleted]
    return min(found, key=lambda one: (order.index(one.state), one.language != language), default=None)


def corrected(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Put the corrected words everywhere they stand, and remember them."""

    def effect(uow: UnitOfWork) -> Answer:
        words = forms.read_fixed(fields.texts, ref.round)
        if not words.strip():
            raise EmptyAnswer(f"{ids.TEXT}0")
        document = from_mrkdwn(words)
        facts, rendition = _of_rendition(uow, ref.id)
        source = rendition.source_language or facts.language
        names = policy_of(uow.session, facts.project_id).names
        taught = lessons(facts.document, document, names=names) if source else {}
        entries = [MemoryEntry(source or "", rendition.language, key, text) for key, text in taught.items()]
        correcting.fix(
            uow,
            person_id=heard.me.person_id,
            rendition_id=ref.id,
            document=document.dump(),
            entries=entries,
            ver=ref.ver,
        )
        thanks = trouble.notice(heard.reader.t, views.fixed(heard.reader, remembered=bool(entries)))
        return {"response_action": "update", "view": thanks}

    return once(heard, effect)


def dismiss(heard: Heard, ref: Ref) -> Answer:
    """Close a report; the translation was right."""

    def effect(uow: UnitOfWork) -> Answer:
        correcting.dismiss_report(uow, person_id=heard.me.person_id, rendition_id=ref.id)
        return views.dismissed(heard.reader).as_reply()

    return once(heard, effect)
