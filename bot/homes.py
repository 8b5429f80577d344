"""People's Home tabs: drawn from what is theirs, and drawn anew when something on their desk has changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from time import monotonic
from typing import Any

from bot.db.models import Person
from bot.db.unit_of_work import Transactions, UnitOfWork
from bot.domain.people import Role
from bot.domain.policy import Action
from bot.i18n.catalogs import Catalogs
from bot.looping import Loop, log_stop
from bot.outbox import cards
from bot.outbox.claims import Claimed
from bot.outbox.issue_messages import IssueCard, IssueThreadCard
from bot.reports.desk import Desk, read_desk
from bot.reports.home import read_boards, read_queues
from bot.reports.issue_desk import people_who_steer, read_issue_desk
from bot.reports.notices import NoticeFacts, notices_in_hand, unread_notices
from bot.reports.pay_sums import read_pay_sums
from bot.reports.translations import ReportedFacts, reported
from bot.reports.work_ahead import read_work_ahead
from bot.services.access import allowed_projects
from bot.services.gates import closed_projects, closed_reviews
from bot.slack.failures import RateLimited, SlackFailure
from bot.slack.gateway import Gateway
from bot.slack.reader import Reader
from bot.slack.views.home import home_view, is_idle

SETTLING = 2.0
"""Seconds a change waits for the next one, so that a burst of them is drawn once."""

PAUSE = 1.0
"""Seconds between two Homes drawn unasked: Slack allows somewhat more than a hundred a minute to everybody."""

_OF_ISSUES = frozenset({IssueCard.kind, IssueThreadCard.kind})
"""Messages that are sent again whenever an issue changes."""

_log = logging.getLogger(__name__)


def draw_home(
    uow: UnitOfWork, person_id: int, *, catalogs: Catalogs, commands: Mapping[str, str]
) -> dict[str, Any]:
    """Return one person's Home as it is now: nothing of it is anybody else's own. Raises NoResultFound."""
    session, now = uow.session, uow.now
    closed, closed_to_review = closed_projects(uow, person_id), closed_reviews(uow, person_id)
    desk = read_desk(session, person_id, closed=closed, closed_reviews=closed_to_review, now=now)
    team_id = session.get_one(Person, person_id).team_id
    corrects, writes = (
        tuple(id for id, _key in allowed_projects(uow, action, person_id=person_id, team_id=team_id))
        for action in (Action.FIX_TRANSLATION, Action.NOTICE)
    )
    held = {role for roles in desk.roles.values() for role in roles}
    reads_korean = desk.language == "ko" or held - {Role.PM} or desk.admin
    notices = notices_in_hand(session, writes, now=now) if writes else ()
    managed = read_boards(session, person_id, Role.PM, now) if Role.PM in held else ()
    supervised = read_boards(session, person_id, Role.SUPERVISOR, now) if Role.SUPERVISOR in held else ()
    both = {board.project_id for board in managed}
    # A board says how long its queue is.
    shown = {board.key for board in supervised}
    queues = read_queues(session, person_id, now) if held & {Role.REVIEWER, Role.SUPERVISOR} else ()
    reader = Reader(catalogs[desk.language], desk.language, desk.zone, now, commands)
    return home_view(
        reader,
        desk,
        reported=_reported(uow, corrects) if reads_korean else (),
        unread=unread_notices(session, person_id),
        notices=notices if reads_korean else tuple(map(_in_english, notices)),
        pay=read_pay_sums(session, person_id) if _is_paid(desk, held) else (),
        queues=tuple(queue for queue in queues if queue.key not in shown),
        supervised=tuple(board for board in supervised if board.project_id not in both),
        managed=managed,
        issues=read_issue_desk(session, person_id, now),
        ahead=read_work_ahead(
            session,
            person_id,
            now,
            steers=allowed_projects(uow, Action.SEE_BOARD, person_id=person_id, team_id=team_id)
            if held & {Role.PM, Role.SUPERVISOR}
            else (),
            idle=is_idle(desk),
        ),
        closed=(*closed.values(), *closed_to_review.values()),
    )


def _reported(uow: UnitOfWork, projects: tuple[int, ...]) -> tuple[ReportedFacts, ...]:
    return reported(uow.session, projects) if projects else ()


def _in_english(facts: NoticeFacts) -> NoticeFacts:
    return replace(facts, korean="")


def _is_paid(desk: Desk, held: set[Role]) -> bool:
    return Role.WORKER in held or bool(desk.earned) or desk.in_review > 0


def remember_opened(transactions: Transactions, person_id: int, user: str, view_id: str) -> None:
    """Keep that this person has a Home, so that it is drawn anew when their desk changes; once for each."""
    key = _card(person_id)
    with transactions.reading() as session:
        if cards.find_card(session, key) is not None:
            return
    with transactions() as uow:
        cards.remember_card(uow.session, key, user, view_id, cards.UNKNOWN, uow.now)


def _card(person_id: int) -> str:
    return f"home:{person_id}"


class Homes(Loop):
    """Draws the Homes of those whose desk has changed, one at a time and each change at most once.

    Only of people who have opened theirs before. What waits here is in memory and lost with the process: whoever
    opens Home sees it drawn anew anyway.
    """

    name = "homes"

    def __init__(
        self,
        transactions: Transactions,
        gateway: Gateway,
        catalogs: Catalogs,
        commands: Mapping[str, str],
        *,
        settling: float = SETTLING,
        pause: float = PAUSE,
    ) -> None:
        super().__init__()
        self._transactions = transactions
        self._gateway = gateway
        self._catalogs = catalogs
        self._commands = commands
        self._settling = settling
        self._pause = pause
        self._changed: dict[int, float] = {}
        self._issues: set[int] = set()
        self._turn = threading.Lock()

    def changed(self, person_id: int) -> None:
        """Note that something of this person's has changed; cheap, from any thread."""
        with self._turn:
            self._changed.setdefault(person_id, monotonic() + self._settling)
        self._bell.set()

    def delivered(self, claimed: Claimed) -> None:
        """Take a message to a person for a sign that their desk has changed: nearly every change sends one."""
        kind, _, person_id = claimed.lane.partition(":")
        if kind == "person":
            self.changed(int(person_id))
        if claimed.kind in _OF_ISSUES:
            # Those who look after issues see all of them, also what nobody has told them of yet.
            with self._turn:
                self._issues.add(int(claimed.payload["issue_id"]))
            self._bell.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._spread()
                person_id, rest = self._next()
                if person_id is None:
                    self._sleep(rest)
                    continue
                pause = self._refresh(person_id)
            # Any driver error can come out of a database that restarts; the loop must outlive it.
            except Exception as error:
                log_stop(_log, "Home could not be drawn", error)
                pause = self._pause
            self._stopping.wait(pause)

    def _spread(self) -> None:
        """Take a changed issue for a change on the desks of those who look after its project."""
        with self._turn:
            issues, self._issues = self._issues, set()
        if issues:
            try:
                with self._transactions.reading() as session:
                    people = {person for issue_id in issues for person in people_who_steer(session, issue_id)}
            # Whatever stopped it, what has changed must not be forgotten; the loop is told of the error as well.
            except BaseException:
                with self._turn:
                    self._issues |= issues
                raise
            for person_id in sorted(people):
                self.changed(person_id)

    def _next(self) -> tuple[int | None, float | None]:
        """Take whoever has waited longest, or say for how many seconds there is nobody; None for until the bell."""
        with self._turn:
            if not self._changed:
                return None, None
            # In the order of their first change, which dicts keep.
            person_id, due = next(iter(self._changed.items()))
            if (left := due - monotonic()) > 0:
                return None, left
            del self._changed[person_id]
            return person_id, None

    def _refresh(self, person_id: int) -> float:
        """Publish one Home and return the seconds to leave Slack alone."""
        with self._transactions.reading() as session:
            if cards.find_card(session, _card(person_id)) is None:
                return 0.0
            person = session.get(Person, person_id)
            if person is None or not person.active:
                return 0.0
            uow = UnitOfWork(session, self._transactions.clock(), reading=True)
            view = draw_home(uow, person_id, catalogs=self._catalogs, commands=self._commands)
        try:
            self._gateway.publish_home(person.slack_id, view)
        except RateLimited as failure:
            self.changed(person_id)
            return failure.retry_after
        except SlackFailure as failure:
            # Opening Home draws it anew, so there is nothing to repair.
            _log.warning("Home could not be published: %s", failure.code)
        return self._pause
