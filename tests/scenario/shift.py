"""A crew at work until everything is done, patient with whatever does not answer."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from bot.db.models import Task
from bot.domain.task import TaskState
from sandbox.client import ActFailed, PersonClient, list_actions, message_text, wait_for
from tests.scenario.office import Office

_TASK = re.compile(r"#\d+")
_EXTERNAL_ID = re.compile(r"#\d+ · (\S+)")


@dataclass
class Shift:
    """Works through `goal` tasks with every worker and reviewer in a thread of their own."""

    office: Office
    goal: int
    answer: Callable[[str], str] = "Answer to {}".format
    accepted: int = 0
    taken: int = 0
    submitted: int = 0
    retries: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self, timeout: float) -> float:
        """Work until the goal is reached; return the seconds it took. Raises AssertionError when it never is."""
        begun = time.monotonic()
        threads = [
            threading.Thread(target=self._repeat, args=(step, person), daemon=True)
            for step, people in ((self._translate, self.office.workers), (self._judge, self.office.reviewers))
            for person in people
        ]
        with self.office.reading() as transactions:
            for thread in threads:
                thread.start()
            while not self.done and time.monotonic() - begun < timeout and not self.strange:
                time.sleep(0.1)
                with transactions.reading() as session:
                    final = select(func.count()).where(Task.state == TaskState.FINAL)
                    self.accepted = session.scalar(final) or 0
        self._ended.set()
        for thread in threads:
            thread.join(30)
        assert not self.strange, self.strange
        assert self.done, (
            f"{self.submitted} handed in, {self.accepted} accepted of {self.goal} after {timeout:g} s; "
            f"tried twice: {self.retries}"
        )
        return time.monotonic() - begun

    @property
    def done(self) -> bool:
        return self.accepted >= self.goal

    def _repeat(self, step: Callable[[PersonClient], bool], person: PersonClient) -> None:
        while not self.done and not self._ended.is_set():
            try:
                if not step(person):
                    time.sleep(0.25)
            # The person sees that Slack or the bot did not answer, and tries again a moment later.
            except (ActFailed, TimeoutError) as error:
                self.retries.append(f"{step.__name__}: {error}")
                time.sleep(0.05)
            # Anything else is a mistake of the test or the sandbox, to be shown where the test can fail.
            except Exception as error:
                self.strange.append(f"{person.id}: {type(error).__name__}: {error}")
                return

    def _translate(self, worker: PersonClient) -> bool:
        """Hand in what is in hand, else take something; False when there is nothing to do."""
        if worker.modal():
            worker.close_modal(all=True)
        shown = self._type(worker, "/work list")
        if "task:submit" not in list_actions(shown):
            with self._turn:
                if self.taken >= self.goal:
                    return False
                self.taken += 1
            shown = self._type(worker, "/work next")
            if "task:submit" not in list_actions(shown):
                # Who was told that the bot is busy leaves the turn to whoever asks next.
                with self._turn:
                    self.taken -= 1
                return False
        worker.click(shown, "task:submit")
        form = worker.wait_for_modal(timeout=3)
        name = _EXTERNAL_ID.search(message_text(form))
        assert name, message_text(form)
        if worker.submit({"text": self.answer(name[1])}, view=form)["errors"]:
            return False
        with self._turn:
            self.submitted += 1
        return True

    def _judge(self, reviewer: PersonClient) -> bool:
        """Take a review and accept it; False when there is nothing to do."""
        answer = message_text(self._type(reviewer, "/review next"))
        taken = _TASK.search(answer)
        if taken is None:
            # Nothing new; but a card that came late, or was not accepted in a disturbance, may lie further up.
            accepted = [self._accept(reviewer, card) for card in self._cards(reviewer, "", 999)]
            return any(accepted)
        # Eight people hand in faster than one sender posts; the card comes when its turn comes.
        cards = wait_for(lambda: self._cards(reviewer, taken[0], 8), 15, every=0.1)
        return self._accept(reviewer, cards[-1])

    def _cards(self, reviewer: PersonClient, words: str, limit: int) -> list[dict[str, Any]]:
        """Return the cards among the newest messages that can be accepted and have these words on them."""
        newest = reviewer.messages(reviewer.dm_channel(), limit=limit)
        cards = [one for one in newest if not one["ephemeral"] and "review:accept" in list_actions(one)]
        return [card for card in cards if f"{words} ·" in message_text(card)]

    def _accept(self, reviewer: PersonClient, card: dict[str, Any]) -> bool:
        try:
            reviewer.click(card, "review:accept")
        except ActFailed as failed:
            # The card was redrawn between reading and pressing; the verdict stands already.
            if failed.answer.get("error") != "element_not_found":
                raise
        return True

    def _type(self, person: PersonClient, line: str) -> dict[str, Any]:
        """Type a command in a channel, so that the answers do not pile up between the cards."""
        return person.command(line, self.office.channel)["message"] or {"blocks": []}
