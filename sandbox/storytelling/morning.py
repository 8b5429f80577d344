"""The morning: people join, projects are set up, tasks arrive, work is taken and handed in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sandbox.client import list_actions, message_text
from sandbox.crews import CREW, PROJECTS, STRANGER, task_file
from sandbox.opening import bring_tasks, give_roles, join, set_up_project, tell
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import Hands

ANSWERS = {
    "물결": ("JEONNAM", {"text": "아따, 날이 매우 춥네. 보일러 좀 틀어야 하겠어."}),
    "감자": ("JEONNAM", {"text": "오메, 징하게도 눈이 와부렀네 마당을 다 덮어부렀어야"}),
    "노을": ("JEONNAM", {"text": "거시기, 그 뭣이냐, 저번에 말한 그 양반이 왔다 갔당께."}),
    "고래": ("GYEONGSANG", {"text": "니 밥 뭇나? 안 뭇으면 퍼뜩 온나."}),
    "여울": ("GYEONGSANG", {"text": "오늘 와 이래 춥노. 문 쫌 닫아라."}),
    "두부": ("COMMENTS", {"label": "안전", "rationale": "해로운 말이 없고 풍경을 칭찬하는 글입니다."}),
    "참깨": ("COMMENTS", {"label": "욕설", "rationale": "‘바보 멍청아’라는 말로 사람을 깎아내립니다."}),
    "솔방울": ("SENTENCES", {"text": "Please hand in returned work again within twenty-four hours."}),
}
"""What each worker hands in first. 물결 writes standard Korean where dialect was spoken."""


def greet_and_join(cast: Cast) -> None:
    """A stranger is greeted, the crew joins, the admin hears of it."""
    teller = cast.teller
    teller.chapter("People the bot does not know are greeted, and join")
    stranger = cast[STRANGER.nickname]
    teller.does(stranger.name, "writes 안녕하세요?")
    stranger.person.say(stranger.desk, "안녕하세요?", wait=True)
    greeting = stranger.gets("반가워요", action="join:open")
    teller.expect("the greeting speaks both languages", "Nice to meet you" in message_text(greeting))
    refused = stranger.types("/work 받기")
    teller.expect(
        "a stranger who asks for work is greeted again", "join:open" in list_actions(refused), refused
    )

    worker = cast["물결"]
    worker.presses(worker.types("/work"), "join:open")
    errors = worker.fills({"nickname": "물결", "language": "ko"})
    teller.expect("the nickname is accepted", not errors, errors)
    teller.sees(worker.name, worker.window(), "window")
    worker.closes()
    others = [member for member in CREW if member.nickname != "물결"]
    with ThreadPoolExecutor(4) as threads:
        windows = list(threads.map(lambda m: join(cast[m.nickname].person, m.nickname, m.language), others))
    teller.note(f"{len(others)} more join the same way: {', '.join(m.nickname for m in others)}")
    teller.expect(
        "each is welcomed by name",
        all(m.nickname in message_text(w) for m, w in zip(others, windows, strict=True)),
    )
    cast["Sam"].gets("물결", "/admin role")
    taken = cast[STRANGER.nickname]
    taken.presses(greeting, "join:open")
    errors = taken.fills({"nickname": "물결", "language": "ko"}, quietly=True)
    teller.expect("a nickname that is taken is refused at its field", "nickname" in errors, errors)
    taken.closes()


def set_up(cast: Cast) -> None:
    """The admin sets projects, prices and roles; the PM brings the tasks, one file being wrong at first."""
    teller, admin, pm = cast.teller, cast["Sam"], cast["Alex"]
    teller.chapter("The admin sets up projects, prices and roles; the PM imports tasks")
    for project in PROJECTS:
        answers = set_up_project(admin.person, project)
        if project is PROJECTS[0]:
            for answer in answers:
                teller.sees(admin.name, answer, "only they")
    denied = cast["물결"].types("/admin price JEONNAM 9999")
    teller.expect("a worker can't set prices", "관리자" in message_text(denied), denied)
    wrong = admin.types("/admin price JEONNAM 3만 5천")
    teller.expect("an amount as Koreans say it is understood", "₩35,000" in message_text(wrong), wrong)
    teller.sees(admin.name, tell(admin.person, f"/admin price JEONNAM {PROJECTS[0].price}"), "only they")
    answers = give_roles(admin.person, CREW)
    teller.note(f"{len(answers)} roles are given, the last answer being:")
    teller.sees(admin.name, answers[-1], "only they")
    cast["물결"].gets("작업자", "JEONNAM")
    cast["등대"].gets("검수자", "SENTENCES")

    broken = b"id,audio\njn-01,not an address at all\n,https://media.example/2.wav\njn-01,\n"
    teller.does(pm.name, "types /pm import JEONNAM and puts in a file with mistakes")
    report = bring_tasks(pm.person, "JEONNAM", "jeonnam.csv", broken)
    teller.sees(pm.name, report)
    teller.expect(
        "a wrong file stores nothing and says where it is wrong",
        "nothing was stored" in message_text(report),
        report,
    )
    for project in PROJECTS:
        report = bring_tasks(pm.person, project.key, project.file, task_file(project, cast.box.url))
        teller.sees(pm.name, report)
        teller.expect(f"the tasks of {project.file} are there", "added" in message_text(report), report)
    again = bring_tasks(pm.person, "JEONNAM", "jeonnam.csv", task_file(PROJECTS[0], cast.box.url))
    teller.sees(pm.name, again)
    teller.expect("the same file a second time adds nothing", "added" not in message_text(again), again)


def take_and_hand_in(cast: Cast) -> None:
    """Eight workers take a task each and hand it in; mistyped commands are understood or explained."""
    teller = cast.teller
    teller.chapter("Eight workers take tasks and hand them in")
    first = cast["물결"]
    reply = first.types("/work 받기 JEONNAM")
    teller.expect("the price is said before the work begins", "450원" in message_text(reply), reply)
    card = first.gets("450원", action="task:submit")
    first.presses(card, "task:submit")
    errors = first.fills(ANSWERS["물결"][1])
    teller.expect("the answer is taken", not errors, errors)
    first.gets("검수", "450원", action="task:next", without="task:submit")

    potato = cast["감자"]
    reply = potato.types("/work qkerl JEONNAM")
    teller.expect(
        "받기 typed with the keyboard in English mode gives a task", "#2" in message_text(reply), reply
    )
    helped = potato.types("/work 받지")
    teller.expect(
        "an unknown sub-command is answered with the nearest one",
        "/work 받기" in message_text(helped),
        helped,
    )

    others = [name for name in ANSWERS if name != "물결"]
    # Reviews are taken by age, and the afternoon counts on 감자's coming before 노을's.
    _work(cast["감자"], *ANSWERS["감자"])
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda name: _work(cast[name], *ANSWERS[name]), others[1:]))
    for name in ("두부", "솔방울"):
        cast[name].gets("검수", action="task:next", without="task:submit")
    teller.note(f"{', '.join(others)} handed in too")
    full = message_text(tell(cast["Alex"].person, "/pm status"))
    teller.sees("Alex", full.replace("\n", " · "), "only they")
    teller.expect(
        "the PM sees four projects in English", "4 projects" in full and "waiting for review" in full, full
    )


def _work(worker: Hands, key: str, values: dict[str, str]) -> None:
    if worker.name != "감자":
        worker.types(f"/work 받기 {key}", quietly=True)
    card = worker.gets(key, action="task:submit", quietly=True)
    worker.person.click(card, "task:submit")
    worker.fills(values, quietly=True)
