"""A crew whose tasks have words that must not be seen in public."""

from __future__ import annotations

from sqlalchemy import select, update

from bot.db.models import Project, Task
from bot.db.unit_of_work import Transactions
from bot.domain.task import TaskType
from bot.imports.rows import TaskRow, fingerprint
from bot.services.access import find_project
from bot.services.content_prints import Prints
from bot.services.imports import import_tasks
from tests.factories import Crew, make_crew

SECRETS = (
    "어제 마당에서 형님이 장독대를 통째로 엎어 버렸다고 그러드라고요.",
    "그 양반은 새벽마다 저수지에 나가서 붕어를 스무 마리씩 잡아 왔어라.",
    "The lighthouse keeper buried seven copper kettles behind the old chapel wall.",
    "장날에 만난 그 사람 말이여",
)
SHORT = SECRETS[3]
CHATTER = (
    "안녕하세요, 오늘도 잘 부탁드려요!",
    "반려 사유를 어디에서 볼 수 있나요?",
    "내일까지 제출할게요. 검수는 모레 오전에 부탁드려요.",
    "Please check the guideline before you submit the next batch, thank you very much!",
)


def make_secret_crew(transactions: Transactions, *, confidential: bool = True) -> Crew:
    """Store a crew whose tasks are the secrets, in order."""
    crew = make_crew(transactions, tasks=0, kind=TaskType.MODERATION)
    bring(transactions, crew, *SECRETS)
    with transactions() as uow:
        uow.session.execute(
            update(Project).where(Project.id == crew.project_id).values(confidential=confidential)
        )
    return crew


def bring(transactions: Transactions, crew: Crew, *texts: str, start: int = 1) -> None:
    """Import more tasks with these words."""
    rows = [
        TaskRow(
            f"post-{n:04}",
            {"text": text, "note": "메모는 내용이 아니에요, 모두가 아는 이야기랍니다."},
            0,
            n,
            "",
        )
        for n, text in enumerate(texts, start)
    ]
    rows = [TaskRow(r.external_id, r.payload, 0, r.line, fingerprint(r.payload)) for r in rows]
    with transactions() as uow:
        project = find_project(uow, team_id=crew.team_id, key="DIAL")
        import_tasks(uow, project=project, source_name="posts.csv", rows=tuple(rows))


def sweep(transactions: Transactions, prints: Prints) -> int:
    """Sweep until nothing is left and return how many turns that took."""
    turns = 0
    while True:
        with transactions() as uow:
            if not prints.sweep(uow):
                return turns
        turns += 1
        assert turns < 1000, "a sweep that never ends"


def task_ids(transactions: Transactions) -> list[int]:
    """Return the ids of all tasks in the order of their import."""
    with transactions.reading() as session:
        return list(session.scalars(select(Task.id).order_by(Task.id)))
