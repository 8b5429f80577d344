"""A question that is for the supervisors from the start, and not for the guideline."""

from __future__ import annotations

from bot.db.models import Project
from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import EmptyAnswer
from bot.domain.questions import Outcome, Place
from bot.services.handovers import HandedOver, hand_over
from bot.services.questions import Said, Spot, ask, record


def ask_supervisors(uow: UnitOfWork, *, person_id: int, project_id: int, text: str) -> HandedOver:
    """Store a question about a project and give it to the people who reply there; nothing is searched.

    Raises what `ask` and `hand_over` raise, EmptyAnswer for a text without words.
    """
    if not any(char.isalnum() for char in text):
        raise EmptyAnswer("text")
    key = uow.session.get_one(Project, project_id).key
    # The key in front says which project it is about, whatever else the person is in.
    asked = ask(uow, person_id=person_id, text=f"{key} {text}", spot=Spot(Place.DIRECT))
    assert asked is not None
    record(uow, question_id=asked.question_id, said=Said(Outcome.UNKNOWN, {}), post=False)
    return hand_over(uow, person_id=person_id, question_id=asked.question_id)
