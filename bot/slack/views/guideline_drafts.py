"""A guideline version as those who look after it see it: its outline, what is new, and how to publish it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.guideline import GuidelineState
from bot.guidelines.document import Section
from bot.i18n.catalogs import N_, Catalog
from bot.reports.guidelines import News, Outline, VersionFacts
from bot.slack import ids
from bot.slack.blocks import Json, Run, actions, ask, button, context, fields, fit, quote, section
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.inputs import choice, file_input, modal
from bot.slack.mrkdwn import inline, one_line
from bot.slack.reader import Reader
from bot.slack.views.guidelines import changes_shown

GUIDELINE_KINDS = ("md", "markdown", "html", "htm", "docx", "pdf", "txt")

_LINE = 140
_QUOTE = 2400

_STATES = {
    GuidelineState.DRAFT: N_("draft, only you and other PMs see it"),
    GuidelineState.SCHEDULED: N_("published, not in effect yet"),
    GuidelineState.CURRENT: N_("in effect"),
    GuidelineState.PAST: N_("over"),
}


def _state(t: Catalog, state: GuidelineState) -> str:
    return t(_STATES[state])


def outline_shown(reader: Reader, outline: Outline, news: News | None = None) -> Content:
    """Return a version with its outline, and what is new in it; a draft has the button that publishes it."""
    t = reader.t
    version = outline.version
    key = inline(version.project_key, 20)
    text = t("{key}: version {number} of the guideline", key=key, number=version.number)
    headings = sum(not s.lead_in for s in outline.sections)
    pairs = [
        (t("State"), _state(t, version.state)),
        (t("File"), inline(version.source_name, 80)),
        (t("Sections"), f"{reader.number(headings)} + {reader.number(len(outline.sections) - headings)}"),
        (t("Words"), reader.number(version.words)),
    ]
    if version.effective_at is not None:
        pairs.append((t("In effect from"), reader.time(version.effective_at)))
    head = [section(f"📖 *{text}*\n{inline(version.title, 150)}"), fields(*pairs)]
    return Content(text, fit(lambda size: [*head, *_outline_blocks(reader, outline, news, size)]))


def _outline_blocks(reader: Reader, outline: Outline, news: News | None, size: int) -> list[Json]:
    blocks = _outline_quotes(reader, outline.sections, 2 * size)
    if news is not None and news.since:
        blocks += changes_shown(reader, news, size)
    if outline.version.state is GuidelineState.DRAFT:
        blocks += actions(_publish_button(reader, outline.version))
        blocks.append(context(_publish_hint(reader, outline.version)))
    return blocks


def _publish_button(reader: Reader, version: VersionFacts) -> Json:
    t = reader.t
    sure = ask(
        t("Publish this version now?"),
        t("Every worker of the project is told and has to confirm it before their next task."),
        t("Publish"),
        t("Not yet"),
        style="primary",
    )
    ref = Ref(version.version_id, version.ver)
    return button(t("Publish now"), ids.GUIDELINE_PUBLISH, ref, style="primary", confirm=sure)


def _publish_hint(reader: Reader, version: VersionFacts) -> str:
    typed = f"{reader.commands['pm']} guideline publish {inline(version.project_key, 20)}"
    return reader.t(
        "Or send `{command}`; a date and time behind it (`2026-12-01 09:00`) lets it begin then.",
        command=typed,
    )


def _outline_quotes(reader: Reader, sections: Sequence[Section], room: int) -> list[Json]:
    t = reader.t
    shown, left_out = _outline_lines(t, sections, room)
    blocks: list[Json] = []
    piece: list[str] = []
    for line in [*shown, None]:
        if piece and (line is None or sum(map(len, piece)) + len(piece) + len(line) > _QUOTE):
            blocks.append(quote("" if blocks else t("Outline"), [Run("\n".join(piece))]))
            piece = []
        if line is not None:
            piece.append(line)
    if left_out:
        blocks.append(context(t.plural("And {n} more section.", "And {n} more sections.", left_out)))
    return blocks


def _outline_lines(t: Catalog, sections: Sequence[Section], room: int) -> tuple[list[str], int]:
    """Return as much of the outline as a message carries: lead-ins are left out first, then the end."""
    top = min((s.level for s in sections), default=1)
    wanted = [_outline_line(t, s, top) for s in sections]
    if sum(map(len, wanted)) + len(wanted) > room:
        wanted = [_outline_line(t, s, top) for s in sections if not s.lead_in]
    shown: list[str] = []
    for line in wanted:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    return shown, len(sections) - len(shown)


def _outline_line(t: Catalog, part: Section, top: int) -> str:
    indent = "\u2003" * min(max(part.level - top, 0), 6)
    mark = "· " if part.lead_in else ""
    page = " " + t("(p. {n})", n=part.page) if part.page else ""
    return f"{indent}{mark}{one_line(part.title, _LINE)}{page}"


def diff_shown(reader: Reader, news: News) -> Content:
    """Return what is new in a version, by section."""
    t = reader.t
    version = news.version
    key = inline(version.project_key, 20)
    if not news.since:
        text = t(
            "{key}: version {number} is the first; there is nothing to compare.",
            key=key,
            number=version.number,
        )
        return Content(text, [section(text)])
    text = t(
        "{key}: version {number} beside version {since}", key=key, number=version.number, since=news.since
    )
    publish = actions(_publish_button(reader, version)) if version.state is GuidelineState.DRAFT else []
    head = section(f"📖 *{text}*\n{_state(t, version.state)}")
    return Content(text, fit(lambda size: [head, *changes_shown(reader, news, size), *publish]))


def published_reply(reader: Reader, version: VersionFacts, told: int) -> Content:
    """Confirm that a version is published: when it counts and how many workers hear of it."""
    t = reader.t
    values = {"key": inline(version.project_key, 20), "number": version.number}
    if version.state is GuidelineState.SCHEDULED and version.effective_at is not None:
        text = t(
            "Version {number} of {key} is published and counts from {time}.",
            time=reader.time(version.effective_at),
            **values,
        )
    else:
        text = t("Version {number} of {key} is published and counts now.", **values)
    more = t.plural(
        "{n} worker is told and confirms it before the next task.",
        "{n} workers are told and confirm it before their next task.",
        told,
    )
    return Content(text, [section(f"✅ *{text}*\n{more}")])


def guideline_form(reader: Reader, project_keys: tuple[str, ...]) -> Json:
    """Return the form for a guideline file; without a project to choose it only says so."""
    t = reader.t
    title = t("Upload guideline")
    if not project_keys:
        said = section(t("There is no project whose guideline you look after."))
        return modal(t, ids.FORM_GUIDELINE, title, "", [said])
    keys = [(key, key) for key in project_keys]
    blocks = [
        choice(t("Project"), ids.PROJECT, keys, chosen=project_keys[0] if len(project_keys) == 1 else ""),
        file_input(t("File"), ids.FILE, GUIDELINE_KINDS),
        context(t("Markdown, HTML, Word (.docx) or PDF. You see the outline first; nobody is told yet.")),
    ]
    return modal(t, ids.FORM_GUIDELINE, title, t("Upload"), blocks)


def reading(t: Catalog, key: str) -> str:
    """Return what stands in the window while a guideline is being read."""
    return t("⏳ The guideline for *{key}* is being read. The outline comes here and as a message.", key=key)


def no_guideline(reader: Reader, key: str) -> Content:
    """Say that there is nothing to show, and how to begin."""
    t = reader.t
    typed = f"`{reader.commands['pm']} guideline upload {inline(key, 20)}`"
    text = t("There is no guideline for {key} yet.", key=inline(key, 20))
    return Content(text, [section(text), section(t("To add one: {command}", command=typed))])
