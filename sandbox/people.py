"""People of the workspace, the bot user among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from time import time
from zoneinfo import ZoneInfo

from sandbox.shapes import Json

COLORS = ("#2f6f9f", "#7a5195", "#a0522d", "#3b7d4f", "#b5485d", "#5b6abf", "#8a6d1b", "#2b7a78")


@dataclass
class Person:
    """One member of the workspace; `name` is the handle."""

    id: str
    name: str
    display_name: str = ""
    real_name: str = ""
    email: str = ""
    title: str = ""
    locale: str = "en-US"
    tz: str = "Asia/Seoul"
    is_bot: bool = False
    deleted: bool = False
    color: str = COLORS[0]
    updated: int = field(default_factory=lambda: int(time()))

    @property
    def tz_offset(self) -> int:
        """Seconds east of UTC, now."""
        offset = datetime.now(ZoneInfo(self.tz)).utcoffset()
        return int(offset.total_seconds()) if offset else 0

    @property
    def shown_name(self) -> str:
        """What other people read as the name."""
        return self.display_name or self.real_name or self.name

    def to_page(self) -> Json:
        """Return the Person shape of sandbox/README.md."""
        return {
            "id": self.id,
            "name": self.name,
            "display_name": self.shown_name,
            "real_name": self.real_name or self.shown_name,
            "title": self.title,
            "locale": self.locale,
            "tz": self.tz,
            "tz_offset": self.tz_offset,
            "is_bot": self.is_bot,
            "deleted": self.deleted,
            "color": self.color,
        }

    def to_slack(self, team_id: str, *, include_locale: bool = False) -> Json:
        """Return the `user` object of users.info; a deactivated person has no locale and time zone there."""
        real_name = self.real_name or self.shown_name
        user: Json = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.deleted,
            "color": self.color.lstrip("#"),
            "real_name": real_name,
            "profile": {
                "real_name": real_name,
                "real_name_normalized": real_name,
                "display_name": self.display_name,
                "display_name_normalized": self.display_name,
                "status_text": "",
                "status_emoji": "",
                "team": team_id,
                **({"email": self.email} if self.email else {}),
            },
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": self.updated,
        }
        if not self.deleted:
            user |= {
                "tz": self.tz,
                "tz_label": self.tz,
                "tz_offset": self.tz_offset,
                "is_admin": False,
                "is_owner": False,
                "is_primary_owner": False,
                "is_restricted": False,
                "is_ultra_restricted": False,
            }
            if include_locale:
                user["locale"] = self.locale
        return user
