"""An office at night: a crew in Seoul and a PM in Berlin with twin channels, and a clock that leaps."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.bridging import bridge_twins, engine_settings, open_channel, phrase_server
from sandbox.client import PersonClient, list_actions, message_text
from sandbox.crews import ADMIN, PM, REVIEWERS, SUPERVISOR, WORKERS
from sandbox.engines.server import ProviderServer
from sandbox.opening import join, tell
from sandbox.shapes import Json
from tests.scenario.album import Album
from tests.scenario.clocked import SetClock
from tests.scenario.office import FAST, KEY, Office, open_office

PATIENCE = 15.0
"""Seconds something may take to appear on a busy computer."""

SEOUL, BERLIN = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/Berlin")
_TICK = 0.25


@dataclass
class Night:
    """The office; `crew` and `pms` are each other's twins, `hall` is open to everybody.

    다리 and 나침반 are supervisors, 등대 reviews, 물결 and 감자 work, Alex is the PM, Sam the admin.
    """

    office: Office
    engine: ProviderServer
    clock: SetClock
    mulgyeol: PersonClient
    gamja: PersonClient
    deungdae: PersonClient
    dari: PersonClient
    nachimban: PersonClient
    alex: PersonClient
    sam: PersonClient
    crew: str = ""
    pms: str = ""
    hall: str = ""
    owner: PersonClient = field(init=False)
    """Who has the issue of the six tasks; either supervisor may have been quicker."""
    thread: str = ""
    """Where that issue stands."""
    desks: dict[PersonClient, str] = field(default_factory=dict)
    """Where the bot speaks to each of them."""
    before: set[str] = field(default_factory=set)
    """What it has said there before the night, such as its greeting in both languages."""
    album: Album = field(default_factory=Album)

    # Time.

    def leap_to(self, hour: int, minute: int = 0, zone: ZoneInfo = SEOUL) -> None:
        """Let it be the next such time of day there, and let the bot look at its clock."""
        now = self.clock().astimezone(zone)
        then = now.replace(hour=hour, minute=minute, second=1, microsecond=0)
        self.leap(then - now if then > now else then + timedelta(days=1) - now)

    def leap(self, span: timedelta) -> None:
        """Let so much time pass in one go, and let the bot look at its clock."""
        # What is on its way would see its time run out with the leap.
        self.settle()
        self.clock.set(self.clock.ahead + span)
        self.tick()

    def tick(self) -> None:
        """Wait until the bot has looked at its clock and said what there is to say."""
        time.sleep(3 * _TICK)
        self.settle()

    def settle(self) -> None:
        """Wait until everything that was to be said is said, and keep it."""
        self.office.settle()
        self.office.box.wait_until_quiet()
        box = self.office.box
        for person, desk in self.desks.items():
            seen = [one for one in box.messages(desk) if one["ts"] not in self.before]
            self.album.look(self.language(person), self.name(person), seen)
        self.album.look("ko", "#texts", box.messages(self.crew))
        self.album.look("en", "#texts-pm", box.messages(self.pms))

    def until(self, look: Callable[[], object]) -> None:
        """Wait until something holds."""
        self.office.box.wait_for(look, PATIENCE, every=0.03)

    # What people do.

    def says(self, person: PersonClient, channel: str, words: str, thread_ts: str | None = None) -> Json:
        """Write in a channel; what people write themselves may stand in any language."""
        self.album.said.add(words.removeprefix("@gagyo "))
        return person.say(channel, words, thread_ts=thread_ts)

    def types(self, person: PersonClient, line: str, channel: str | None = None) -> Json:
        """Type a command and return the answer that only they see, {} for none."""
        answer: Json = person.command(line, channel)["message"] or {}
        self.album.keep(self.language(person), f"{self.name(person)} types {line}", answer)
        return answer

    def window(self, person: PersonClient, words: str = "") -> Json:
        """Wait for the window that is open (with these words), and keep it."""
        view = person.wait_for_modal(lambda view: words in message_text(view), PATIENCE)
        self.album.keep(self.language(person), f"{self.name(person)}'s window", view)
        return view

    def fills(self, person: PersonClient, values: Json, *, words: str = "") -> None:
        """Fill the open window and send it; what is typed is the person's own."""
        view = self.window(person, words)
        self.album.said.update(value for value in values.values() if isinstance(value, str))
        assert person.submit(values, view=view)["errors"] == {}
        if person.modal():
            self.album.keep(self.language(person), f"{self.name(person)}'s answer", person.modal())
            person.close_modal(all=True)

    def steers(self, person: PersonClient, card: Json, action: str) -> None:
        """Open the menu of what else can be done with an issue, and press something in it."""
        person.click(card, "issue:steer")
        menu = self.window(person)
        person.click(menu, action)

    # What people see.

    def card(self, person: PersonClient, channel: str, words: str, thread_ts: str | None = None) -> Json:
        """Wait for what the bot says in a channel with these words."""
        return person.wait_for_message(
            channel,
            lambda one: one["bot"] and not one["ephemeral"] and words in message_text(one),
            PATIENCE,
            thread_ts=thread_ts,
        )

    def hears(self, channel: str, words: str) -> None:
        """Wait until the bot has said these words in a channel, in whatever thread."""
        self.until(lambda: any(words in message_text(one) for one in self.office.box.messages(channel)))

    def looks_home(self, person: PersonClient) -> Json:
        """Open somebody's Home, wait until it is drawn anew, and keep it."""
        self.settle()
        before = (person.home(reopen=False) or {}).get("hash")
        person.home()
        self.until(lambda: (person.home(reopen=False) or {}).get("hash") != before)
        home = person.home(reopen=False) or {}
        self.album.keep(self.language(person), f"{self.name(person)}'s Home", home)
        return home

    def dm(self, person: PersonClient, *words: str, action: str = "") -> Json:
        """Wait for a lasting message to somebody with these words and this button."""

        def fits(one: Json) -> bool:
            text = message_text(one)
            return (
                not one["ephemeral"]
                and all(word in text for word in words)
                and (not action or action in list_actions(one))
            )

        return person.wait_for_dm(fits, PATIENCE)

    def calls(self, person: PersonClient, issue_id: int) -> list[str]:
        """Return the lines that call somebody to an issue."""
        said = self.office.box.messages(self.desks[person])
        texts = [message_text(one) for one in said if "issue:show" in list_actions(one)]
        return [text for text in texts if f"#{issue_id} " in text]

    def language(self, person: PersonClient) -> str:
        """Return in which language somebody reads."""
        return "en" if person.id in (PM.id, ADMIN.id) else "ko"

    def name(self, person: PersonClient) -> str:
        """Return somebody's nickname."""
        people = (*WORKERS, *REVIEWERS, SUPERVISOR, PM, ADMIN)
        return next(member.nickname for member in people if member.id == person.id)


@contextmanager
def night_shift(folder: Path) -> Iterator[Night]:
    """Start everything once, half an hour before two in the morning in Seoul."""
    folder.mkdir(parents=True, exist_ok=True)
    clock = SetClock(folder / "clock")
    clock.set(_until_half_past_one())
    settings: dict[str, Any] = FAST | {"scheduler": {"tick_seconds": _TICK}}
    with phrase_server() as engine:
        settings |= engine_settings(engine)
        program = ("-m", "tests.scenario.clocked", str(clock.file))
        with open_office(folder, workers=2, reviewers=1, settings=settings, program=program) as office:
            yield _move_in(office, engine, clock)


def _move_in(office: Office, engine: ProviderServer, clock: SetClock) -> Night:
    box = office.box
    sam, second = box.person(ADMIN.id), REVIEWERS[1]
    for member, role in ((SUPERVISOR, "supervisor"), (second, "supervisor"), (PM, "pm")):
        join(box.person(member.id), member.nickname, member.language)
        tell(sam, f"/admin role @{member.handle} {role} {KEY}")
    mulgyeol, gamja = office.workers
    dari, nachimban, alex = (box.person(member.id) for member in (SUPERVISOR, second, PM))
    night = Night(office, engine, clock, mulgyeol, gamja, office.reviewers[0], dari, nachimban, alex, sam)
    crew = (*WORKERS[:2], REVIEWERS[0], SUPERVISOR, second)
    night.crew = open_channel(box, "texts", "작업자와 수퍼바이저", crew)
    managers = (PM, ADMIN, SUPERVISOR)
    night.pms = open_channel(box, "texts-pm", "PMs and the supervisor", managers, private=True)
    night.hall = box.add_channel("hall", topic="", members=[member.id for member in (*crew, PM, ADMIN)])
    bridge_twins(box, KEY, night.crew, night.pms)
    people = (mulgyeol, gamja, night.deungdae, dari, nachimban, alex, sam)
    night.desks = {person: person.dm_channel() for person in people}
    office.settle()
    night.before = {one["ts"] for desk in night.desks.values() for one in box.messages(desk)}
    night.album.names = {member.nickname for member in (*crew, PM, ADMIN)}
    return night


def _until_half_past_one() -> timedelta:
    now = datetime.now(SEOUL)
    then = now.replace(hour=1, minute=30, second=0, microsecond=0)
    return then - now if then > now else then + timedelta(days=1) - now
