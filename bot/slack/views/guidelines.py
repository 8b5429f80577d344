"""A guideline version as the workers hear of it: what is new, its words, and the button to confirm it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.domain.guideline import GuidelineState
from bot.guidelines.changes import Change, ChangeKind
from bot.guidelines.document import Section
from bot.i18n.catalogs import N_
from bot.reports.guidelines import News, NewsFor
from bot.slack import ids
from bot.slack.blocks import (
    Json,
    actions,
    bullets,
    button,
    context,
    fit,
    full_quote,
    link,
    section,
)
from bot.slack.content import Content
from bot.slack.ids import Ref
from bot.slack.inputs import modal
from bot.slack.mrkdwn import inline, one_line, open_url
from bot.slack.reader import Reader
from bot.slack.views import trouble
from bot.slack.views.tasks import next_button

_WINDOW_ROOM = 60_000
_WINDOW_BLOCKS = 90

_KINDS = {
    ChangeKind.ADDED: N_("New: {path}"),
    ChangeKind.CHANGED: N_("Changed: {path}"),
    ChangeKind.REMOVED: N_("No longer there: {path}"),
    ChangeKind.MOVED: N_("Moved: {path}"),
}
_ORDER = (ChangeKind.CHANGED, ChangeKind.ADDED, ChangeKind.REMOVED, ChangeKind.MOVED)


def changes_shown(reader: Reader, news: News, size: int) -> list[Json]:
    """Return what is new in a version, a line each section, in about `size` characters of their words."""
    t = reader.t
    if not news.changes:
        return [section(t("No section is different from version {since}.", since=news.since))]
    text = t.plural(
        "{n} section is new or different since version {since}:",
        "{n} sections are new or different since version {since}:",
        len(news.changes),
        since=news.since,
    )
    lines, room = list[str](), size
    for change in _sorted(news.changes):
        line = t(_KINDS[change.kind], path=path_of(change.path))
        room -= len(line) + 60
        if room < 0:
            break
        lines.append(line)
    blocks = [section(text), bullets(lines)]
    if left_out := len(news.changes) - len(lines):
        blocks.append(context(t.plural("And {n} more section.", "And {n} more sections.", left_out)))
    return blocks


def _sorted(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda change: _ORDER.index(change.kind))


def path_of(path: tuple[str, ...]) -> str:
    """Return the last headings of a path on one line."""
    return one_line(" › ".join(one_line(title, 80) for title in path[-3:]), 200)


def guideline_card(reader: Reader, news: NewsFor) -> Content:
    """Return the news of a version to a worker, with the button until they have pressed it."""
    t = reader.t
    version = news.version
    values = {"key": inline(version.project_key, 20), "number": version.number}
    if version.state is GuidelineState.PAST:
        text = t("{key}: version {number} of the guideline is over.", **values)
        more = t("A newer one counts, so there is nothing to do here.")
        return Content(text, [section(f"📖 *{text}*\n{more}")])
    if version.state is GuidelineState.SCHEDULED and version.effective_at is not None:
        text = t(
            "{key}: version {number} of the guideline counts from {time}.",
            time=reader.time(version.effective_at),
            **values,
        )
    elif news.since:
        text = t("{key}: version {number} of the guideline counts now.", **values)
    else:
        text = t("{key}: the guideline is here, version {number}.", **values)
    return Content(text, fit(lambda size: [section(f"📖 *{text}*"), *_to_read(reader, news, size)]))


def read_first(reader: Reader, news: NewsFor) -> Content:
    """Return the answer to somebody who wants a task but has not read the guideline in effect."""
    t = reader.t
    version = news.version
    text = t(
        "Before your next task of {key}, please read version {number} of the guideline.",
        key=inline(version.project_key, 20),
        number=version.number,
    )
    more = t("The same card is in our direct messages. As soon as you have confirmed, tasks go on.")
    head = section(f"📖 *{text}*\n{more}")
    return Content(text, fit(lambda size: [head, *_to_read(reader, news, size)]))


def _to_read(reader: Reader, news: NewsFor, size: int) -> list[Json]:
    t = reader.t
    version = news.version
    ref = Ref(version.version_id, 0)
    url = open_url(version.guideline_url or "")
    read = news.acknowledged_at is not None
    if read:
        said = t("You have confirmed this. Thank you!")
    elif news.since:
        said = t("Please read these places and confirm; your next task comes after that.")
    else:
        said = t("Please read it and confirm; your next task comes after that.")
    return [
        *(changes_shown(reader, news, size) if news.since else []),
        section(f"{'✅ ' if read else ''}{said}"),
        *actions(
            None if read else button(t("I have read it"), ids.GUIDELINE_ACKNOWLEDGE, ref, style="primary"),
            button(t("Show the text"), ids.GUIDELINE_TEXT, ref),
            link(t("📖 Guideline"), ids.LINK_GUIDELINE, url) if url else None,
        ),
        context(t("Tasks you have in hand stay with the version you took them under.")),
    ]


def acknowledged_reply(reader: Reader, key: str, number: int) -> Content:
    """Thank somebody who has read a version, with the way on."""
    text = reader.t("Thank you! Version {number} of {key} is confirmed.", key=inline(key, 20), number=number)
    return Content(text, [section(f"✅ {text}"), *actions(next_button(reader))])


def text_window(reader: Reader, news: News, sections: Sequence[Section]) -> Json:
    """Return the window with the words of what is new, or of the whole guideline where nothing came before.

    The guideline's own words are shown as they are, in the language they were written in.
    """
    t = reader.t
    version = news.version
    fresh = {
        change.new_id for change in news.changes if change.kind in (ChangeKind.ADDED, ChangeKind.CHANGED)
    }
    wanted = [s for s in sections if s.text and (not news.since or s.id in fresh)]
    blocks = [section(f"*{inline(version.title, 150)}*")]
    room, shown = _WINDOW_ROOM, 0
    for part in wanted:
        quoted = full_quote(path_of(part.path), part.text)
        room -= sum(len(line) for line in part.text)
        if room < 0 or len(blocks) + len(quoted) > _WINDOW_BLOCKS:
            break
        blocks += quoted
        shown += 1
    removed = [c for c in _sorted(news.changes) if c.kind is ChangeKind.REMOVED]
    if removed and len(blocks) < _WINDOW_BLOCKS:
        gone = _KINDS[ChangeKind.REMOVED]
        blocks.append(bullets(t(gone, path=path_of(c.path)) for c in removed[:40]))
    if left_out := len(wanted) - shown:
        blocks.append(context(t.plural("And {n} more section.", "And {n} more sections.", left_out)))
    title = t("Version {number}", number=version.number)
    return modal(t, trouble.NOTICE, title, "", blocks)
