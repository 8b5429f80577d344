"""Quizzes and practice: opened from one's qualifications, Home or an offer; the result is for oneself alone."""

from __future__ import annotations

import re

from slack_bolt import App

from bot.db.unit_of_work import UnitOfWork
from bot.services import quizzing
from bot.slack import ids
from bot.slack.views import quizzes as views
from bot.slack.views import trouble
from handlers.deps import Deps
from handlers.forms import Fields
from handlers.heard import Answer, Heard
from handlers.listening import by_number, form_by_number, form_listener, press_listener
from handlers.once import View, once, open_view

_MOST = 20


def register(app: App, deps: Deps) -> None:  # noqa: ARG001 -- every feature is registered alike
    """Listen to what opens a quiz and to its window."""
    app.action(re.compile("^quiz:"))(
        press_listener(
            {
                ids.QUIZ_OPEN: by_number(
                    lambda heard, project_id: open_quiz(heard, project_id, practice=False)
                ),
                ids.QUIZ_PRACTISE: by_number(
                    lambda heard, project_id: open_quiz(heard, project_id, practice=True)
                ),
            }
        )
    )
    app.view(ids.FORM_QUIZ)(form_listener({ids.FORM_QUIZ: form_by_number(done)}))


def open_quiz(heard: Heard, project_id: int, *, practice: bool) -> Answer:
    """Draw the questions, then open the window with them."""
    drawn: list[View] = []

    def effect(uow: UnitOfWork) -> Answer:
        sheet = quizzing.begin(uow, person_id=heard.me.person_id, project_id=project_id, practice=practice)
        drawn.append(
            views.quiz_form(
                heard.reader, sheet.quiz_id, sheet.project_key, sheet.questions, practice=sheet.practice
            )
        )
        return {}

    answer = once(heard, effect)
    return open_view(heard, drawn[0]) if drawn else answer


def done(heard: Heard, fields: Fields, quiz_id: int) -> Answer:
    """Say in the window how it went."""

    def effect(uow: UnitOfWork) -> Answer:
        chosen = {number: fields.text(views.field_of(number)) for number in range(_MOST)}
        result = quizzing.finish(uow, person_id=heard.me.person_id, quiz_id=quiz_id, chosen=chosen)
        shown = views.quiz_result(
            heard.reader,
            result.project_key,
            result.right,
            result.asked,
            passed=result.passed,
            practice=result.practice,
            read=result.read,
            again_at=result.again_at,
        )
        return {"response_action": "update", "view": trouble.notice(heard.reader.t, shown)}

    return once(heard, effect)
