"""A translation for one person: by a flag under a message, or by the shortcut. Only they see it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.db.models import Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.translation import READABLE, RenditionState
from bot.reports.translations import TranslationFacts, read_card
from bot.services import correcting, people
from bot.services.access import find_person
from bot.services.leaks import is_leak
from bot.services.metering import meter
from bot.services.policies import policy_here
from bot.slack import ids
from bot.slack.content import Content
from bot.slack.views import translations as views
from bot.slack.views.leaks import left_alone
from bot.translation.document import Document, SpanKind
from bot.translation.pipeline import Policy, TranslationFailed
from bot.translation.redact import redacted
from bot.translation.rich_text import read
from handlers.flags import FLAGS
from handlers.heard import Answer, Heard
from handlers.once import look, once
from handlers.speaking import finish, show_there, whisper

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 20.0
_NAMES = 50
"""So many mentioned people are looked up; nobody reads on to the names behind them."""


@dataclass(frozen=True)
class _Wish:
    """What is to be translated for whom: a message as Slack stores it, and how the answer reaches them."""

    channel: str
    ts: str
    thread_ts: str | None
    target: str
    tell: Callable[[Content], None]


def register(app: App) -> None:
    """Listen to the shortcut; flags are heard with the other reactions."""

    def chosen(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        finish(ack, heard, by_shortcut(heard, body))

    app.shortcut(ids.TRANSLATION_FOR_ME)(chosen)


def by_flag(heard: Heard, event: dict[str, Any]) -> None:
    """Translate the message somebody put a flag under into the flag's language."""
    item = event.get("item") or {}
    target = FLAGS.get(str(event.get("reaction")))
    if target is None or item.get("type") != "message":
        return
    channel, ts = str(item["channel"]), str(item["ts"])

    def begin() -> None:
        message = heard.deps.gateway.read_message(channel, ts)
        if message is None:
            return
        # A message with replies names itself as its thread; whoever flags it looks at the channel.
        thread = None if message.get("thread_ts") in (None, ts) else str(message["thread_ts"])
        wish = _Wish(channel, ts, thread, target, lambda content: show_there(heard, channel, thread, content))
        _translate(heard, message, wish)

    once(heard, lambda _uow: {}, then=lambda: heard.deps.translations.run("a flag", begin))


def by_shortcut(heard: Heard, body: dict[str, Any]) -> Answer:
    """Translate a message into what the person reads."""
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or "")
    thread = str(message.get("thread_ts") or "") or None

    def effect(uow: UnitOfWork) -> Answer:
        profile = people.read_profile(uow, person_id=heard.me.person_id)
        targets.append(profile.reads if profile.reads in READABLE else profile.language)
        return {}

    def begin() -> None:
        ts = str(message.get("ts") or "")
        wish = _Wish(channel, ts, thread, targets[0], lambda content: whisper(heard, content.as_reply()))
        _translate(heard, message, wish)

    targets: list[str] = []
    return once(heard, effect, then=lambda: heard.deps.translations.run("a translation for one", begin))


@dataclass(frozen=True)
class _Found:
    """What the database knows of the message, and under whose rules it may be translated."""

    facts: TranslationFacts | None
    policy: Policy


def _translate(heard: Heard, message: dict[str, Any], wish: _Wish) -> None:
    found: list[_Found] = []

    def read_rules(uow: UnitOfWork) -> Answer:
        me = heard.me
        if is_leak(uow.session, team_id=me.team_id, channel=wish.channel, ts=wish.ts):
            return left_alone(heard.reader).as_reply()
        source_id = correcting.find_posted(uow.session, team_id=me.team_id, channel=wish.channel, ts=wish.ts)
        facts = read_card(uow.session, source_id) if source_id is not None else None
        policy = policy_here(
            uow,
            person_id=me.person_id,
            team_id=me.team_id,
            channel=wish.channel,
            project_id=facts.project_id if facts else None,
        )
        found.append(_Found(_as_seen_in(wish.channel, facts) if facts else None, policy))
        return {}

    refused = look(heard, read_rules)
    if not found:
        wish.tell(Content(refused["text"], refused["blocks"]))
        return
    facts = found[0].facts
    ready = _standing(facts, wish.target) if facts else None
    if ready is not None:
        wish.tell(ready(heard))
    elif facts is not None and facts.language == wish.target:
        # Under our own translation the wish is for what was really written.
        wish.tell(views.for_me(heard.reader, facts.document, facts.names))
    else:
        document = facts.document if facts else read(_text(message), message.get("blocks"))
        wish.tell(_made(heard, document, found[0].policy, wish.target))


def _as_seen_in(channel: str, facts: TranslationFacts) -> TranslationFacts | None:
    """Return a message as people of this channel may see it: numbers of its twin's author stay over there."""
    if facts.deleted or channel == facts.channel:
        return None if facts.deleted else facts
    renditions = tuple(
        replace(one, document=redacted(one.document) if one.document is not None else None)
        for one in facts.renditions
    )
    return replace(facts, document=redacted(facts.document), renditions=renditions)


def _text(message: dict[str, Any]) -> str:
    return str(message.get("text") or "")


def _standing(facts: TranslationFacts, target: str) -> Callable[[Heard], Content] | None:
    """Return what shows the translation that stands already, with its corrections."""
    for one in facts.renditions:
        if one.language == target and one.state is RenditionState.DONE and one.document is not None:
            document, flags, by_hand = one.document, one.flags, one.corrected
            return lambda heard: views.for_me(heard.reader, document, facts.names, flags, corrected=by_hand)
    return None


def _made(heard: Heard, document: Document, policy: Policy, target: str) -> Content:
    try:
        rendered = heard.deps.translator.translate(document, target=target, policy=policy, prior=None)
    except TranslationFailed as failure:
        log.warning("a translation for one person failed: %s", failure.reason)
        return views.for_me_failed(heard.reader)
    if rendered.characters:
        _count(heard, policy.scope, rendered.characters)
    if not rendered.needed:
        return views.for_me_needless(heard.reader)
    return views.for_me(heard.reader, rendered.document, _names(heard, rendered.document), rendered.flags)


def _count(heard: Heard, project_id: int, characters: int) -> None:
    """Add to the day's account; what somebody asks for by name is translated beyond its limits as well."""
    with heard.deps.transaction(patience=_PATIENCE_SECONDS) as uow:
        project = uow.session.get_one(Project, project_id)
        meter(
            uow,
            project,
            heard.me.person_id,
            characters=characters,
            avoided=0,
            limits=heard.deps.limits,
        )


def _names(heard: Heard, document: Document) -> dict[str, str]:
    """Return the nicknames of those who are mentioned and have joined."""
    users = {span.text for line in document.lines for span in line.spans if span.kind is SpanKind.USER}
    with heard.deps.transaction.reading() as session:
        uow = UnitOfWork(session, heard.reader.now, reading=True)
        known = {user: find_person(uow, team=heard.team, user=user) for user in sorted(users)[:_NAMES]}
    return {user: person.nickname for user, person in known.items() if person is not None}
