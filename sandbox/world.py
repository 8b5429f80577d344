"""The workspace: who is there, what was said, which views are open. State only; it tells nobody."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field

from sandbox.conversations import Conversation, Kind
from sandbox.files import StoredFile
from sandbox.ids import Mint
from sandbox.manifest import AppManifest
from sandbox.people import COLORS, Person
from sandbox.shapes import Json, SlackError
from sandbox.views import View

BOT_USER = "U0GAGYOBOT"


@dataclass
class Team:
    """The workspace itself."""

    id: str = "T0SANDBOX"
    name: str = "Sandbox"
    domain: str = "sandbox"


@dataclass
class App:
    """The one installed app with its secrets, all of them made up."""

    id: str = "A0SANDBOX"
    bot_id: str = "B0SANDBOX"
    bot_user_id: str = BOT_USER
    bot_token: str = "xoxb-sandbox"
    app_token: str = "xapp-sandbox"
    signing_secret: str = "sandbox-secret"
    verification_token: str = "sandbox-verification"
    manifest: AppManifest = field(default_factory=AppManifest)


class World:
    """All state of one workspace."""

    def __init__(self, app: App | None = None, seed: Json | None = None) -> None:
        self.app = app or App()
        self.load(seed or {})

    def load(self, seed: Json) -> None:
        """Throw everything away and fill the workspace from a seed (shape: sandbox/README.md)."""
        self.seed = deepcopy(seed)
        team = seed.get("team") or {}
        self.team = Team(name=team.get("name", "Sandbox"), domain=team.get("domain", "sandbox"))
        self.mint = Mint()
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self.direct: dict[frozenset[str], Conversation] = {}
        self.files: dict[str, StoredFile] = {}
        self.views: dict[str, View] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        # Options that the app suggested for (view id or channel/ts, block_id, action_id).
        self.offered: dict[tuple[str, str, str], list[Json]] = {}
        if "manifest" in seed:
            self.app.manifest = AppManifest.read(seed["manifest"])
        name = self.app.manifest.bot_name
        self.people[self.app.bot_user_id] = Person(
            self.app.bot_user_id,
            self.app.manifest.bot_handle,
            name,
            name,
            tz="UTC",
            is_bot=True,
            color="#4a154b",
        )
        for entry in seed.get("people", ()):
            self.put_person(entry)
        for entry in seed.get("channels", ()):
            self.put_channel(entry)

    def put_person(self, entry: Json) -> tuple[Person, bool]:
        """Create a person or change the one with this id or handle; return them and whether they are new."""
        found = self.people.get(entry.get("id", "")) or next(
            (
                person
                for person in self.people.values()
                if "id" not in entry and person.name == entry.get("name")
            ),
            None,
        )
        if found is None:
            found = Person(entry.get("id") or self.mint.make_id("U"), entry.get("name") or "someone")
            found.color = COLORS[len(self.people) % len(COLORS)]
            self.people[found.id] = found
            known = False
        else:
            known = True
        for key in (
            "name",
            "display_name",
            "real_name",
            "email",
            "title",
            "locale",
            "tz",
            "deleted",
            "color",
        ):
            if key in entry:
                setattr(found, key, entry[key])
        return found, not known

    def put_channel(self, entry: Json) -> tuple[Conversation, list[str], list[str]]:
        """Create or change a channel; return it with the people who joined and who left."""
        found = self.conversations.get(entry.get("id", "")) or next(
            (
                one
                for one in self.conversations.values()
                if "id" not in entry and one.name == entry.get("name")
            ),
            None,
        )
        joined: list[str] = []
        if found is None:
            kind: Kind = "private" if entry.get("private") else "channel"
            found = Conversation(
                entry.get("id") or self.mint.make_id("C"), kind, entry.get("name") or "channel"
            )
            self.conversations[found.id] = found
            entry = {"bot": True, **entry}
        for key in ("name", "topic", "archived"):
            if key in entry:
                setattr(found, key, entry[key])
        bot = self.app.bot_user_id
        wanted = [*entry.get("members", ()), *entry.get("invite", ()), *([bot] if entry.get("bot") else [])]
        for person in wanted:
            if person not in self.people:
                raise SlackError("user_not_found", user=person)
            if person not in found.members:
                found.members[person] = None
                joined.append(person)
        found.creator = found.creator or next(iter(found.members), "")
        leaving = [*entry.get("kick", ()), *([bot] if entry.get("bot") is False else [])]
        left = [person for person in leaving if person in found.members]
        for person in left:
            del found.members[person]
        return found, joined, left

    def open_direct(self, one: str, other: str) -> tuple[Conversation, bool]:
        """Return the direct message between two people and whether it is new."""
        pair = frozenset((one, other))
        found = self.direct.get(pair)
        if found:
            return found, False
        found = Conversation(
            self.mint.make_id("D"), "im", "directmessage", creator=one, members={one: None, other: None}
        )
        self.direct[pair] = self.conversations[found.id] = found
        return found, True

    def visible_to(self, person: str) -> list[Conversation]:
        """Return the conversations a person's sidebar may show: their own and every public channel."""
        return [one for one in self.conversations.values() if person in one.members or one.kind == "channel"]
