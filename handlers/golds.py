"""/pm gold: which tasks' answers are known, and how people did with them."""

from __future__ import annotations

from bot.db.unit_of_work import UnitOfWork
from bot.domain.errors import Invalid
from bot.domain.keystrokes import keystrokes
from bot.domain.policy import Action
from bot.reports.golds import read_golds
from bot.services.gold import retire_gold, set_gold
from bot.services.rules import rules_of
from bot.slack.content import Content
from bot.slack.views import golds as views
from handlers.heard import Answer, Heard
from handlers.once import look, once
from handlers.projects import named_project

_RETIRE = frozenset(map(keystrokes, ("retire", "remove", "빼기", "해제")))
_LIST = frozenset(map(keystrokes, ("list", "목록")))


def typed(heard: Heard, rest: str) -> Answer:
    """Read `[KEY] [list]`, `[KEY] <task> [answer]` or `[KEY] retire <task>`."""
    words = rest.split()
    key = words.pop(0) if words and not _is_task(words[0]) and not _is_verb(words[0]) else ""
    if not words or keystrokes(words[0]) in _LIST:
        return look(heard, lambda uow: _list(uow, heard, key).as_reply())
    retire = keystrokes(words[0]) in _RETIRE
    words = words[1:] if retire else words

    def effect(uow: UnitOfWork) -> Answer:
        project = named_project(uow, heard, Action.SET_GOLD, key)
        if not words or not _is_task(words[0]):
            raise Invalid("task", "missing")
        task_id, answer = int(words[0].lstrip("#")), " ".join(words[1:])
        me = heard.me.person_id
        if retire:
            retire_gold(uow, actor_id=me, project_id=project.id, task_id=task_id)
            return views.gold_retired(heard.reader, task_id).as_reply()
        made = set_gold(uow, actor_id=me, project_id=project.id, task_id=task_id, answer=answer)
        return views.gold_set(heard.reader, task_id, renewed=made.renewed).as_reply()

    return once(heard, effect)


def _is_task(word: str) -> bool:
    number = word.lstrip("#")
    return number.isascii() and number.isdigit() and len(number) <= 15


def _is_verb(word: str) -> bool:
    return keystrokes(word) in _RETIRE | _LIST


def _list(uow: UnitOfWork, heard: Heard, key: str) -> Content:
    project = named_project(uow, heard, Action.SET_GOLD, key)
    percent = rules_of(uow.session, project.id).gold_percent
    return views.gold_list(heard.reader, read_golds(uow.session, project.id, percent))
