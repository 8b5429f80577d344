"""A small app for the browser tests: one listener for each thing a page must be able to show or send."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

Json = dict[str, Any]

MANIFEST: Json = {
    "display_information": {"name": "Crew"},
    "features": {
        "bot_user": {"display_name": "Crew"},
        "slash_commands": [
            {"command": "/crew", "description": "작업을 받아요", "usage_hint": "[받기|목록]"},
            {"command": "/sleepy", "description": "never answers in time"},
        ],
        "shortcuts": [
            {
                "type": "global",
                "callback_id": "report",
                "name": "Report a problem",
                "description": "opens a form",
            },
            {"type": "message", "callback_id": "quote", "name": "Quote this", "description": ""},
        ],
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.channels", "message.im"]}
    },
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(text: str, action_id: str, **more: Any) -> Json:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": "v", **more}


def option(text: str, value: str) -> Json:
    return {"text": plain(text), "value": value}


def field_of(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element | {"action_id": "a"},
        **more,
    }


OFFER: list[Json] = [
    {"type": "header", "text": plain("새 작업")},
    {"type": "section", "text": mrkdwn("*전사* 20건, 단가 `₩1,250`")},
    {
        "type": "actions",
        "block_id": "offer",
        "elements": [
            button("받기", "take", style="primary"),
            button(
                "반려",
                "drop",
                style="danger",
                confirm={
                    "title": plain("반려할까요?"),
                    "text": mrkdwn("*정말로* 그런가요?"),
                    "confirm": plain("반려하기"),
                    "deny": plain("그만두기"),
                },
            ),
            {
                "type": "static_select",
                "action_id": "reason",
                "placeholder": plain("사유"),
                "options": [option("소리 누락", "missing"), option("띄어쓰기", "spacing")],
            },
        ],
    },
]

FORM: Json = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("문제 알리기"),
    "submit": plain("보내기"),
    "close": plain("그만두기"),
    "blocks": [
        {"type": "alert", "level": "warning", "text": mrkdwn("지침이 *v7* 판으로 바뀌었어요.")},
        {
            "type": "actions",
            "block_id": "tools",
            "elements": [button("더 보기", "deeper"), button("줄 추가", "grow")],
        },
        field_of("text", "내용", {"type": "plain_text_input", "multiline": True}),
        field_of("name", "별명", {"type": "plain_text_input"}),
        field_of(
            "kind",
            "종류",
            {"type": "static_select", "options": [option("소리", "sound"), option("지침", "guide")]},
        ),
        field_of("find", "작업 찾기", {"type": "external_select", "min_query_length": 0}),
        field_of("crew", "함께한 사람", {"type": "multi_users_select"}, optional=True),
        field_of(
            "level",
            "정도",
            {"type": "radio_buttons", "options": [option("급해요", "high"), option("천천히", "low")]},
        ),
        field_of(
            "checks",
            "확인",
            {"type": "checkboxes", "options": [option("들었어요", "heard"), option("봤어요", "seen")]},
        ),
        field_of("day", "날짜", {"type": "datepicker"}),
        field_of("time", "시각", {"type": "timepicker"}),
        field_of("minutes", "걸린 분", {"type": "number_input", "is_decimal_allowed": False}),
        field_of("proof", "파일", {"type": "file_input", "max_files": 2}, optional=True),
    ],
}

DEEPER: Json = {
    "type": "modal",
    "callback_id": "deeper",
    "title": plain("더 깊이"),
    "close": plain("뒤로"),
    "blocks": [{"type": "section", "text": mrkdwn("두 번째 창이에요.")}],
}

DAYS = ["월", "화", "수"]

DIGEST: list[Json] = [
    {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": text} for text in ("작업자", "완료", "반려율")],
            [{"type": "raw_text", "text": text} for text in ("하늘", "42", "3.1 %")],
            [{"type": "raw_text", "text": text} for text in ("바다", "7", "—")],
        ],
        "column_settings": [{"align": "left"}, {"align": "right"}, {"align": "center"}],
    },
    {
        "type": "data_visualization",
        "title": "처리량",
        "chart": {
            "type": "line",
            "series": [
                {
                    "name": name,
                    "data": [{"label": day, "value": value} for day, value in zip(DAYS, values, strict=True)],
                }
                for name, values in (("완료", (3, 5, 4)), ("제출", (4, 6, 9)))
            ],
            "axis_config": {"categories": DAYS},
        },
    },
    {
        "type": "data_visualization",
        "title": "상태",
        "chart": {
            "type": "pie",
            "segments": [{"label": "검수 중", "value": 3}, {"label": "완료", "value": 9}],
        },
    },
]


@dataclass
class CrewApp:
    """The app and what it heard; `client` posts as the bot."""

    app: App
    client: WebClient
    heard: list[tuple[str, Json]] = field(default_factory=list)

    def last(self, kind: str, timeout: float = 5) -> Json:
        """Return the newest payload of this kind, waiting for it a little."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            for name, payload in reversed(self.heard):
                if name == kind:
                    return payload
            time.sleep(0.02)
        raise AssertionError(f"the app never heard {kind}: {[name for name, _ in self.heard]}")

    def count(self, kind: str) -> int:
        return sum(name == kind for name, _ in self.heard)


def build_crew_app(client: WebClient) -> CrewApp:
    """Return the app with its listeners; nothing is connected yet."""
    app = App(client=client, signing_secret="sandbox-secret", process_before_response=True)
    crew = CrewApp(app, client)

    @app.command("/crew")
    def answer_command(ack: Any, command: Json) -> None:
        crew.heard.append(("command", command))
        ack(f"*3건* 남았어요: {command['text']}")

    @app.command("/sleepy")
    def sleep_too_long(ack: Any) -> None:
        time.sleep(3.4)
        ack()

    @app.action("drop")
    @app.action("reason")
    def remember(ack: Any, body: Json) -> None:
        ack()
        crew.heard.append((body["actions"][0]["action_id"], body))

    @app.action("take")
    def take(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        crew.heard.append(("take", body))
        client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="받았어요",
            blocks=[OFFER[0], _done(body)],
        )

    @app.shortcut("report")
    def open_form(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.shortcut("quote")
    def quote(ack: Any, body: Json, respond: Any) -> None:
        ack()
        crew.heard.append(("quote", body))
        respond(text=f"&gt; {body['message']['text']}")

    @app.action("deeper")
    def push(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=DEEPER)

    @app.action("grow")
    def grow(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        crew.heard.append(("grow", body))
        more = field_of("extra", "덧붙임", {"type": "plain_text_input"}, optional=True)
        client.views_update(view_id=body["view"]["id"], view=FORM | {"blocks": [*FORM["blocks"], more]})

    @app.options("a")
    def suggest(ack: Any, payload: Json) -> None:
        found = [name for name in ("전사 101", "전사 102", "검열 7") if payload["value"] in name]
        ack(options=[option(name, name) for name in found])

    @app.view("form")
    def receive(ack: Any, view: Json) -> None:
        values = view["state"]["values"]
        crew.heard.append(("form", values))
        if "사투리" not in values["text"]["a"]["value"]:
            ack(response_action="errors", errors={"text": "사투리를 그대로 적어 주세요."})
            return
        ack()

    @app.event("app_home_opened")
    def publish(event: Json, client: WebClient) -> None:
        blocks = [
            {"type": "header", "text": plain("내 작업함")},
            {"type": "section", "text": mrkdwn(f"<@{event['user']}> 님의 작업이에요.")},
            {"type": "actions", "block_id": "home", "elements": [button("새로 고침", "refresh")]},
        ]
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.action("refresh")
    def refresh(ack: Any, body: Json, client: WebClient) -> None:
        ack()
        blocks = [{"type": "section", "text": mrkdwn("*방금* 새로 고쳤어요.")}]
        client.views_publish(user_id=body["user"]["id"], view={"type": "home", "blocks": blocks})

    @app.event(re.compile("message"))
    def hear(event: Json) -> None:
        crew.heard.append(("message", event))

    return crew


def _done(body: Json) -> Json:
    return {"type": "section", "text": mrkdwn(f":white_check_mark: <@{body['user']['id']}> 님이 받았어요.")}
