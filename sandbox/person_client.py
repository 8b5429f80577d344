"""One person's hands and eyes in a running sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from sandbox.expecting import ActFailed, Found, demand, wait_for
from sandbox.finding import find_clickable, find_input, find_option_value
from sandbox.reading import message_text
from sandbox.shapes import Json

if TYPE_CHECKING:
    from sandbox.client import Sandbox


class PersonClient:
    """One person's hands and eyes. Methods raise ActFailed when the app fails; `act` returns the answer."""

    def __init__(self, box: Sandbox, person_id: str) -> None:
        self.box = box
        self.id = person_id

    def act(self, kind: str, **fields: Any) -> Json:
        """POST /_page/act and return the answer, failures included."""
        return self.box.post("/_page/act", {"as": self.id, "kind": kind, **fields})

    def do(self, kind: str, **fields: Any) -> Json:
        """Like `act`, but raise ActFailed unless it went well."""
        return demand(self.act(kind, **fields))

    # What the person sees.

    def state(self) -> Json:
        """Return GET /_page/state."""
        return self.box.get("/_page/state", **{"as": self.id})

    def messages(self, channel: str, *, thread_ts: str | None = None, limit: int = 1000) -> list[Json]:
        """Return what the person sees in a conversation, oldest first, their ephemerals included."""
        query = {"as": self.id, "channel": channel, "thread_ts": thread_ts, "limit": limit}
        return list(demand(self.box.get("/_page/messages", **query))["messages"])

    def message(self, channel: str, ts: str) -> Json:
        """Return one message as it is now."""
        found: Json = demand(self.box.get("/_page/message", **{"as": self.id, "channel": channel, "ts": ts}))[
            "message"
        ]
        return found

    def ephemerals(self, channel: str) -> list[Json]:
        """Return the ephemeral messages this person was shown in a conversation, threads left out."""
        return [message for message in self.messages(channel) if message["ephemeral"]]

    def dm_channel(self, user: str | None = None) -> str:
        """Return the id of the direct message with the bot or another person, opening it when needed."""
        other = user or self.box.bot_user_id
        return str(self.do("open_dm", user=other)["conversation"]["id"])

    def dm(self) -> list[Json]:
        """Return the messages of the direct message with the bot."""
        return self.messages(self.dm_channel())

    def modal(self) -> Json | None:
        """Return the topmost open modal."""
        views = self.box.get("/_page/views", **{"as": self.id})["views"]
        return views[-1] if views else None

    def home(self, *, reopen: bool = True) -> Json | None:
        """Open the Home tab, wait until the app has heard of it, and return the view it published."""
        if not reopen:
            shown: Json | None = self.box.get("/_page/views", **{"as": self.id})["home"]
            return shown
        home: Json | None = self.do("home", wait=True)["home"]
        return home

    def wait_for_message(
        self,
        channel: str,
        fits: Callable[[Json], object] | str,
        timeout: float = 5.0,
        *,
        thread_ts: str | None = None,
    ) -> Json:
        """Return the newest message that fits: a predicate, or words its visible text must contain."""
        test = fits if callable(fits) else (lambda message: fits in message_text(message))

        def look() -> Json | None:
            seen = self.messages(channel, thread_ts=thread_ts)
            return next((message for message in reversed(seen) if test(message)), None)

        found = wait_for(look, timeout)
        assert found is not None  # noqa: S101 -- wait_for only returns what is true
        return found

    def wait_for_dm(self, fits: Callable[[Json], object] | str, timeout: float = 5.0) -> Json:
        """Like `wait_for_message` in the direct message with the bot."""
        return self.wait_for_message(self.dm_channel(), fits, timeout)

    def wait_for_modal(self, fits: Callable[[Json], object] | None = None, timeout: float = 5.0) -> Json:
        """Return the topmost modal once there is one (that fits)."""

        def look() -> Json | None:
            view = self.modal()
            return view if view and (fits is None or fits(view)) else None

        found = wait_for(look, timeout)
        assert found is not None  # noqa: S101 -- wait_for only returns what is true
        return found

    def wait_for(self, look: Callable[[], Found], timeout: float = 5.0) -> Found:
        """Call `look` until what it returns is true and return that."""
        return wait_for(look, timeout)

    # What the person does.

    def say(self, channel: str, text: str, *, thread_ts: str | None = None, **more: Any) -> Json:
        """Write a message and return it; `wait=True` waits for the app, `files=[ids]` attaches."""
        message: Json = self.do("message", channel=channel, text=text, thread_ts=thread_ts, **more)["message"]
        return message

    def edit(self, message: Json, text: str, **more: Any) -> Json:
        """Change one's own message and return it."""
        changed: Json = self.do("edit", channel=message["channel"], ts=message["ts"], text=text, **more)[
            "message"
        ]
        return changed

    def delete(self, message: Json, **more: Any) -> None:
        """Delete one's own message, or dismiss an ephemeral."""
        self.do("delete", channel=message["channel"], ts=message["ts"], **more)

    def react(self, message: Json, name: str, *, remove: bool = False, **more: Any) -> None:
        """Add a reaction to a message, or take it back."""
        self.do("react", channel=message["channel"], ts=message["ts"], name=name, remove=remove, **more)

    def command(self, text: str, channel: str | None = None) -> Json:
        """Run `/name words` and return the answer; its "message" is what the ack showed, or None.

        Without a channel the command runs in the direct message with the bot.
        """
        return self.do("command", text=text, channel=channel or self.dm_channel())

    def click(self, where: Json, what: str, *, times: int = 1, **choice: Any) -> Json:
        """Click a button or use a menu of a message or view and return the answer.

        `what` is an action_id, the beginning of one, or the words on the element. The choice is given as
        option="value or label", options=[…], user=…, date=…, value=…; `values` is what is typed in the view.
        """
        block, element = find_clickable(where, what)
        if "option" in choice:
            choice["option"] = find_option_value(element, choice["option"])
        if "options" in choice:
            choice["options"] = [find_option_value(element, option) for option in choice["options"]]
        if "values" in choice:
            choice["values"] = self._read_values(where, choice["values"])
        fields = {"block_id": block["block_id"], "action_id": element["action_id"], "times": times, **choice}
        return self.do("action", source=_name_source(where), **fields)

    def submit(self, values: Json | None = None, *, view: Json | None = None) -> Json:
        """Submit the topmost modal and return the answer; `answer["errors"]` is {} when it was accepted.

        Values are {field: simple value}; a field is a block_id, its beginning, an action_id or a label;
        options may be given by value or label. Raises ActFailed when the app failed, not for refused input.
        """
        shown = view or self.wait_for_modal()
        answer = self.act("submit", view_id=shown["id"], values=self._read_values(shown, values or {}))
        if not answer["ok"] and answer["error"] != "invalid_input":
            raise ActFailed(answer)
        return answer

    def close_modal(self, *, all: bool = False) -> Json:
        """Close the topmost modal, or the whole stack."""
        view = self.wait_for_modal()
        return self.do("close", view_id=view["id"], all=all)

    def shortcut(self, callback_id: str) -> Json:
        """Run a global shortcut."""
        return self.do("shortcut", callback_id=callback_id)

    def message_shortcut(self, callback_id: str, message: Json) -> Json:
        """Run a message shortcut on a message."""
        return self.do(
            "message_shortcut", callback_id=callback_id, channel=message["channel"], ts=message["ts"]
        )

    def options(self, where: Json, what: str, query: str) -> list[Json]:
        """Type into an external menu and return the options the app offers, those in groups included."""
        block, element = find_clickable(where, what)
        fields = {**_name_source(where), "block_id": block["block_id"], "action_id": element["action_id"]}
        answer = self.do("options", query=query, **fields)
        groups = answer.get("option_groups") or ()
        return list(answer.get("options") or ()) + [option for group in groups for option in group["options"]]

    def upload(self, name: str, data: bytes) -> Json:
        """Upload a file and return it; put its id into say(files=[…]) or a file_input."""
        raw = self.box.request("POST", f"/_page/upload?as={self.id}&name={quote(name)}", data)
        uploaded: Json = demand(json.loads(raw))["file"]
        return uploaded

    def download(self, file: Json) -> bytes:
        """Return the bytes of a file."""
        return self.box.request("GET", f"{urlsplit(file['url_private']).path}?as={self.id}")

    def join(self, channel: str) -> None:
        """Join a public channel."""
        self.do("join", channel=channel)

    def leave(self, channel: str) -> None:
        """Leave a channel."""
        self.do("leave", channel=channel)

    def _read_values(self, view: Json, values: Json) -> Json:
        read: Json = {}
        for field, simple in values.items():
            if isinstance(simple, dict) and "type" not in simple:
                read.setdefault(field, {}).update(simple)
                continue
            block, element = find_input(view, field)
            given = (
                [find_option_value(element, one) for one in simple] if isinstance(simple, list) else simple
            )
            if not isinstance(simple, list):
                given = find_option_value(element, simple)
            read.setdefault(block["block_id"], {})[element["action_id"]] = given
        return read


def _name_source(where: Json) -> Json:
    if "root_view_id" in where:
        return {"view_id": where["id"]}
    return {"channel": where["channel"], "ts": where["ts"]}
