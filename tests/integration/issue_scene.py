"""A crew in the night with its issues, and short ways to look at what became of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.db.models import (
    Issue,
    IssueStep,
    IssueTimer,
    OutboxRow,
    Person,
)
from bot.db.unit_of_work import Transactions
from bot.domain.errors import (
    DomainError,
)
from bot.domain.escalation import (
    IssueSource,
    Severity,
    Step,
    TimerKind,
    TimerState,
)
from bot.domain.people import Role
from bot.domain.questions import section_mark
from bot.guidelines.read import read_guideline
from bot.reports.guidelines import current_sections
from bot.reports.invariants import check
from bot.services.access import find_project
from bot.services.duty import switch_on
from bot.services.guidelines import publish, upload
from bot.services.issue_timers import fire_timers, tell_people
from bot.services.issues import (
    Opened,
    open_issue,
)
from bot.services.people import set_role
from bot.services.resolving import resolve
from tests.conftest import MovableClock
from tests.factories import make_crew

CHANNEL = "C0CREW"
NIGHT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
"""02:00 on Tuesday in Seoul, where everybody of the crew lives; they can be asked from 09:00 to 21:00."""
MORNING = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
HEADING = "지침 › 구어체"


class Night:
    """A crew, and what is asked of an issue again and again."""

    def __init__(self, transactions: Transactions, clock: MovableClock) -> None:
        self.transactions, self.clock = transactions, clock
        self.crew = make_crew(transactions, tasks=6)

    def do(self, act: Callable[..., Any], who: str | None = None, **values: Any) -> Any:
        if who is not None:
            values["person_id"] = self.crew[who]
        with self.transactions() as uow:
            return act(uow, **values)

    def open(self, who: str = "mina", *, thread: str | None = "1.1", **values: Any) -> int:
        values = {"severity": Severity.S3, "request": "3번 구간을 판단할 수 없어요."} | values
        if values.get("source", IssueSource.THREAD) is IssueSource.THREAD:
            values |= {"channel": CHANNEL, "thread_ts": thread}
        opened: Opened = self.do(open_issue, who, project_id=self.crew.project_id, **values)
        return opened.issue_id

    def tick(self, **by: float) -> tuple[int, int]:
        self.clock.advance(**by)
        fired = self.do(fire_timers)
        return fired, self.do(tell_people)

    def at(self, moment: datetime) -> tuple[int, int]:
        self.clock.now = moment
        return self.tick()

    def issue(self, issue_id: int) -> Issue:
        with self.transactions.reading() as session:
            return session.get_one(Issue, issue_id)

    def calls(self) -> list[tuple[str, str]]:
        """Who was called so far, and why."""
        names = {id: name for name, id in self.crew.people.items()}
        with self.transactions.reading() as session:
            rows = session.scalars(
                select(OutboxRow.payload).where(OutboxRow.kind == "issue_call").order_by(OutboxRow.id)
            )
            return [(names[row["person_id"]], row["why"]) for row in rows]

    def steps(self, issue_id: int) -> list[Step]:
        with self.transactions.reading() as session:
            query = select(IssueStep.step).where(IssueStep.issue_id == issue_id)
            return list(session.scalars(query.order_by(IssueStep.id)))

    def timers(self, issue_id: int) -> dict[TimerKind, datetime]:
        with self.transactions.reading() as session:
            query = select(IssueTimer.kind, IssueTimer.due_at).where(
                IssueTimer.issue_id == issue_id, IssueTimer.state == TimerState.SET
            )
            return dict(iter(session.execute(query)))

    def resolve(self, issue_id: int, who: str = "bridge", **values: Any) -> Any:
        values = {"cause": "지침이 모호했어요", "remedy": "2.4절을 고쳤어요", "section": None} | values
        values = {"release": False, "re_review": (), "note": None, "faq": None} | values
        ver = values.pop("ver", None) or self.issue(issue_id).ver
        return self.do(resolve, who, issue_id=issue_id, ver=ver, **values)

    def guideline(self) -> str:
        """Publish a guideline and return the mark of its section on the spoken language."""
        source = "# 지침\n\n들리는 대로.\n\n## 구어체\n\n모두 적어요.\n"
        read = read_guideline(source.encode(), "guide.md")
        with self.transactions() as uow:
            project = find_project(uow, team_id=self.crew.team_id, key="DIAL")
            made = upload(
                uow,
                actor_id=self.crew["alex"],
                project=project,
                name="guide.md",
                sha256="0" * 64,
                guideline=read,
            )
            publish(uow, actor_id=self.crew["alex"], version=made.version_id)
        with self.transactions.reading() as session:
            found = current_sections(session, self.crew.project_id)
            assert found is not None
            return next(section_mark(one.id) for one in found[1] if one.path[-1] == "구어체")

    def join(self, who: str, role: Role, *, granted: bool = True) -> None:
        with self.transactions() as uow:
            project = find_project(uow, team_id=self.crew.team_id, key="DIAL")
            set_role(
                uow,
                actor_id=self.crew["boss"],
                project=project,
                user=f"U{who.upper()}",
                role=role,
                granted=granted,
            )

    def on_duty(self, who: str = "bridge") -> None:
        self.do(switch_on, who, project_id=self.crew.project_id)

    def hours(self, who: str, start: int, end: int, zone: str = "Asia/Seoul") -> None:
        with self.transactions() as uow:
            person = uow.session.get_one(Person, self.crew[who])
            person.hours_from, person.hours_until, person.zone = start, end, zone

    def healthy(self) -> None:
        with self.transactions.reading() as session:
            findings = check(session, now=self.clock())
        # Nobody translates in these tests.
        assert [one for one in findings if one.table != "rendition"] == []


def refused(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do several things at the same time; an error is what came of it."""
    came: list[object] = [None] * len(acts)
    together = threading.Barrier(len(acts))

    def run(place: int) -> None:
        together.wait(10)
        try:
            came[place] = acts[place]()
        except DomainError as error:
            came[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return came
