"""Replies to questions, answers kept from them, and `/pm answers`."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotAllowed, NotFound
from bot.domain.policy import Action
from bot.reports.guidelines import current_sections
from bot.reports.questions import HandoverFacts, read_faq, read_handover, waiting_answers
from bot.services import faq, glossary, handovers
from bot.services.access import allowed_projects
from bot.services.faq import FaqPlan, Kept
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import handovers as views
from bot.slack.views import trouble
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import Press, by_form_ref, by_ref, form_listener, press_listener
from handlers.once import look, once, open_form

Form = dict[str, object]

_MENU = 75
"""Characters of an option that Slack shows."""


def register(app: App, _deps: Deps) -> None:
    """Listen to the cards of questions that wait, and to those of kept answers."""
    app.action(re.compile("^(reply|faq|term):"))(
        press_listener(
            {
                ids.REPLY_OPEN: by_ref(open_reply),
                ids.REPLY_SAVE: by_ref(open_saving),
                ids.FAQ_VERIFY: by_ref(verify),
                ids.FAQ_EDIT: by_ref(open_edit),
                ids.FAQ_RETIRE: by_ref(retire),
                ids.TERM_APPROVE: deciding(approved=True),
                ids.TERM_DECLINE: deciding(approved=False),
            }
        )
    )
    app.view(re.compile(f"^({ids.FORM_REPLY}|{ids.FORM_FAQ}|{ids.FORM_FAQ_EDIT})$"))(
        form_listener(
            {
                ids.FORM_REPLY: by_form_ref(reply),
                ids.FORM_FAQ: by_form_ref(save),
                ids.FORM_FAQ_EDIT: by_form_ref(edited),
            }
        )
    )


def show_waiting(heard: Heard, _rest: str) -> Answer:
    """Show the answers and words that wait for a decision the person may take."""

    def read(uow: UnitOfWork) -> Answer:
        me = heard.me
        answers, words = (
            [id for id, _key in allowed_projects(uow, action, person_id=me.person_id, team_id=me.team_id)]
            for action in (Action.VERIFY, Action.DECIDE_TERM)
        )
        if not answers and not words:
            raise NotAllowed(Action.VERIFY, "project")
        return views.waiting_list(heard.reader, waiting_answers(uow.session, answers, words)).as_reply()

    return look(heard, read)


def open_reply(heard: Heard, ref: Ref) -> Answer:
    """Open the window for a reply, if nobody was quicker."""

    def build(uow: UnitOfWork) -> Form:
        handovers.may_reply(uow, person_id=heard.me.person_id, handover_id=ref.id, ver=ref.ver)
        return views.reply_form(heard.reader, _facts(uow, ref.id))

    return open_form(heard, build)


def _facts(uow: UnitOfWork, handover_id: int) -> HandoverFacts:
    facts = read_handover(uow.session, handover_id)
    if facts is None:
        raise NotFound("handover", str(handover_id))
    return facts


def reply(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Answer everybody who asked; the form closes and the card shows the reply."""

    def effect(uow: UnitOfWork) -> Answer:
        text = fields.text(ids.REPLY)
        handovers.reply(uow, person_id=heard.me.person_id, handover_id=ref.id, text=text, ver=ref.ver)
        return {}

    return once(heard, effect)


def open_saving(heard: Heard, ref: Ref) -> Answer:
    """Open the window in which a reply becomes an answer to keep."""

    def build(uow: UnitOfWork) -> Form:
        handover = handovers.load_handover(uow, person_id=heard.me.person_id, handover_id=ref.id)
        found = current_sections(uow.session, handover.project_id)
        sections = [(section.id, short_path(section.path)) for section in found[1]] if found else []
        return views.faq_form(heard.reader, _facts(uow, ref.id), sections)

    return open_form(heard, build)


def short_path(path: tuple[str, ...]) -> str:
    """Word where a section stands so that its own heading survives a cut: without the document's title if need be."""
    return next((words for n in range(len(path)) if len(words := " › ".join(path[n:])) <= _MENU), path[-1])


def save(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Keep the answer as a draft, and propose the pair of words if there is one."""

    def effect(uow: UnitOfWork) -> Answer:
        me = heard.me
        chosen = fields.text(ids.SECTION)
        plan = FaqPlan(
            question=fields.text(ids.QUESTION),
            question_en=fields.text(ids.QUESTION_EN),
            answer_ko=fields.text(ids.ANSWER_KO),
            answer_en=fields.text(ids.ANSWER_EN),
            section="" if chosen == views.NOT_IN_GUIDELINE else chosen,
        )
        faq.save_as_faq(uow, person_id=me.person_id, handover_id=ref.id, plan=plan)
        korean, english = fields.text(ids.KOREAN), fields.text(ids.ENGLISH)
        if korean or english:
            project_id = _facts(uow, ref.id).project_id
            glossary.propose(
                uow, person_id=me.person_id, project_id=project_id, korean=korean, english=english
            )
        return {
            "response_action": "update",
            "view": trouble.notice(heard.reader.t, views.faq_saved(heard.reader)),
        }

    return once(heard, effect)


def verify(heard: Heard, ref: Ref) -> Answer:
    """Approve a kept answer as it is."""

    def effect(uow: UnitOfWork) -> Answer:
        done = faq.verify(uow, person_id=heard.me.person_id, faq_id=ref.id, ver=ref.ver)
        return _decided(heard, done)

    return once(heard, effect)


def retire(heard: Heard, ref: Ref) -> Answer:
    """Never give a kept answer again."""

    def effect(uow: UnitOfWork) -> Answer:
        done = faq.retire(uow, person_id=heard.me.person_id, faq_id=ref.id, ver=ref.ver)
        return _decided(heard, done)

    return once(heard, effect)


def _decided(heard: Heard, done: Kept) -> Answer:
    return views.faq_decided(heard.reader, done.state).as_reply()


def open_edit(heard: Heard, ref: Ref) -> Answer:
    """Open the window in which a PM corrects the English."""

    def build(uow: UnitOfWork) -> Form:
        faq.load_entry(uow, person_id=heard.me.person_id, faq_id=ref.id, ver=ref.ver)
        facts = read_faq(uow.session, ref.id)
        if facts is None:
            raise NotFound("faq", str(ref.id))
        return views.faq_edit_form(heard.reader, facts)

    return open_form(heard, build)


def edited(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Approve a kept answer with the corrected English; the form closes."""

    def effect(uow: UnitOfWork) -> Answer:
        faq.verify(
            uow,
            person_id=heard.me.person_id,
            faq_id=ref.id,
            ver=ref.ver,
            question_en=fields.text(ids.QUESTION_EN),
            answer_en=fields.text(ids.ANSWER_EN),
        )
        return {}

    return once(heard, effect)


def deciding(*, approved: bool) -> Press:
    """Make the button that approves or declines a pair of words."""

    def press(heard: Heard, ref: Ref) -> Answer:
        def effect(uow: UnitOfWork) -> Answer:
            done = glossary.decide(uow, person_id=heard.me.person_id, term_id=ref.id, approved=approved)
            return views.term_decided(heard.reader, done.korean, done.english, approved).as_reply()

        return once(heard, effect)

    return by_ref(press)
