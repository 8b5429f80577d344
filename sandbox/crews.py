"""The made-up crew and its projects: who they are, what they work on, and the files a PM would upload."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox.shapes import Json

MATERIAL = Path(__file__).parent / "material"
"""Every sentence in it was written for the sandbox; nothing is taken from anybody's recordings or texts."""


@dataclass(frozen=True)
class Member:
    """Somebody of the crew. `handle` is the Slack name, `nickname` what they choose when they join."""

    handle: str
    nickname: str
    role: str
    projects: tuple[str, ...] = ()
    language: str = "ko"
    zone: str = "Asia/Seoul"

    @property
    def id(self) -> str:
        """The Slack id."""
        return f"U0{self.handle.upper()}"


@dataclass(frozen=True)
class Project:
    """A project as the admin sets it up; `settings` follow its name in the command, `price` is typed as it stands."""

    key: str
    type: str
    name: str
    price: str
    guideline: str
    file: str
    settings: str = ""


TITLES = {
    "worker": "작업자 · Worker",
    "reviewer": "검수자 · Reviewer",
    "supervisor": "수퍼바이저 · Supervisor",
    "pm": "Project manager",
    "admin": "Workspace admin · 관리자",
    "stranger": "처음 온 사람 · Newcomer",
}
"""What a person's profile says, so that whoever tries the demo knows whom to be."""

DIALECTS = ("JEONNAM", "GYEONGSANG")
EVERYTHING = (*DIALECTS, "COMMENTS", "SENTENCES")

PROJECTS = (
    Project(
        "JEONNAM",
        "transcription",
        "전남 사투리 전사 · Jeonnam dialect",
        "450원",
        "dialect",
        "jeonnam.csv",
        "confidential=no",
    ),
    Project(
        "GYEONGSANG",
        "transcription",
        "경상 사투리 전사 · Gyeongsang dialect",
        "450원",
        "dialect",
        "gyeongsang.csv",
        "confidential=no",
    ),
    Project(
        "COMMENTS",
        "moderation",
        "댓글 검열 · Comments",
        "120",
        "comments",
        "comments.csv",
        'labels="안전,욕설,차별,광고,개인정보"',
    ),
    Project(
        "SENTENCES",
        "translation",
        "문장 번역 · Sentences",
        "1,200원",
        "sentences",
        "sentences.jsonl",
        "confidential=no",
    ),
)

ADMIN = Member("sam", "Sam", "admin", language="en", zone="Europe/Berlin")
PM = Member("alex", "Alex", "pm", EVERYTHING, language="en", zone="Europe/Berlin")
SPANISH_PM = Member("lucia", "Lucía", "pm", ("JEONNAM", "SENTENCES"), language="en", zone="Europe/Madrid")
"""Joins where people of several languages are bridged; she has messages translated into Spanish."""

SUPERVISOR = Member("dari", "다리", "supervisor", EVERYTHING)
REVIEWERS = (
    Member("deungdae", "등대", "reviewer", EVERYTHING),
    Member("nachimban", "나침반", "reviewer", EVERYTHING),
)
WORKERS = (
    Member("mulgyeol", "물결", "worker", ("JEONNAM", "COMMENTS")),
    Member("gamja", "감자", "worker", ("JEONNAM", "COMMENTS")),
    Member("noeul", "노을", "worker", ("JEONNAM", "SENTENCES")),
    Member("dubu", "두부", "worker", ("COMMENTS", "SENTENCES")),
    Member("gorae", "고래", "worker", ("GYEONGSANG", "COMMENTS")),
    Member("yeoul", "여울", "worker", ("GYEONGSANG", "COMMENTS")),
    Member("solbangul", "솔방울", "worker", ("GYEONGSANG", "SENTENCES")),
    Member("chamkkae", "참깨", "worker", ("COMMENTS", "SENTENCES")),
)
STRANGER = Member("saessak", "새싹", "stranger")
"""Somebody of the workspace whom the bot does not know."""

CREW = (*WORKERS, *REVIEWERS, SUPERVISOR, PM)
"""Everybody who joins by themselves; the first admin is made on the command line."""


def workspace() -> Json:
    """Return the seed of a workspace with these people (shape: sandbox/README.md)."""
    people = [
        {
            "id": member.id,
            "name": member.handle,
            "display_name": member.nickname,
            "real_name": member.nickname,
            "title": TITLES[member.role],
            "locale": "ko-KR" if member.language == "ko" else "en-US",
            "tz": member.zone,
        }
        for member in (*WORKERS, *REVIEWERS, SUPERVISOR, PM, SPANISH_PM, ADMIN, STRANGER)
    ]
    everybody = [person["id"] for person in people]
    crew = [member.id for member in (*WORKERS, *REVIEWERS, SUPERVISOR)]
    return {
        "team": {"name": "Gagyo Sandbox", "domain": "gagyo-sandbox"},
        "people": people,
        "channels": [
            {"name": "general", "topic": "Everybody · 모두", "members": everybody},
            {"name": "crew", "topic": "작업 크루", "members": crew},
            {
                "name": "pm",
                "private": True,
                "topic": "Project managers",
                "members": [PM.id, SPANISH_PM.id, ADMIN.id, SUPERVISOR.id],
            },
        ],
    }


@dataclass(frozen=True)
class Clip:
    """A stretch of speech that was never recorded: its id, its project (or VOTES), the words one would hear."""

    id: str
    project: str
    words: str


@cache
def clips() -> dict[str, Clip]:
    """Return every clip by its id, in the order of the file."""
    with (MATERIAL / "clips.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["id"]: Clip(row["id"], row["project"], row["words"]) for row in rows}


def task_file(project: Project, base_url: str) -> bytes:
    """Return the file the PM uploads for a project; audio addresses point to the sandbox at `base_url`."""
    if project.type != "transcription":
        return (MATERIAL / project.file).read_bytes()
    return _clip_file(project.key, base_url)


def voting_file(base_url: str) -> bytes:
    """Return the file with the clips on which people vote: of GYEONGSANG, and to be worked before its others."""
    return _clip_file("VOTES", base_url, priority=5)


def _clip_file(group: str, base_url: str, priority: int = 0) -> bytes:
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(("id", "audio", *(["priority"] if priority else [])))
    for clip in clips().values():
        if clip.project == group:
            rows.writerow((clip.id, f"{base_url}/media/audio/{clip.id}", *([priority] if priority else [])))
    return written.getvalue().encode()


def guideline_url(project: Project, base_url: str) -> str:
    """Return where the project's guideline can be read."""
    return f"{base_url}/media/guideline/{project.guideline}"
