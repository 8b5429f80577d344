"""What the app's manifest promises: commands, shortcuts and event subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.shapes import Json


@dataclass
class AppManifest:
    """The parts of a manifest the workspace acts on; None means "not said": everything is allowed."""

    bot_name: str = "Gagyo"
    bot_handle: str = "gagyo"
    commands: list[Json] | None = None
    shortcuts: list[Json] = field(default_factory=list)
    bot_events: frozenset[str] | None = None

    @classmethod
    def read(cls, manifest: Json | None) -> AppManifest:
        """Read Slack's manifest JSON; an empty one subscribes to everything and allows any command."""
        if not manifest:
            return cls()
        features = manifest.get("features") or {}
        events = ((manifest.get("settings") or {}).get("event_subscriptions") or {}).get("bot_events")
        display = manifest.get("display_information") or {}
        name = display.get("name") or "Gagyo"
        return cls(
            bot_handle=name.lower().replace(" ", "_"),
            bot_name=(features.get("bot_user") or {}).get("display_name") or name,
            commands=features.get("slash_commands", []),
            shortcuts=features.get("shortcuts", []),
            bot_events=frozenset(events) if events is not None else None,
        )

    def list_commands(self) -> list[Json]:
        """Return {command, description, usage_hint} of every command."""
        return [
            {key: command.get(key, "") for key in ("command", "description", "usage_hint")}
            for command in self.commands or ()
        ]

    def list_shortcuts(self) -> list[Json]:
        """Return {type, callback_id, name, description} of every shortcut."""
        return [
            {key: shortcut.get(key, "") for key in ("type", "callback_id", "name", "description")}
            for shortcut in self.shortcuts
        ]

    def find_command(self, name: str) -> Json | None:
        """Return the command's entry; without a manifest any name is one."""
        if self.commands is None:
            return {"command": name}
        return next((command for command in self.commands if command.get("command") == name), None)

    def hears(self, subscription: str) -> bool:
        """Tell whether the app subscribes to an event such as `message.im`."""
        return self.bot_events is None or subscription in self.bot_events
