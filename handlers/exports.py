"""/pm export: asked for in a moment, made in a thread of its own, sent as a file to whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.exports import Format, Order, What, file_name
from bot.domain.keystrokes import keystrokes
from bot.domain.pay import Month
from bot.domain.policy import Action
from bot.exporting import export_to_file
from bot.services.exports import order_export
from bot.slack.content import Content
from bot.slack.failures import Uncertain
from bot.slack.views import exports as views
from handlers.errors import survive
from handlers.heard import Answer, Heard
from handlers.once import once
from handlers.projects import named_project
from handlers.speaking import say_in_dm

_WHAT = {
    What.RESULTS: ("results", "result", "결과"),
    What.ANSWERS: ("answers", "answer", "답변", "답"),
    What.PAY: ("pay", "정산"),
    What.ISSUES: ("issues", "issue", "이슈"),
}
_FORMATS = {
    Format.JSONL: ("jsonl", "json"),
    Format.CSV: ("csv", "excel", "엑셀"),
    Format.LABEL_STUDIO: ("label-studio", "labelstudio", "ls"),
}
_WHAT_BY_KEYS = {keystrokes(word): what for what, words in _WHAT.items() for word in words}
_FORMAT_BY_KEYS = {keystrokes(word): form for form, words in _FORMATS.items() for word in words}


@dataclass(frozen=True)
class Wanted:
    """What somebody typed after `/pm export`."""

    key: str = ""
    what: What = What.RESULTS
    form: Format = Format.CSV
    month: Month | None = None


def read_wanted(text: str) -> Wanted:
    """Read a project's key, what, a format and a month in any order. Raises Invalid for what is none of them.

    A word that names both a project and a thing to export is the project's key where no other word is.
    """
    words = text.split()[:8]
    things = [word for word in words if keystrokes(word) in _WHAT_BY_KEYS]
    forms = [word for word in words if keystrokes(word) in _FORMAT_BY_KEYS]
    months = [word for word in words if word[:1].isdigit()]
    keys = [word for word in words if word not in (*things, *forms, *months)]
    if not keys and len(things) > 1:
        keys.append(things.pop(0))
    if len(keys) > 1 or len(things) > 1:
        raise Invalid("what", "unknown", (keys or things)[-1][:20])
    return Wanted(
        keys[0] if keys else "",
        _WHAT_BY_KEYS[keystrokes(things[0])] if things else What.RESULTS,
        _FORMAT_BY_KEYS[keystrokes(forms[0])] if forms else Format.CSV,
        Month.parse(months[0]) if months else None,
    )


def start_export(heard: Heard, rest: str) -> Answer:
    """Check who asks, say that the file comes, and make it after the answer has left."""
    orders: list[Order] = []

    def effect(uow: UnitOfWork) -> Answer:
        wanted = read_wanted(rest)
        action = Action.SEE_PAY if wanted.what is What.PAY else Action.EXPORT
        project = named_project(uow, heard, action, wanted.key)
        order = order_export(
            uow,
            person_id=heard.me.person_id,
            project=project,
            what=wanted.what,
            form=wanted.form,
            month=wanted.month,
        )
        orders.append(order)
        return views.export_under_way(heard.reader, project.key, wanted.what).as_reply()

    return once(heard, effect, then=lambda: make_export(heard, orders[0]))


def make_export(heard: Heard, order: Order) -> None:
    """Have the file written and sent, one after the other with those of other people."""
    day = heard.reader.now.astimezone(ZoneInfo(heard.reader.zone)).date()

    def write(folder: Path) -> tuple[Path | None, Content]:
        path = folder / file_name(order, day)
        done = export_to_file(heard.deps.transaction, order, path)
        if not done.rows:
            return None, views.export_empty(heard.reader, order.project_key, order.what)
        return path, views.export_ready(heard.reader, order.project_key, order.what, done.rows)

    send_file(heard, order.project_key, write)


def send_file(heard: Heard, key: str, write: Callable[[Path], tuple[Path | None, Content]]) -> None:
    """Write a file in a thread of its own and share it in the person's direct messages; say so when that failed.

    `write` puts it into a private folder, which is gone afterwards, and words the message; None for no file.
    """

    def work() -> None:
        with TemporaryDirectory(prefix="gagyo-export-") as folder:
            path, words = write(Path(folder))
            if path is None:
                say_in_dm(heard, words.as_reply())
                return
            gateway = heard.deps.gateway
            try:
                gateway.upload_file(gateway.open_dm(heard.user), path, path.name, words=words.text)
            except Uncertain:
                # It may well be there; a second one would only puzzle, and asking again is easy.
                return

    def failed() -> None:
        say_in_dm(heard, views.export_failed(heard.reader, key).as_reply())

    heard.deps.exports.run("an export", lambda: survive("an export", work, failed))
