"""Somebody in the story: does things as one does in Slack, and has the teller say what they see."""

from __future__ import annotations

from typing import Any

from sandbox.client import PersonClient, Sandbox, list_actions, message_text
from sandbox.crews import Member
from sandbox.shapes import Json
from sandbox.storytelling.teller import Teller


class Hands:
    """A member of the crew at their own Slack window."""

    def __init__(self, box: Sandbox, member: Member, teller: Teller) -> None:
        self.person: PersonClient = box.person(member.id)
        self.member = member
        self.name = member.nickname
        self.teller = teller
        self.desk = self.person.dm_channel()

    def types(self, line: str, *, quietly: bool = False) -> Json:
        """Type a command in the conversation with the bot and read the answer ({} when a window opened)."""
        if not quietly:
            self.teller.does(self.name, f"types {line}")
        answer: Json = self.person.command(line, self.desk)["message"] or {}
        if answer and not quietly:
            self.teller.sees(self.name, answer, "only they")
        return answer

    def presses(self, where: Json, action: str, **choice: Any) -> Json:
        """Press a button of a message or window; return the sandbox's answer."""
        label = next(
            (
                (element.get("text") or {}).get("text", action)
                for block in where["blocks"]
                for element in [*block.get("elements", ()), block.get("accessory") or {}]
                if element.get("action_id") == action
            ),
            action,
        )
        times = choice.get("times", 1)
        self.teller.does(self.name, f"presses [{label}]{f' {times} times' if times > 1 else ''}")
        return self.person.click(where, action, **choice)

    def presses_and_reads(self, where: Json, action: str, **choice: Any) -> Json:
        """Press a button and read the answer that only they see."""
        before = {one["ts"] for one in self.whispers()}
        self.presses(where, action, **choice)
        answer: Json = self.teller.await_(
            f"an answer to {self.name}'s button {action}",
            lambda: next((one for one in self.whispers() if one["ts"] not in before), None) or {},
        )
        self.teller.sees(self.name, answer, "only they")
        return answer

    def whispers(self) -> list[Json]:
        """Return what only this person was shown in the conversation with the bot."""
        return self.person.ephemerals(self.desk)

    def window(self) -> Json:
        """Wait for the open window."""
        return self.teller.await_(f"a window for {self.name}", lambda: self.person.modal() or {})

    def fills(self, values: Json, *, quietly: bool = False) -> Json:
        """Fill the open window and send it; return the errors at its fields."""
        view = self.window()
        if not quietly:
            self.teller.sees(self.name, view, "window")
            written = ", ".join(f"{field} = {value}" for field, value in values.items())
            self.teller.does(self.name, f"fills in {written}")
        answer = self.person.submit(values, view=view)
        errors: Json = answer["errors"]
        for field, words in errors.items():
            self.teller.sees(self.name, f"{field}: {words}", "at the field")
        return errors

    def closes(self) -> None:
        """Close every open window."""
        if self.person.modal():
            self.person.close_modal(all=True)

    def mail(self) -> list[Json]:
        """Return the lasting messages of the conversation with the bot."""
        return [one for one in self.person.messages(self.desk) if not one["ephemeral"]]

    def gets(
        self, *words: str, action: str = "", without: str = "", quietly: bool = False, what: str = ""
    ) -> Json:
        """Wait for a lasting message with these words, this button and without that one; tell it and return it."""

        def look() -> Json:
            for one in reversed(self.mail()):
                actions, text = list_actions(one), message_text(one)
                fits = all(word in text for word in words) and (not action or action in actions)
                if fits and not (without and without in actions):
                    return one
            return {}

        wanted = ", ".join([*words, *([f"button {action}"] if action else [])])
        found = self.teller.await_(what or f"a message to {self.name} with {wanted}", look)
        if not quietly:
            self.teller.sees(self.name, found)
        return found


def home_with(somebody: Hands, words: str) -> Json:
    """Return the Home that stands there by now if these words are on it, else {}."""
    home = somebody.person.home(reopen=False)
    return home if home and words in message_text(home) else {}
