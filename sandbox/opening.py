"""Opening day: everybody joins, the admin sets projects up, the PM brings tasks. All of it through Slack."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from sandbox.client import PersonClient, Sandbox, list_actions, message_text
from sandbox.crews import ADMIN, CREW, MATERIAL, PM, Member, Project, guideline_url, task_file
from sandbox.expecting import ActFailed
from sandbox.shapes import Json


def join(person: PersonClient, nickname: str, language: str = "ko") -> Json:
    """Join as a newcomer does: any command, the button of the greeting, the form. Return the closing window."""
    welcome = person.command("/work")["message"]
    person.click(welcome, "join:open")
    answer = person.submit({"nickname": nickname, "language": language})
    if answer["errors"]:
        raise ActFailed({"error": "refused", "text": str(answer["errors"])})
    window = person.wait_for_modal()
    person.close_modal(all=True)
    return window


def set_up_project(admin: PersonClient, project: Project) -> list[Json]:
    """Type the two lines that make a project; return what each was answered."""
    guideline = guideline_url(project, admin.box.url)
    line = f'/admin project {project.key} {project.type} "{project.name}" guideline={guideline} {project.settings}'
    return [tell(admin, line), tell(admin, f"/admin price {project.key} {project.price}")]


def give_roles(admin: PersonClient, members: Iterable[Member]) -> list[Json]:
    """Type a line for each role of each member; return what each was answered."""
    return [
        tell(admin, f"/admin role @{member.handle} {member.role} {key}")
        for member in members
        for key in member.projects
    ]


def tell(person: PersonClient, line: str) -> Json:
    """Type a command in the direct message with the bot and return the message it is answered with."""
    answer: Json | None = person.command(line)["message"]
    if answer is None:
        raise ActFailed({"error": "no_answer", "text": line})
    return answer


def bring_tasks(pm: PersonClient, key: str, name: str, data: bytes, timeout: float = 15.0) -> Json:
    """Import a file through `/pm import` and its form; return the report in the direct messages."""
    return _bring(pm, f"/pm import {key}", key, name, data, timeout)


def bring_guideline(pm: PersonClient, key: str, name: str, data: bytes, timeout: float = 30.0) -> Json:
    """Upload a guideline through `/pm guideline upload`; return its outline, which has the button to publish."""
    return _bring(pm, f"/pm guideline upload {key}", key, name, data, timeout, action="guideline:publish")


def guideline_file(project: Project) -> tuple[str, bytes]:
    """Return the name and the bytes of the project's guideline."""
    file = MATERIAL / f"guideline_{project.guideline}.md"
    return file.name, file.read_bytes()


def publish_guideline(pm: PersonClient, project: Project) -> Json:
    """Upload the project's guideline and publish it; return the outline that was shown first."""
    outline = bring_guideline(pm, project.key, *guideline_file(project))
    pm.click(outline, "guideline:publish")
    return outline


def confirm_guideline(worker: PersonClient, key: str, timeout: float = 15.0) -> Json:
    """Press the button under the project's guideline in the direct messages; return the card it stood on."""
    card = worker.wait_for_dm(
        lambda one: key in message_text(one) and "guideline:acknowledge" in list_actions(one), timeout
    )
    worker.click(card, "guideline:acknowledge")
    return card


def _bring(
    pm: PersonClient, line: str, key: str, name: str, data: bytes, timeout: float, action: str = ""
) -> Json:
    before = {message["ts"] for message in pm.dm()}
    pm.command(line)
    form = pm.wait_for_modal()
    file = pm.upload(name, data)
    answer = pm.submit({"project": key, "file": [file["id"]]}, view=form)
    if answer["errors"]:
        raise ActFailed({"error": "refused", "text": str(answer["errors"])})

    def reports(message: Json) -> bool:
        text = message_text(message)
        # A role that was given a moment before may be told only now, with the same key.
        fits = message["ts"] not in before and key in text and "🪪" not in text
        return fits and (not action or action in list_actions(message))

    report = pm.wait_for_dm(reports, timeout)
    if pm.modal():
        pm.close_modal(all=True)
    return report


def open_office(box: Sandbox, projects: Iterable[Project], members: Iterable[Member] = CREW) -> None:
    """Have the crew join, the projects set up, the roles given and the tasks imported, as fast as it goes."""
    projects, members = tuple(projects), tuple(members)
    keys = {project.key for project in projects}
    admin, pm = box.person(ADMIN.id), box.person(PM.id)
    with ThreadPoolExecutor(4) as threads:
        joining = [threads.submit(join, box.person(m.id), m.nickname, m.language) for m in members]
        for project in projects:
            set_up_project(admin, project)
        for joined in joining:
            joined.result()
        orders = [
            f"/admin role @{member.handle} {member.role} {key}"
            for member in members
            for key in member.projects
            if key in keys
        ]
        list(threads.map(lambda order: tell(admin, order), orders))
        for project in projects:
            bring_tasks(pm, project.key, project.file, task_file(project, box.url))
            publish_guideline(pm, project)
        read = [
            (box.person(m.id), key)
            for m in members
            if m.role == "worker"
            for key in m.projects
            if key in keys
        ]
        list(threads.map(lambda one: confirm_guideline(*one), read))
