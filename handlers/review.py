"""/review and the buttons and forms of verdicts: take, list, accept, fix, reject, hand over, undo."""

from __future__ import annotations

import re
from collections.abc import Callable

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import NotFound, ProjectClosed
from bot.domain.policy import Action
from bot.reports.appeals import waiting_appeals
from bot.reports.cards import ReviewFacts, read_review
from bot.reports.desk import held_reviews
from bot.services import appeal_queue, reviews, verdicts
from bot.services.reviews import ReviewClaim
from bot.services.verdicts import Judged
from bot.slack import ids
from bot.slack.ids import FormRef, Ref
from bot.slack.views import forms
from bot.slack.views import reviews as views
from bot.slack.views.appeals import appeal_row
from bot.slack.views.gates import closed_reply
from handlers import appealing
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import (
    Press,
    Sub,
    by_form_ref,
    by_ref,
    command_listener,
    form_listener,
    press_listener,
)
from handlers.once import look, once, open_form

Form = dict[str, object]


def register(app: App, deps: Deps) -> None:
    """Listen to everything about reviews."""
    subs: dict[str, Sub] = {"next": take, "list": lambda heard, _rest: show_list(heard)}
    app.command(deps.commands["review"])(command_listener("review", subs, show_list))
    app.action(re.compile("^review:"))(
        press_listener(
            {
                ids.REVIEW_NEXT: take,
                ids.REVIEW_CLAIM: by_ref(take_this),
                ids.REVIEW_ACCEPT: by_ref(accept),
                ids.REVIEW_FIX: opening(Action.FIX_ACCEPT, forms.fix_form),
                ids.REVIEW_REJECT: opening(Action.REJECT, forms.reject_form),
                ids.REVIEW_HAND_OVER: opening(Action.HAND_OVER, forms.hand_over_form),
                ids.REVIEW_UNDO: by_ref(undo),
            }
        )
    )
    app.view(re.compile(f"^({ids.FORM_FIX}|{ids.FORM_REJECT}|{ids.FORM_HAND_OVER})$"))(
        form_listener(
            {
                ids.FORM_FIX: by_form_ref(fix),
                ids.FORM_REJECT: by_form_ref(reject),
                ids.FORM_HAND_OVER: by_form_ref(hand_over),
            }
        )
    )


def take(heard: Heard, rest: str) -> Answer:
    """Hand the person the next submission to judge, of one project when its key is given."""
    key = rest if rest.strip("-") else None

    def effect(uow: UnitOfWork) -> Answer:
        me = heard.me.person_id
        # Whoever appealed waits with their time standing still, so a second look comes first.
        second = appeal_queue.take_next(uow, person_id=me, project_key=key)
        if second is not None:
            return appealing.taken_reply(uow, heard, second.appeal_id)
        try:
            claimed = reviews.claim_next_review(uow, person_id=me, project_key=key)
        except ProjectClosed as behind:
            return closed_reply(heard.reader, behind.closed).as_reply()
        return views.review_claim_reply(heard.reader, _facts(uow, claimed.review_id)).as_reply()

    return once(heard, effect)


def take_this(heard: Heard, ref: Ref) -> Answer:
    """Take the submission a notice is about."""
    return _claim(
        heard, lambda uow: reviews.claim_review(uow, person_id=heard.me.person_id, review_id=ref.id)
    )


def _claim(heard: Heard, claim: Callable[[UnitOfWork], ReviewClaim]) -> Answer:
    def effect(uow: UnitOfWork) -> Answer:
        try:
            review_id = claim(uow).review_id
        except ProjectClosed as behind:
            return closed_reply(heard.reader, behind.closed).as_reply()
        return views.review_claim_reply(heard.reader, _facts(uow, review_id)).as_reply()

    return once(heard, effect)


def show_list(heard: Heard) -> Answer:
    """Show what the person has to judge."""

    def read(uow: UnitOfWork) -> Answer:
        me = heard.me.person_id
        second = [appeal_row(heard.reader, one) for one in waiting_appeals(uow.session, me)]
        return views.review_list(heard.reader, held_reviews(uow.session, me), second).as_reply()

    return look(heard, read)


def accept(heard: Heard, ref: Ref) -> Answer:
    """Accept the submission as it is."""

    def effect(uow: UnitOfWork) -> Answer:
        done = verdicts.accept(uow, person_id=heard.me.person_id, review_id=ref.id, ver=ref.ver)
        return views.verdict_reply(heard.reader, done.decision, done.undo_until).as_reply()

    return once(heard, effect)


def undo(heard: Heard, ref: Ref) -> Answer:
    """Take one's own verdict back."""

    def effect(uow: UnitOfWork) -> Answer:
        verdicts.undo(uow, person_id=heard.me.person_id, review_id=ref.id)
        return views.undo_reply(heard.reader).as_reply()

    return once(heard, effect)


def opening(action: Action, form: Callable[..., Form]) -> Press:
    """Make a button that opens a form about a review, once the person may do what it is for."""

    def press(heard: Heard, ref: Ref) -> Answer:
        def build(uow: UnitOfWork) -> Form:
            verdicts.may_judge(
                uow, action=action, person_id=heard.me.person_id, review_id=ref.id, ver=ref.ver
            )
            return form(heard.reader, _facts(uow, ref.id))

        return open_form(heard, build)

    return by_ref(press)


def _facts(uow: UnitOfWork, review_id: int) -> ReviewFacts:
    uow.session.flush()
    facts = read_review(uow.session, review_id)
    if facts is None:
        raise NotFound("review", str(review_id))
    return facts


def fix(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Accept with a correction."""
    parts = fields.only(ids.TEXT, ids.LABEL, ids.RATIONALE)
    return _judge(
        heard,
        lambda uow: verdicts.fix_and_accept(
            uow,
            person_id=heard.me.person_id,
            review_id=ref.id,
            parts=parts,
            comment=fields.text(ids.COMMENT),
            ver=ref.ver,
        ),
    )


def reject(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Return the work with a reason, a guideline section and a sentence."""
    return _judge(
        heard,
        lambda uow: verdicts.reject(
            uow,
            person_id=heard.me.person_id,
            review_id=ref.id,
            reason=fields.text(ids.REASON),
            section=fields.text(ids.SECTION),
            comment=fields.text(ids.COMMENT),
            ver=ref.ver,
        ),
    )


def hand_over(heard: Heard, fields: Fields, ref: FormRef) -> Answer:
    """Give the review to the supervisors."""
    return _judge(
        heard,
        lambda uow: verdicts.hand_over(
            uow,
            person_id=heard.me.person_id,
            review_id=ref.id,
            note=fields.text(ids.NOTE),
            ver=ref.ver,
        ),
    )


def _judge(heard: Heard, judge: Callable[[UnitOfWork], Judged]) -> Answer:
    def effect(uow: UnitOfWork) -> Answer:
        judge(uow)
        # The form closes, and the card in the reviewer's messages shows the verdict and the way back.
        return {}

    return once(heard, effect)
