"""The demo world: a small crew, so that the sandbox is worth opening without a seed file."""

from __future__ import annotations

from sandbox.shapes import Json

DEMO: Json = {
    "team": {"name": "Gagyo Sandbox", "domain": "gagyo-sandbox"},
    "people": [
        {"id": "U0HANEUL", "name": "haneul", "display_name": "하늘", "real_name": "하늘", "locale": "ko-KR"},
        {"id": "U0BADA", "name": "bada", "display_name": "바다", "real_name": "바다", "locale": "ko-KR"},
        {"id": "U0GARAM", "name": "garam", "display_name": "가람", "real_name": "가람", "locale": "ko-KR"},
        {
            "id": "U0MINA",
            "name": "mina",
            "display_name": "Mina",
            "real_name": "Mina Weber",
            "tz": "Europe/Berlin",
        },
        {"id": "U0ADMIN", "name": "admin", "display_name": "Admin", "real_name": "Alex Admin", "tz": "UTC"},
    ],
    "channels": [
        {
            "id": "C0GENERAL",
            "name": "general",
            "topic": "Everybody · 모두",
            "members": ["U0HANEUL", "U0BADA", "U0GARAM", "U0MINA", "U0ADMIN"],
        },
        {"id": "C0CREW", "name": "crew", "topic": "작업 크루", "members": ["U0HANEUL", "U0BADA", "U0GARAM"]},
        {
            "id": "C0PM",
            "name": "pm",
            "private": True,
            "topic": "Project managers",
            "members": ["U0MINA", "U0ADMIN", "U0GARAM"],
        },
    ],
}
