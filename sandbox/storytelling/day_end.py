"""The end of the day: its figures for everybody they are for, pay and a correction of it, each one's Home, a file."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.client import list_actions, message_text
from sandbox.crews import PROJECTS, WORKERS
from sandbox.shapes import Json
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import home_with

_PROJECT = PROJECTS[0]
_CREW = "C0JEONNAM"
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_BONUS = "A bonus for the list of dialect words you made."
_BOM = "\ufeff"


def look_back_on_the_day(cast: Cast) -> None:
    """The day's digest for PM, supervisor, crew and a worker: one set of figures, to each what is theirs."""
    teller, pm, supervisor = cast.teller, cast["Alex"], cast["다리"]
    teller.chapter("What the day has come to, for everybody it concerns")
    pm.types(f"/pm digest now {_PROJECT.key}")
    card = pm.gets("so far", _PROJECT.key, action="digest:ask")
    said = message_text(card)
    teller.expect("3 tasks are final", "3 tasks final" in said, said)
    teller.expect("1 of 3 was returned at its first verdict", "33%" in said and "n = 3" in said, said)
    teller.expect("so few are no ground for a judgement, and it says so", "small sample" in said, said)
    korean = _HANGUL.findall(_without_names(cast, said))
    teller.expect("there is no Korean in it", not korean, korean)
    teller.expect("it is drawn, too", _kinds(card) >= {"table", "data_visualization"}, _kinds(card))
    pm.presses(card, "digest:definitions")
    teller.sees(pm.name, pm.window(), "window")
    pm.closes()
    pm.presses(card, "digest:ask")
    errors = pm.fills({"text": "Is there enough work left for tomorrow?"})
    teller.expect("the question is taken", not errors, errors)
    pm.closes()
    supervisor.gets("enough work left", action="reply:open")

    supervisor.types(f"/pm digest now {_PROJECT.key}")
    card = supervisor.gets("기준 오늘", _PROJECT.key, action="digest:details")
    said = message_text(card)
    teller.expect("the supervisor reads the same in both languages", "33%" in said and "final" in said, said)

    line = f"/pm digest schedule {_PROJECT.key} 크루 18:30 여기"
    teller.does(supervisor.name, f"types {line} in #jeonnam")
    answer = supervisor.person.command(line, _CREW)["message"]
    teller.sees(supervisor.name, answer, "only they")
    teller.expect("from tomorrow on the crew gets its own", "18:30" in message_text(answer), answer)
    crew = _printed(cast, "crew")
    named = [name for name in cast.people if name in crew]
    teller.expect("the crew's is about the team; nobody is named, nobody is ranked", not named, named)
    own = _printed(cast, "worker:물결")
    others = [name for name in cast.people if name != "물결" and name in own]
    teller.expect("a worker's is about them alone", "450원" in own and not others, own)


def settle_up(cast: Cast) -> None:
    """A worker looks at their pay; a correction of it takes two people; the ledger says why it changed."""
    teller, worker, pm, second = cast.teller, cast["물결"], cast["Alex"], cast["Lucía"]
    teller.chapter("Pay is private, and corrected only by two")
    said = message_text(worker.types("/pay 이번달"))
    teller.expect("the month's pay, by project", _PROJECT.key in said and "450원" in said, said)
    pm.types(f"/pm pay adjust {_PROJECT.key}")
    errors = pm.fills({"person": "물결", "amount": "0", "reason": _BONUS})
    teller.expect("a correction of nothing is refused at its field", "amount" in errors, errors)
    errors = pm.fills({"person": "물결", "amount": "+5,000", "reason": _BONUS}, quietly=True)
    teller.does(pm.name, "makes it +5,000")
    teller.expect("the correction is asked for", not errors, errors)
    teller.sees(pm.name, pm.window(), "window")
    pm.closes()
    mine = pm.gets("5,000", "물결", action="pay:withdraw")
    teller.expect("nobody approves what they ask for", "pay:approve" not in list_actions(mine), mine)
    said = message_text(worker.types("/pay 이번달", quietly=True))
    teller.expect("nothing has changed yet", "5,450원" not in said, said)
    asked = second.gets("5,000", _BONUS, action="pay:approve")
    second.presses_and_reads(asked, "pay:approve")
    worker.gets("5,000원", _BONUS)
    said = message_text(worker.types("/pay 이번달"))
    teller.expect("now it has", "5,450원" in said, said)
    said = message_text(worker.types("/pm pay", quietly=True))
    teller.expect("a worker does not see the pay of others", "감자" not in said and "원" not in said, said)


def open_home(cast: Cast) -> None:
    """Everybody's Home shows what is theirs to know and to do."""
    teller = cast.teller
    teller.chapter("Home, as each of them finds it in the evening")
    workers = [member.nickname for member in WORKERS]
    for name, words in (
        ("물결", "5,450원"),
        ("등대", "받을 수 있는 검수"),
        ("다리", "답을 기다리는 질문 1개"),
        ("Alex", "3 of 16 tasks final"),
    ):
        cast[name].person.home()
        home = teller.await_(f"{name}'s Home with {words}", lambda: home_with(cast[name], words))  # noqa: B023 -- called at once
        teller.sees(name, home, "Home")
        said = message_text(home)
        others = [one for one in workers if one != name and one in said]
        teller.expect("no worker's figures are in it but their own", not others, others)
    korean = _HANGUL.findall(_without_names(cast, said))
    teller.expect("and the PM's has not a word of Korean", not korean, korean)


def take_the_results(cast: Cast) -> None:
    """The PM takes the results home as a file, in which people are nicknames."""
    teller, pm = cast.teller, cast["Alex"]
    teller.chapter("The results, as a file")
    pm.types(f"/pm export {_PROJECT.key} csv")
    sent = teller.await_("the file", lambda: next((one for one in reversed(pm.mail()) if one["files"]), {}))
    teller.sees(pm.name, sent)
    file = sent["files"][0]
    text = pm.person.download(file).decode("utf-8")
    rows = text.removeprefix(_BOM).splitlines()
    teller.note(f"{file['name']}: {len(rows) - 1} rows, the first of them {rows[1]}")
    teller.expect("the three final answers are in it", len(rows) == 4 and "겁나게" in text, rows)
    ids = [member.member.id for member in cast.people.values() if member.member.id in text]
    teller.expect("and no Slack id", not ids, ids)


def _printed(cast: Cast, audience: str) -> str:
    """Have the day's digest of an audience printed at the command line, where it can be read without being sent."""
    # An audience other than those who ask has its digest in the morning, and the story ends today.
    today = datetime.now(ZoneInfo("Asia/Seoul")).date().isoformat()
    words = ("digest", "--project", _PROJECT.key, "--date", today, "--audience", audience)
    cast.teller.note(f"python -m bot {' '.join(words)}")
    text = cast.bot.run(*words)
    for line in filter(str.strip, text.splitlines()):
        cast.teller.sees("in the morning", line)
    return text


def _without_names(cast: Cast, text: str) -> str:
    for name in cast.people:
        text = text.replace(name, "")
    return text


def _kinds(message: Json) -> set[str]:
    return {block["type"] for block in message["blocks"]}
