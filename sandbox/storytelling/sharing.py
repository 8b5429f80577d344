"""Work is shared out: a call-out with places and a waitlist, being told when there is work, and the live board."""

from __future__ import annotations

from sandbox.client import list_actions, message_text
from sandbox.crews import PROJECTS
from sandbox.expecting import ActFailed
from sandbox.shapes import Json
from sandbox.storytelling import agreeing, belonging
from sandbox.storytelling.bridge import reads
from sandbox.storytelling.cast import Cast
from sandbox.storytelling.hands import Hands

_KEY = PROJECTS[0].key
_CREW = "C0JEONNAM"
_NOTE = "내일 아침까지 마치면 좋겠어요. 쉬고 계신 분은 편히 쉬세요."
_REASON = "오래 두신 것 같아 다른 분께 드릴게요. 바쁘셨지요?"
_SNOW = "파일을 다시 받기로 했어요. 그때까지 쉬어 가요."


def call_people_out(cast: Cast) -> None:
    """Two places, three who want one; somebody leaves, the next moves up; the supervisor sees who and ends it."""
    teller, bridge = cast.teller, cast["다리"]
    first, second, third = cast["감자"], cast["노을"], cast["물결"]
    teller.chapter("Two people are wanted, three come")
    bridge.types(f"/sup 호출 {_KEY}")
    errors = bridge.fills({"headcount": "두 명", "deadline": "3h"}, quietly=True)
    teller.expect("a number is a number", "headcount" in errors, errors)
    errors = bridge.fills({"headcount": "2", "mode": "first", "deadline": "3h", "note": _NOTE})
    teller.expect("the call-out is on its way", not errors, errors)
    bridge.closes()
    card = reads(first, _CREW, "내일 아침까지")
    said = message_text(card)
    teller.expect("the price is on it, and an honest hour", "450원" in said and "시간당" in said, card)
    for person in (first, second, third):
        _presses(person, card, "callout:join")
    answer = _whisper(third, "대기 1번")
    teller.sees(third.name, answer, "only they")
    full = _card(first, "참여 2명 · 대기 1명")
    teller.sees(first.name, full, "#jeonnam")
    named = [one.name for one in (first, second, third) if one.name in message_text(full)]
    teller.expect("counts, no names", not named, named)
    _presses(first, full, "callout:leave")
    third.gets("자리가 생겼어요")
    _card(first, "참여 2명 · 대기 0명")
    bridge.person.home()
    home = teller.await_("the call-out at 다리's Home", lambda: _home_with(bridge, "callout:who"))
    bridge.presses(home, "callout:who")
    window = bridge.window()
    teller.sees(bridge.name, window, "window")
    names = message_text(window)
    right = third.name in names and first.name not in names
    teller.expect("she sees who comes, and not who left", right, window)
    bridge.presses(window, "callout:close")
    bridge.closes()
    over = teller.await_("the card without buttons", lambda: _bare(first, card))
    teller.sees(first.name, over, "#jeonnam")


def _bare(viewer: Hands, card: Json) -> Json:
    """Return the card as it stands by now once nothing on it can be pressed, else {}."""
    now: Json = viewer.person.message(_CREW, card["ts"])
    return {} if list_actions(now) else now


def _presses(person: Hands, card: Json, action: str) -> None:
    """Press a button of the card as it stands in the channel now; it may be redrawn at that very moment."""

    def press() -> bool:
        try:
            person.presses(person.person.message(_CREW, card["ts"]), action)
        except ActFailed:
            return False
        return True

    person.teller.await_(f"{person.name} presses {action}", press)


def _whisper(person: Hands, words: str) -> Json:
    def look() -> Json:
        found = [one for one in person.person.ephemerals(_CREW) if words in message_text(one)]
        return found[-1] if found else {}

    answer: Json = person.teller.await_(f"{person.name} reads {words}", look)
    return answer


def _card(viewer: Hands, words: str) -> Json:
    """Wait until the card of the call-out in the channel says so."""

    def look() -> Json:
        for one in reversed(viewer.person.messages(_CREW)):
            if one["bot"] and words in message_text(one) and _KEY in message_text(one):
                return one
        return {}

    found: Json = viewer.teller.await_(f"the call-out to say {words}", look)
    return found


def _home_with(somebody: Hands, action: str) -> Json:
    home = somebody.person.home(reopen=False)
    return home if home and action in list_actions(home) else {}


def run_dry_and_be_told(cast: Cast) -> None:
    """An import is held on the board, work runs out and is said to; whoever wished is told when it goes on."""
    teller, worker, bridge = cast.teller, cast["새싹"], cast["다리"]
    teller.chapter("There is no work for a while, and who wants to is told when there is")
    bridge.types(f"/sup 현황 {belonging.KEY}")
    bridge.presses(bridge.window(), "board:held")
    bridge.presses(bridge.window(), "board:hold")
    form = bridge.window()
    errors = bridge.fills({"batch": _first_option(form, "batch"), "why": _SNOW})
    teller.expect("the import stands still", not errors, errors)
    teller.await_("how it went", lambda: "⏸️" in message_text(bridge.person.modal()))
    teller.sees(bridge.name, bridge.window(), "window")
    bridge.closes()
    none = worker.types("/work 받기")
    worker.presses_and_reads(none, "wish:tell")

    bridge.types(f"/sup 현황 {belonging.KEY}", quietly=True)
    bridge.presses(bridge.window(), "board:held")
    held = bridge.window()
    teller.expect("the board says why", _SNOW in message_text(held), held)
    bridge.presses(held, "board:release")
    told = worker.gets(belonging.KEY, action="wish:tell")
    bridge.closes()
    worker.presses_and_reads(told, "task:next")


def _first_option(form: Json, field: str) -> str:
    block = next(one for one in form["blocks"] if one.get("block_id") == field)
    return str(block["element"]["options"][0]["value"])


def take_back(cast: Cast) -> None:
    """The board shows who has what for how long; what has lain goes back with a reason that its holder reads."""
    teller, bridge, worker = cast.teller, cast["다리"], cast["솔방울"]
    teller.chapter("The live board, and a task that goes back with a reason")
    bridge.types(f"/sup 현황 {agreeing.KEY}")
    board = bridge.window()
    teller.sees(bridge.name, board, "window")
    teller.expect("솔방울 has something in hand", worker.name in message_text(board), board)
    bridge.presses(board, "board:reclaim")
    errors = bridge.fills({"why": " "}, quietly=True)
    teller.expect("a reason is needed", "why" in errors, errors)
    errors = bridge.fills({"why": _REASON})
    teller.expect("it is taken back", not errors, errors)
    teller.sees(bridge.name, bridge.window(), "window")
    bridge.closes()
    told = worker.gets("회수했어요", _REASON)
    teller.expect("nothing is held against them", "불이익" in message_text(told), told)
