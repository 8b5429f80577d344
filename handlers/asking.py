"""From a question to its answer: stored at once, looked for in threads of its own, said where it was asked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.answers.bands import Band
from bot.answers.desk import Finding
from bot.answers.found import Hit
from bot.answers.topics import Topic, topic_of
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import EmptyAnswer
from bot.domain.questions import Outcome, Place
from bot.outbox.queue import enqueue
from bot.reports.desk_material import Material, read_material, read_stamp
from bot.reports.questions import Cited, read_answer
from bot.services import questions
from bot.services.questions import Asked, Said, Spot
from bot.slack.content import Content
from bot.slack.failures import SlackFailure
from bot.slack.views import questions as views
from handlers.errors import survive
from handlers.heard import Answer, Heard, Kind
from handlers.once import once
from handlers.speaking import say_in_dm

log = logging.getLogger(__name__)

_PATIENCE_SECONDS = 20.0
"""How long a found answer waits for its turn to be written; the person waits longer than that for a human."""

_EXCERPT = 600
_CITED = 3


def ask(heard: Heard, text: str, spot: Spot) -> Answer:
    """Store a question and look for its answer after this request; what has to be said at once is returned.

    What somebody wrote in a channel or a message has no acknowledgement to be answered in, so there nothing
    is returned and everything goes where the answer will go.
    """
    found: list[Asked] = []
    said: list[Answer] = []

    def effect(uow: UnitOfWork) -> Answer:
        try:
            asked = questions.ask(uow, person_id=heard.me.person_id, text=text, spot=spot)
        except EmptyAnswer:
            said.append(views.how_to_ask(heard.reader).as_reply())
            return _at_once(heard, said[0])
        if asked is None:
            return {}
        topic = topic_of(asked.text)
        if topic is not None:
            said.append(_topic(uow, heard, asked, topic))
            return _at_once(heard, said[0])
        if asked.project_id is None:
            said.append(views.which_project(heard.reader, asked.question_id, asked.choices).as_reply())
            return _at_once(heard, said[0])
        found.append(asked)
        return _at_once(heard, views.searching(heard.reader).as_reply())

    def follow_up() -> None:
        if found:
            heard.deps.searches.run("a question", lambda: search(heard, found[0], spot))
        elif said and heard.kind is Kind.EVENT:
            say_in_dm(heard, said[0])

    answer = once(heard, effect, then=follow_up)
    if heard.kind is not Kind.EVENT:
        return answer
    if answer.get("trouble"):
        heard.deps.afterwards.run("answering a question", lambda: say_in_dm(heard, answer))
    return {}


def _at_once(heard: Heard, answer: Answer) -> Answer:
    return {} if heard.kind is Kind.EVENT else answer


def _topic(uow: UnitOfWork, heard: Heard, asked: Asked, topic: Topic) -> Answer:
    """Keep that the question was of another matter, and say where it belongs."""
    if asked.project_id is not None:
        said = Said(Outcome.TOPIC, {"topic": topic.value})
        questions.record(uow, question_id=asked.question_id, said=said, post=False)
    return views.topic_answer(
        heard.reader, topic.value, asked.question_id, asked.project_id is not None
    ).as_reply()


def search(heard: Heard, asked: Asked, spot: Spot) -> None:
    """Find the answer and say it; when that goes wrong, say so and offer a person."""
    survive(
        "a question",
        lambda: _search(heard, asked, spot),
        lambda: _say(heard, asked, spot, Said(Outcome.FAILED, {})),
    )


def _search(heard: Heard, asked: Asked, spot: Spot) -> None:
    if spot.channel and spot.ts and spot.place is not Place.SHORTCUT:
        _show_eyes(heard, spot.channel, spot.ts)
    assert asked.project_id is not None
    project_id = asked.project_id
    with heard.deps.transaction.reading() as session:
        stamp = read_stamp(session, project_id)
    finding = heard.deps.desk.find(stamp, _loading(heard, project_id), asked.text)
    said = said_of(finding)
    render = heard.deps.desk.render
    if (
        render is not None
        and stamp.may_leave
        and said.outcome is Outcome.ANSWER
        and heard.reader.language != "en"
    ):
        said = _rendered(said, lambda quote: render(quote, heard.reader.language, project_id))
    _say(heard, asked, spot, said)


def prepare(heard: Heard, project_id: int) -> None:
    """Have the search made ready for what the project's guideline says now, before anybody asks."""
    with heard.deps.transaction.reading() as session:
        stamp = read_stamp(session, project_id)
    load, desk = _loading(heard, project_id), heard.deps.desk
    heard.deps.searches.run("an index", lambda: desk.prepare(stamp, load))


def _loading(heard: Heard, project_id: int) -> Callable[[], Material]:
    def load() -> Material:
        with heard.deps.transaction.reading() as session:
            return read_material(session, project_id)

    return load


def _rendered(said: Said, render: Callable[[str], str]) -> Said:
    # Without the rendering the English words still stand there, and they are what counts.
    try:
        return replace(said, answer={**said.answer, "rendering": render(said.answer["quote"])})
    except OSError as error:
        log.warning("a quote could not be rendered: %s", type(error).__name__)
        return said


def said_of(finding: Finding) -> Said:
    """Return what is kept and shown of a finding: nothing is cited unless it may be said."""
    answer: dict[str, object] = {"version": finding.version or ""}
    if finding.similar is not None:
        answer["similar"] = finding.similar
    if finding.english:
        answer["english"] = finding.english
    if finding.same is not None:
        return Said(Outcome.FAQ, answer, finding.same)
    if finding.version is None:
        return Said(Outcome.NO_GUIDELINE, answer)
    if finding.found is not None:
        answer |= {"mode": finding.found.mode.value, "confidence": round(finding.found.confidence, 4)}
        # The nearest sections are kept in every band: whoever replies is helped by them.
        answer["cited"] = [_cited(hit) for hit in finding.found.hits[:_CITED]]
    if finding.band is Band.ANSWER and finding.extract is not None:
        answer |= {"quote": finding.extract.quote, "exceptions": list(finding.extract.exceptions)}
        return Said(Outcome.ANSWER, answer)
    if finding.band is Band.CANDIDATES:
        return Said(Outcome.CANDIDATES, answer)
    return Said(Outcome.UNKNOWN, answer)


def _cited(hit: Hit) -> dict[str, object]:
    section = hit.section
    text = hit.block.text if hit.block is not None else section.text
    return Cited(section.id, section.path, section.anchor, section.page, text[:_EXCERPT]).dump()


def _show_eyes(heard: Heard, channel: str, ts: str) -> None:
    try:
        heard.deps.gateway.react(channel, ts, "eyes")
    except SlackFailure as failure:
        # The answer itself follows within seconds.
        log.info("a question could not be marked as seen: %s", failure.code)


def _say(heard: Heard, asked: Asked, spot: Spot, said: Said) -> None:
    """Keep what is said; a command's answer goes back to where it was typed, others through the outbox."""
    quietly = spot.place in (Place.COMMAND, Place.SHORTCUT) and heard.response_url is not None
    with heard.deps.transaction(patience=_PATIENCE_SECONDS) as uow:
        fresh = questions.record(uow, question_id=asked.question_id, said=said, post=not quietly)
    if not fresh:
        return
    if quietly:
        _whisper(heard, asked.question_id)
    elif spot.place in questions.PUBLIC and not asked.public:
        _point_to_messages(heard, spot)


def _whisper(heard: Heard, question_id: int) -> None:
    with heard.deps.transaction.reading() as session:
        facts = read_answer(session, question_id)
    assert facts is not None
    assert heard.response_url is not None
    try:
        heard.deps.gateway.respond(heard.response_url, views.answer_card(heard.reader, facts))
    except SlackFailure as failure:
        log.warning("an answer goes by message: %s", failure.code)
        with heard.deps.transaction(patience=_PATIENCE_SECONDS) as uow:
            enqueue(uow, heard.me.team_id, questions.card_of(questions.load_question(uow, question_id)))


def _point_to_messages(heard: Heard, spot: Spot) -> None:
    """Leave a word in the thread, so that a question does not look unheard."""
    words: Content = views.in_direct_messages(heard.reader)
    try:
        heard.deps.gateway.post(spot.channel or "", words, 0, thread_ts=spot.root)
    except SlackFailure as failure:
        log.info("a thread could not be told: %s", failure.code)
