"""Work that is shared when somebody opens the demo: votes that wait, an appeal that waits, places that are left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from sandbox.client import PersonClient, Sandbox, list_actions, message_text
from sandbox.crews import ADMIN, PROJECTS, REVIEWERS, SUPERVISOR, WORKERS, Member, voting_file
from sandbox.opening import bring_tasks, tell
from sandbox.shapes import Json

VOTED, APPEALED, WANTED = PROJECTS[1].key, PROJECTS[2].key, PROJECTS[0].key
"""The project with several answers to a task, the one of the appeal, and the one people are called out for."""

DIALECT = "dialect:경상"
VOTERS = (WORKERS[4], WORKERS[5], WORKERS[6])
HEARD = {
    "gs-21": (
        "머라카노, 내가 언제 그캤노?",
        "머라카노, 내가 언제 그캤노?",
        "뭐라카노, 내가 언제 그캤노?",
    ),
    "gs-22": (
        "아니다, 그게 아니고 이게 맞다 카이.",
        "아이다, 그기 아이고 이기 맞다 카이.",
        "아니다, 그게 아니고 이게 맞다 카이.",
    ),
    "gs-23": (
        "와 이래 늦었노. 좀만 더 일찍 오지.",
        "와 이리 늦었노. 쪼매 더 일찍 오지.",
        "왜 이리 늦었노. 쪼매만 더 일찍 오지.",
    ),
}
"""What each voter writes down: two agree, two outvote the second, who knows the dialect, and nobody agrees."""

_RETURNED = "노을이 사람 이름일 수도 있어요. 개인정보가 아닌지 한 번 더 봐 주세요."
_OBJECTION = "여기서 노을은 하늘의 노을이에요. 사람에 대한 말이 없어서 1절에 따르면 안전이에요."
_NOTE = "내일 아침까지 마치면 좋겠어요. 쉬고 계신 분은 편히 쉬세요."
_PATIENCE = 20.0


def vote(box: Sandbox) -> None:
    """Have three people answer each of three tasks; two of them wait for the supervisor's decision then."""
    # The PM's windows are open for other things meanwhile.
    admin, supervisor = box.person(ADMIN.id), box.person(SUPERVISOR.id)
    tell(admin, f"/pm rules {VOTED} overlap=3 overlap_max=3 review_mode=consensus dialect={DIALECT}")
    until = f"{datetime.now(UTC).year + 1}-12-31"
    tell(supervisor, f"/sup 자격 @{VOTERS[1].handle} {DIALECT} {until}까지 부산에서 서른 해 살았어요")
    bring_tasks(admin, VOTED, "gyeongsang-2.csv", voting_file(box.url))
    with ThreadPoolExecutor(len(VOTERS)) as threads:
        list(threads.map(lambda one: _write_down(box.person(one.id), one), VOTERS))


def _write_down(worker: PersonClient, member: Member) -> None:
    turn = VOTERS.index(member)
    for clip, heard in HEARD.items():
        worker.command(f"/work 받기 {VOTED}")
        card = _mail(worker, clip, "task:submit")
        worker.click(card, "task:submit")
        worker.submit({"text": heard[turn]})


def appeal(box: Sandbox) -> None:
    """Have a reviewer return what a worker has handed in by now, and the worker object."""
    reviewer, worker = box.person(REVIEWERS[0].id), box.person(WORKERS[7].id)
    reviewer.command(f"/review 받기 {APPEALED}")
    reviewer.click(_mail(reviewer, APPEALED, "review:reject"), "review:reject")
    reviewer.submit({"reason": "wrong_label", "section": "1 Labels", "comment": _RETURNED})
    worker.click(_mail(worker, _RETURNED, "appeal:open"), "appeal:open")
    worker.submit({"words": _OBJECTION})


def call_out(box: Sandbox, channel: str) -> None:
    """Call three people out in the crew's channel; one of them has come."""
    supervisor, worker = box.person(SUPERVISOR.id), box.person(WORKERS[1].id)
    supervisor.command(f"/sup 호출 {WANTED}")
    supervisor.submit({"headcount": "3", "mode": "first", "deadline": "6h", "note": _NOTE})
    supervisor.close_modal(all=True)
    card = worker.wait_for_message(
        channel, lambda one: one["bot"] and "callout:join" in list_actions(one), _PATIENCE
    )
    worker.click(card, "callout:join")


def _mail(person: PersonClient, words: str, action: str) -> Json:
    """Wait for a lasting message of the bot with these words and this button."""
    return person.wait_for_dm(
        lambda one: not one["ephemeral"] and action in list_actions(one) and words in message_text(one),
        _PATIENCE,
    )
