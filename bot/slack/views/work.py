"""The pieces every card and form share: what is to be worked on, the answer, what changed, ids and links."""

from __future__ import annotations

from bot.domain.answers import NOTE, UNUSABLE, Answer
from bot.domain.task import TaskType
from bot.i18n.catalogs import N_
from bot.reports.cards import HeldFacts, TaskFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, button, full_quote, link, quote, section, small
from bot.slack.diff import draw
from bot.slack.graphemes import cut
from bot.slack.issue_refs import CardRef
from bot.slack.mrkdwn import inline, one_line, open_url, showable
from bot.slack.reader import Reader
from bot.slack.words import say_unusable

_ADDRESSES = {
    "audio": (ids.LINK_AUDIO, N_("🎧 Open the audio"), N_("Audio")),
    "image": (ids.LINK_IMAGE, N_("🖼️ Open the image"), N_("Image")),
    "link": (ids.LINK_WORK, N_("🔗 Open the task"), N_("Link")),
}
_TEXTS = {"text": N_("Text"), "source": N_("Original text"), "note": N_("Note on this task")}
_PARTS = {
    TaskType.TRANSCRIPTION: {"text": N_("Transcript")},
    TaskType.MODERATION: {"label": N_("Label"), "rationale": N_("Rationale")},
    TaskType.TRANSLATION: {"text": N_("Translated text")},
}


def part_names(reader: Reader, task_type: TaskType) -> dict[str, str]:
    """Return the parts of an answer of this type with their names, in the order they are asked for."""
    return {part: reader.t(name) for part, name in _PARTS[task_type].items()}


def ids_line(reader: Reader, task: TaskFacts, version: str) -> Json:
    """Return the small line under a card: project, task number, the PM's id, guideline version."""
    t = reader.t
    names = [task.project_key, f"#{task.task_id}", one_line(task.external_id)]
    names.append(t("guideline v{version}", version=one_line(version, 40)))
    if task.confidential:
        names.append(t("🔒 confidential"))
    return small(" · ".join(names))


def links_row(reader: Reader, task: TaskFacts) -> list[Json]:
    """Return the buttons that open the task's audio, image or page, and the guideline."""
    t = reader.t
    row = []
    for column, (action, label, _name) in _ADDRESSES.items():
        if url := open_url(task.payload.get(column, "")):
            row.append(link(t(label), action, url))
    if url := open_url(task.guideline_url or ""):
        row.append(link(t("📖 Guideline"), ids.LINK_GUIDELINE, url))
    return actions(*row)


def escalate_button(reader: Reader, about: CardRef) -> Json:
    """Return the button that raises an issue about what the card shows; it stands last and is never the main one."""
    return button(reader.t("Escalate"), ids.ISSUE_OPEN, about)


def hold_note(reader: Reader, held: HeldFacts | None, more: str) -> list[Json]:
    """Return what a card says first while its task is on hold, and `more` about what that means; else nothing."""
    if held is None:
        return []
    t = reader.t
    text = t("On hold because of issue #{id}", id=held.issue_id) if held.issue_id else t("On hold")
    return [section(f"⏸️ *{text}*\n{more}")]


def material(reader: Reader, task: TaskFacts, size: int | None, form: str = "") -> list[Json]:
    """Return what is to be worked on, each text cut to `size` characters (None: whole).

    `form` names the button whose form shows what was cut off.
    """
    t = reader.t
    shown: list[Json] = []
    for column, name in _TEXTS.items():
        if text := task.payload.get(column):
            title = t(name)
            if column == "source" and (language := task.payload.get("source_language")):
                title = f"{title} ({one_line(language, 20)})"
            shown += _quoted(reader, title, text, size, form)
    for column, (_action, _label, name) in _ADDRESSES.items():
        address = task.payload.get(column)
        if address and not open_url(address):
            shown += _quoted(reader, t(name), address, size, form)
    return shown


def answer_shown(
    reader: Reader, task_type: TaskType, answer: Answer, size: int | None, form: str = ""
) -> list[Json]:
    """Return an answer, part by part, each cut to `size` characters (None: whole)."""
    t = reader.t
    shown: list[Json] = []
    if UNUSABLE in answer:
        shown.append(quote(t("Cannot be worked on"), [Run(say_unusable(t, answer[UNUSABLE]))]))
    else:
        for part, name in part_names(reader, task_type).items():
            shown += _quoted(reader, name, answer.get(part, ""), size, form)
    if answer.get(NOTE):
        shown += _quoted(reader, t("Worker's note"), answer[NOTE], size, form)
    return shown


def _quoted(reader: Reader, title: str, text: str, size: int | None, form: str) -> list[Json]:
    t = reader.t
    if size is None:
        return full_quote(title, text)
    shown = cut(showable(text).strip(), size)
    if len(shown) == len(showable(text).strip()):
        return [quote(title, [Run(shown)])]
    note = t("Only the beginning is shown.")
    if form:
        note = t("Only the beginning is shown; all of it is under “{button}”.", button=form)
    return [quote(title, [Run(shown)], note)]


def changes(
    reader: Reader, task_type: TaskType, before: Answer, after: Answer, size: int, title: str, form: str = ""
) -> list[Json]:
    """Return what became of an answer, part by part: struck out what is gone, bold what is new."""
    t = reader.t
    if UNUSABLE in before or UNUSABLE in after:
        sides = [_summary(reader, task_type, side) for side in (before, after)]
        return [
            quote(title, [Run(cut(sides[0], size), "strike"), Run("\n"), Run(cut(sides[1], size), "bold")])
        ]
    names = part_names(reader, task_type)
    shown: list[Json] = []
    for part, name in names.items():
        if before.get(part) == after.get(part):
            continue
        old, new = before.get(part, ""), after.get(part, "")
        # A label is one thing: half of it struck out would be a riddle.
        whole_label = [Run(showable(old), "strike"), Run(" → "), Run(showable(new), "bold")]
        runs, whole = (whole_label, True) if part == "label" else draw(old, new, size)
        note = t("Struck out: before. Bold: now.")
        if not whole:
            note += " " + t("Only the beginning is shown.")
            if form:
                note += " " + t("All of it is under “{button}”.", button=form)
        shown.append(quote(f"{title} ({name})" if len(names) > 1 else title, runs, note))
    return shown


def _summary(reader: Reader, task_type: TaskType, answer: Answer) -> str:
    if UNUSABLE in answer:
        t = reader.t
        title, reason = t("Cannot be worked on"), say_unusable(t, answer[UNUSABLE])
        return f"{title}: {reason}"
    return " · ".join(showable(answer[part]) for part in part_names(reader, task_type) if answer.get(part))


def project_name(task: TaskFacts) -> str:
    """Return the project's name for the middle of a sentence in mrkdwn."""
    return inline(task.project_name, 80)
