"""Files held in memory: name, bytes, and whether the upload was completed."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from time import time
from urllib.parse import quote

from sandbox.shapes import Json


@dataclass
class StoredFile:
    """A file; `data` is None until its bytes arrive, `completed` false until the upload is finished."""

    id: str
    name: str
    user: str
    title: str = ""
    expected_size: int = 0
    data: bytes | None = None
    completed: bool = False
    alt_text: str | None = None
    channels: list[str] = field(default_factory=list)
    created: int = field(default_factory=lambda: int(time()))

    @property
    def mimetype(self) -> str:
        """The type guessed from the name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def to_slack(self, base_url: str) -> Json:
        """Return the `file` object; its addresses need the bot token or, for a person, `?as=U…`."""
        suffix = PurePosixPath(self.name).suffix.lstrip(".").lower()
        address = f"{base_url}/files/{self.id}/{quote(self.name)}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title or self.name,
            "mimetype": self.mimetype,
            "filetype": suffix or "binary",
            "pretty_type": suffix.upper() or "Binary",
            "user": self.user,
            "size": len(self.data or b""),
            "mode": "hosted",
            "is_external": False,
            "is_public": False,
            "editable": False,
            "url_private": address,
            "url_private_download": f"{address}?download=1",
            "permalink": f"{base_url}/files/{self.id}/{quote(self.name)}",
            "file_access": "visible",
            "channels": list(self.channels),
            "groups": [],
            "ims": [],
        }
