"""/ask, the message shortcut, whatever else asks, and the buttons of answers."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt import Ack, App, BoltContext

from bot.answers.topics import Topic, is_question, topic_of
from bot.db.models import Question
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid, NotFound
from bot.domain.keystrokes import keystrokes
from bot.domain.questions import Judgement, Place
from bot.reports.questions import read_kept
from bot.services import handovers, questions
from bot.services.leaks import is_leak
from bot.services.question_channels import is_question_channel
from bot.services.questions import Asked, Spot
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import questions as views
from bot.slack.views.leaks import left_alone
from handlers.asking import ask, search
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import HELP, by_form_ref, by_ref, form_listener, press_listener
from handlers.once import look, once, open_form
from handlers.speaking import finish


def register(app: App, deps: Deps) -> None:
    """Listen to the command, to the shortcut and to the buttons under answers."""

    def listen(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        finish(ack, heard, typed(heard, str(body.get("text") or "")))

    def shortcut(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        heard: Heard = context["heard"]
        finish(ack, heard, about_message(heard, body))

    app.command(deps.commands["ask"])(listen)
    app.shortcut(ids.ASK_MESSAGE)(shortcut)
    app.action(re.compile("^ask:"))(
        press_listener(
            {
                ids.ASK_HELPFUL: by_ref(helpful),
                ids.ASK_NOT_HELPFUL: by_ref(open_judgement),
                ids.ASK_HUMAN: by_ref(ask_human),
                ids.ASK_ME_TOO: by_ref(me_too),
                ids.ASK_SHARE: by_ref(share),
                ids.ASK_PROJECT: by_ref(choose_project),
                ids.ASK_OLD: by_ref(show_old),
            }
        )
    )
    app.view(ids.FORM_JUDGE)(form_listener({ids.FORM_JUDGE: by_form_ref(judged)}))


def typed(heard: Heard, text: str) -> Answer:
    """Ask what was typed behind the command."""
    if not text.strip() or keystrokes(text.strip()) in HELP:
        return views.how_to_ask(heard.reader).as_reply()
    channel = str(heard.body.get("channel_id") or "") or None
    return ask(heard, text, Spot(Place.COMMAND, channel))


def about_message(heard: Heard, body: dict[str, Any]) -> Answer:
    """Ask the words of somebody's message; only who used the shortcut sees the answer, and may share it."""
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id") or "") or None
    ts, thread = str(message.get("ts") or "") or None, str(message.get("thread_ts") or "") or None
    with heard.deps.transaction.reading() as session:
        if is_leak(session, team_id=heard.me.team_id, channel=channel or "", ts=ts or ""):
            return left_alone(heard.reader).as_reply()
    return ask(heard, str(message.get("text") or ""), Spot(Place.SHORTCUT, channel, ts, thread))


def hear_event(heard: Heard, event: dict[str, Any]) -> None:
    """Ask what somebody wrote to the bot, or what sounds like a question in a question channel.

    In a thread only a mention asks: people talk there with each other.
    """
    text = str(event.get("text") or "")
    channel, ts = str(event.get("channel") or "") or None, str(event.get("ts") or "") or None
    thread = str(event.get("thread_ts") or "") or None
    if event.get("type") == "app_mention":
        ask(heard, text, Spot(Place.MENTION, channel, ts, thread))
    elif event.get("channel_type") == "im":
        ask(heard, text, Spot(Place.DIRECT, channel, ts, thread))
    elif channel is not None and thread is None and _is_for_everybody(heard, text, channel):
        ask(heard, text, Spot(Place.CHANNEL, channel, ts, thread))


def _is_for_everybody(heard: Heard, text: str, channel: str) -> bool:
    """Say whether a message in a channel is a question the bot answers there unasked."""
    # The cheap tests come first: most of what is said in channels is no question at all. One that mentions the
    # bot comes as a mention too; whichever is first is taken up.
    if not is_question(text) or topic_of(text) is Topic.CHIT_CHAT:
        return False
    team_id = heard.me.team_id
    with heard.deps.transaction.reading() as session:
        uow = UnitOfWork(session, heard.reader.now, reading=True)
        return is_question_channel(uow, team_id=team_id, channel=channel)


def helpful(heard: Heard, ref: Ref) -> Answer:
    """Keep that an answer helped."""
    return _judge(heard, ref.id, Judgement.HELPFUL)


def _judge(heard: Heard, question_id: int, judgement: Judgement) -> Answer:
    def effect(uow: UnitOfWork) -> Answer:
        questions.judge(uow, person_id=heard.me.person_id, question_id=question_id, judgement=judgement)
        return views.thanks(heard.reader).as_reply()

    return once(heard, effect)


def open_judgement(heard: Heard, ref: Ref) -> Answer:
    """Ask what was the matter."""

    def build(uow: UnitOfWork) -> dict[str, object]:
        questions.require_reader(uow, heard.me.person_id, questions.load_question(uow, ref.id))
        return views.judge_form(heard.reader, ref.id)

    return open_form(heard, build)


def judged(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Keep what was the matter; the form closes."""

    def effect(uow: UnitOfWork) -> Answer:
        chosen = fields.text(ids.JUDGEMENT)
        if chosen not in set(Judgement):
            raise Invalid(ids.JUDGEMENT, "unknown")
        questions.judge(uow, person_id=heard.me.person_id, question_id=ref.id, judgement=Judgement(chosen))
        return {}

    return once(heard, effect)


def ask_human(heard: Heard, ref: Ref) -> Answer:
    """Hand the question to people."""

    def effect(uow: UnitOfWork) -> Answer:
        done = handovers.hand_over(uow, person_id=heard.me.person_id, question_id=ref.id)
        return views.handed_over(heard.reader, done.told, done.joined).as_reply()

    return once(heard, effect)


def me_too(heard: Heard, ref: Ref) -> Answer:
    """Keep that somebody has the same question."""

    def effect(uow: UnitOfWork) -> Answer:
        questions.follow(uow, person_id=heard.me.person_id, question_id=ref.id)
        handed = uow.session.get_one(Question, ref.id).handover_id is not None
        return views.following(heard.reader, handed).as_reply()

    return once(heard, effect)


def share(heard: Heard, ref: Ref) -> Answer:
    """Put one's own answer where others read it."""

    def effect(uow: UnitOfWork) -> Answer:
        questions.share(uow, person_id=heard.me.person_id, question_id=ref.id)
        return views.shared(heard.reader).as_reply()

    return once(heard, effect)


def choose_project(heard: Heard, ref: Ref) -> Answer:
    """Say which project a question is about; then it is looked for."""
    found: list[tuple[Asked, Spot]] = []

    def effect(uow: UnitOfWork) -> Answer:
        asked = questions.choose_project(
            uow, person_id=heard.me.person_id, question_id=ref.id, project_id=ref.ver
        )
        if asked is None:
            return {}
        stored = uow.session.get_one(Question, ref.id)
        found.append((asked, Spot(stored.place, stored.channel, stored.ts, stored.thread_ts)))
        return views.searching(heard.reader).as_reply()

    def follow_up() -> None:
        if found:
            heard.deps.searches.run("a question", lambda: search(heard, *found[0]))

    return once(heard, effect, then=follow_up)


def show_old(heard: Heard, ref: Ref) -> Answer:
    """Show the answer to a similar question."""

    def read(uow: UnitOfWork) -> Answer:
        question = questions.load_question(uow, ref.id)
        questions.require_reader(uow, heard.me.person_id, question)
        # The button names both, so that nobody reads answers of projects they are not in.
        kept = read_kept(uow.session, ref.ver) if question.answer.get("similar") == ref.ver else None
        if kept is None:
            raise NotFound("faq", str(ref.ver))
        return views.old_answer(heard.reader, kept).as_reply()

    return look(heard, read)
