"""Commands, buttons, modals, shortcuts and menus, each in Socket Mode and over signed HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from sandbox.client import ActFailed, Sandbox, message_text
from tests.integration.sandbox_bolt import (
    CREW,
    button,
    in_socket_mode,
    make_app,
    modal,
    plain,
    running_sandbox,
    serving_http,
    text_input,
)

Connect = Callable[[App], None]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def app(box: Sandbox) -> App:
    return make_app(box.url)


@pytest.fixture(params=["socket", "http"])
def connect(request: pytest.FixtureRequest, box: Sandbox) -> Iterator[Connect]:
    """Connects the app when the test has registered its listeners."""
    with ExitStack() as stack:

        def connect_app(app: App) -> None:
            if request.param == "socket":
                stack.enter_context(in_socket_mode(app, box))
            else:
                url = stack.enter_context(serving_http(app))
                box.control("app", events_url=url)

        yield connect_app
        box.control("app", events_url=None)


def test_command_ack_is_an_ephemeral_that_only_the_caller_sees(
    app: App, box: Sandbox, connect: Connect
) -> None:
    seen: list[dict[str, Any]] = []

    @app.command("/work")
    def work(ack: Any, command: Any) -> None:
        seen.append(command)
        ack(text="다음 작업이에요", blocks=[{"type": "section", "text": {"type": "mrkdwn", "text": "*T-1*"}}])

    connect(app)
    haneul, bada = box.person("U0HANEUL"), box.person("U0BADA")
    answer = haneul.command("/work next  지금", channel=CREW)

    assert answer["message"]["ephemeral"] is True
    assert message_text(haneul.ephemerals(CREW)[-1]) == "*T-1*"
    assert bada.ephemerals(CREW) == []
    sent = seen[0]
    assert (sent["command"], sent["text"], sent["user_id"], sent["user_name"]) == (
        "/work",
        "next  지금",
        "U0HANEUL",
        "haneul",
    )
    assert (sent["channel_id"], sent["channel_name"], sent["team_domain"]) == (CREW, "crew", "gagyo-sandbox")
    assert sent["is_enterprise_install"] == "false"
    assert sent["response_url"].startswith(box.url)


def test_button_updates_its_message(app: App, box: Sandbox, connect: Connect) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("task:accept")
    def accept(ack: Any, body: Any, client: Any) -> None:
        bodies.append(body)
        client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text="승인했어요", blocks=[]
        )
        ack()

    connect(app)
    posted = app.client.chat_postMessage(
        channel=CREW,
        text="검토",
        blocks=[{"type": "actions", "elements": [button("task:accept", "승인", "T-7")]}],
        metadata={"event_type": "task", "event_payload": {"id": "T-7"}},
    )
    haneul = box.person("U0HANEUL")
    card = haneul.message(CREW, posted["ts"])
    haneul.click(card, "승인")

    assert haneul.message(CREW, posted["ts"])["text"] == "승인했어요"
    body = bodies[0]
    action = body["actions"][0]
    assert (action["value"], action["type"], action["block_id"]) == (
        "T-7",
        "button",
        card["blocks"][0]["block_id"],
    )
    assert float(action["action_ts"]) > float(posted["ts"])
    assert body["container"] == {
        "type": "message",
        "message_ts": posted["ts"],
        "channel_id": CREW,
        "is_ephemeral": False,
    }
    assert body["message"]["metadata"]["event_payload"] == {"id": "T-7"}
    assert body["user"] == {"id": "U0HANEUL", "username": "haneul", "name": "haneul", "team_id": "T0SANDBOX"}
    assert body["channel"] == {"id": CREW, "name": "crew"}
    assert {"trigger_id", "response_url", "api_app_id", "token", "team", "state"} <= set(body)


def test_double_click_reaches_the_app_twice(app: App, box: Sandbox, connect: Connect) -> None:
    values: list[str] = []

    @app.action("go")
    def go(ack: Any, action: Any) -> None:
        values.append(action["value"])
        ack()

    connect(app)
    posted = app.client.chat_postMessage(
        channel=CREW, text="x", blocks=[{"type": "actions", "elements": [button("go", "Go")]}]
    )
    haneul = box.person("U0HANEUL")
    answer = haneul.click(haneul.message(CREW, posted["ts"]), "go", times=3)
    assert values == ["1", "1", "1"]
    assert len(answer["acks"]) == 3


def test_modal_is_opened_refused_updated_pushed_and_cleared(app: App, box: Sandbox, connect: Connect) -> None:
    submitted: list[dict[str, Any]] = []

    @app.command("/form")
    def form(ack: Any, client: Any, body: Any) -> None:
        view = modal(
            "first", text_input("reason", "이유", min_length=2), text_input("note", "메모", optional=True)
        )
        client.views_open(trigger_id=body["trigger_id"], view={**view, "private_metadata": "T-1"})
        ack()

    @app.view("first")
    def first(ack: Any, body: Any, view: Any) -> None:
        submitted.append(body)
        said = view["state"]["values"]["reason"]["value"]["value"]
        if said == "bad":
            ack(response_action="errors", errors={"reason": "다시 써 주세요"})
        elif said == "update":
            ack(response_action="update", view=modal("second", text_input("more", "더"), title="둘"))
        else:
            ack()

    @app.view("second")
    def second(ack: Any) -> None:
        ack(response_action="push", view=modal("third", text_input("last", "끝"), title="셋"))

    @app.view("third")
    def third(ack: Any) -> None:
        ack(response_action="clear")

    connect(app)
    haneul = box.person("U0HANEUL")
    haneul.command("/form", channel=CREW)
    view = haneul.wait_for_modal()
    assert view["title"]["text"] == "양식"

    # The client itself refuses what the form does not allow; the app hears nothing of it.
    assert haneul.submit({"이유": ""})["errors"] == {"reason": "필수 항목이에요. 입력해 주세요."}
    assert haneul.submit({"이유": "a"})["errors"] == {"reason": "2자 이상 입력해 주세요."}
    assert submitted == []

    refused = haneul.submit({"이유": "bad"})
    assert (refused["ok"], refused["response_action"], refused["errors"]) == (
        True,
        "errors",
        {"reason": "다시 써 주세요"},
    )
    assert haneul.wait_for_modal()["id"] == view["id"]

    assert haneul.submit({"reason": "update"})["response_action"] == "update"
    updated = haneul.wait_for_modal()
    assert (updated["id"], updated["title"]["text"]) == (view["id"], "둘")
    assert updated["hash"] != view["hash"]

    pushed = haneul.submit({"더": "x"})
    assert [one["title"]["text"] for one in pushed["views"]] == ["둘", "셋"]
    assert pushed["views"][1]["previous_view_id"] == pushed["views"][1]["root_view_id"] == view["id"]
    assert haneul.submit({"끝": "x"})["views"] == []

    body = submitted[0]
    assert body["type"] == "view_submission"
    assert (body["view"]["private_metadata"], body["view"]["callback_id"]) == ("T-1", "first")
    assert body["view"]["state"]["values"]["note"]["value"] == {"type": "plain_text_input", "value": None}
    assert {"trigger_id", "response_urls", "team", "api_app_id"} <= set(body)


def test_view_closed_only_when_asked_for(app: App, box: Sandbox, connect: Connect) -> None:
    closed: list[dict[str, Any]] = []

    @app.command("/form")
    def form(ack: Any, client: Any, body: Any, command: Any) -> None:
        view = modal("m", text_input("a", "A"))
        client.views_open(
            trigger_id=body["trigger_id"], view={**view, "notify_on_close": command["text"] == "tell"}
        )
        ack()

    @app.view_closed("m")
    def on_close(ack: Any, body: Any) -> None:
        closed.append(body)
        ack()

    connect(app)
    haneul = box.person("U0HANEUL")
    haneul.command("/form quiet", channel=CREW)
    haneul.close_modal()
    assert closed == []
    haneul.command("/form tell", channel=CREW)
    assert haneul.close_modal()["views"] == []
    assert (closed[0]["is_cleared"], closed[0]["view"]["callback_id"]) == (False, "m")


def test_bad_ack_of_a_form_is_seen_by_the_person(app: App, box: Sandbox, connect: Connect) -> None:
    @app.command("/form")
    def form(ack: Any, client: Any, body: Any) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=modal("m", text_input("a", "A")))
        ack()

    @app.view("m")
    def view(ack: Any) -> None:
        ack(response_action="errors", errors={"nowhere": "x"})

    connect(app)
    haneul = box.person("U0HANEUL")
    haneul.command("/form", channel=CREW)
    with pytest.raises(ActFailed, match="invalid_ack"):
        haneul.submit({"a": "x"})


def test_message_and_global_shortcuts(app: App, box: Sandbox, connect: Connect) -> None:
    bodies: list[dict[str, Any]] = []

    @app.shortcut("escalate")
    def escalate(ack: Any, body: Any, respond: Any) -> None:
        bodies.append(body)
        ack()
        respond("전달했어요")

    @app.shortcut("open_inbox")
    def inbox(ack: Any, body: Any) -> None:
        bodies.append(body)
        ack()

    connect(app)
    haneul = box.person("U0HANEUL")
    message = haneul.say(CREW, "이 파일이 이상해요")
    haneul.message_shortcut("escalate", message)
    haneul.shortcut("open_inbox")
    assert (bodies[0]["type"], bodies[0]["message"]["text"], bodies[0]["message_ts"]) == (
        "message_action",
        "이 파일이 이상해요",
        message["ts"],
    )
    assert (bodies[1]["type"], bodies[1]["callback_id"]) == ("shortcut", "open_inbox")
    assert "response_url" not in bodies[1]
    assert haneul.ephemerals(CREW)[-1]["text"] == "전달했어요"


def test_external_menu(app: App, box: Sandbox, connect: Connect) -> None:
    chosen: list[str] = []

    @app.options("pick")
    def options(ack: Any, payload: Any) -> None:
        ack(options=[{"text": plain(f"{payload['value']}-1"), "value": "one"}])

    @app.action("pick")
    def pick(ack: Any, action: Any) -> None:
        chosen.append(action["selected_option"]["value"])
        ack()

    connect(app)
    menu = {
        "type": "external_select",
        "action_id": "pick",
        "placeholder": plain("고르기"),
        "min_query_length": 1,
    }
    posted = app.client.chat_postMessage(
        channel=CREW, text="x", blocks=[{"type": "actions", "block_id": "b", "elements": [menu]}]
    )
    haneul = box.person("U0HANEUL")
    message = haneul.message(CREW, posted["ts"])
    with pytest.raises(ActFailed, match="option_not_found"):
        haneul.click(message, "pick", option="one")
    assert [option["value"] for option in haneul.options(message, "pick", "전사")] == ["one"]
    haneul.click(message, "pick", option="one")
    assert chosen == ["one"]


def test_late_and_missing_acks_time_out(app: App, box: Sandbox, connect: Connect) -> None:
    @app.command("/slow")
    def slow(ack: Any) -> None:
        time.sleep(0.4)
        ack()

    connect(app)
    box.control("app", ack_seconds=0.2)
    haneul = box.person("U0HANEUL")
    answer = haneul.act("command", channel=CREW, text="/slow")
    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")
    # A command nobody handles: 404 over HTTP, silence in Socket Mode.
    assert haneul.act("command", channel=CREW, text="/nobody")["error"] in (
        "dispatch_failed",
        "operation_timeout",
    )


def test_trigger_is_single_use_and_short_lived(app: App, box: Sandbox, connect: Connect) -> None:
    triggers: list[str] = []

    @app.command("/form")
    def form(ack: Any, body: Any) -> None:
        triggers.append(body["trigger_id"])
        ack()

    connect(app)
    haneul = box.person("U0HANEUL")
    view = modal("m", text_input("a", "A"))

    def open_with(trigger: str) -> str:
        with pytest.raises(SlackApiError) as refused:
            app.client.views_open(trigger_id=trigger, view=view)
        return str(refused.value.response["error"])

    haneul.command("/form", channel=CREW)
    app.client.views_open(trigger_id=triggers[0], view=view)
    assert open_with(triggers[0]) == "exchanged_trigger_id"
    assert open_with("made.up") == "invalid_trigger_id"
    haneul.command("/form", channel=CREW)
    box.control("app", trigger_seconds=0.05)
    time.sleep(0.1)
    assert open_with(triggers[1]) == "expired_trigger_id"


def test_response_url_works_five_times(app: App, box: Sandbox, connect: Connect) -> None:
    responds: list[Any] = []

    @app.action("go")
    def go(ack: Any, respond: Any) -> None:
        responds.append(respond)
        ack()

    connect(app)
    haneul, bada = box.person("U0HANEUL"), box.person("U0BADA")
    app.client.chat_postEphemeral(
        channel=CREW,
        user="U0HANEUL",
        text="x",
        blocks=[{"type": "actions", "elements": [button("go", "Go")]}],
    )
    card = haneul.ephemerals(CREW)[-1]
    haneul.click(card, "go")
    respond = responds[0]
    assert respond(text="바뀌었어요", replace_original=True).status_code == 200
    assert haneul.message(CREW, card["ts"])["text"] == "바뀌었어요"
    assert haneul.message(CREW, card["ts"])["blocks"] == []
    assert respond(text="모두에게", response_type="in_channel").status_code == 200
    assert bada.messages(CREW)[-1]["text"] == "모두에게"
    assert respond(delete_original=True).status_code == 200
    assert haneul.ephemerals(CREW) == []
    assert respond(text="4").status_code == 200
    assert respond(text="5").status_code == 200
    refused = respond(text="6")
    assert refused.status_code == 404
    assert "used_url" in refused.body

    haneul.click(haneul.say(CREW, "x") and _post_button(app, box), "go")
    box.control("app", response_url_seconds=0)
    assert "expired_url" in responds[1](text="late").body


def _post_button(app: App, box: Sandbox) -> dict[str, Any]:
    posted = app.client.chat_postMessage(
        channel=CREW, text="x", blocks=[{"type": "actions", "elements": [button("go", "Go")]}]
    )
    return box.person("U0HANEUL").message(CREW, str(posted["ts"]))


def test_clicks_in_a_modal_carry_what_was_typed(app: App, box: Sandbox, connect: Connect) -> None:
    states: list[dict[str, Any]] = []

    @app.command("/form")
    def form(ack: Any, client: Any, body: Any) -> None:
        actions: dict[str, Any] = {
            "type": "actions",
            "block_id": "acts",
            "elements": [button("again", "다시")],
        }
        client.views_open(trigger_id=body["trigger_id"], view=modal("m", text_input("a", "A"), actions))
        ack()

    @app.action("again")
    def again(ack: Any, body: Any, client: Any) -> None:
        states.append(body["view"]["state"]["values"])
        view = modal("m", text_input("a", "A"), text_input("b", "B"), title="바뀜")
        client.views_update(view_id=body["view"]["id"], hash=body["view"]["hash"], view=view)
        ack()

    connect(app)
    haneul = box.person("U0HANEUL")
    haneul.command("/form", channel=CREW)
    before = haneul.wait_for_modal()
    haneul.click(before, "다시", values={"a": "쓰던 글"})
    assert states[0]["a"]["value"]["value"] == "쓰던 글"
    after = haneul.wait_for_modal()
    assert after["title"]["text"] == "바뀜"
    assert after["state"]["values"]["a"]["value"]["value"] == "쓰던 글"
    with pytest.raises(SlackApiError, match="hash_conflict"):
        app.client.views_update(
            view_id=before["id"], hash=before["hash"], view=modal("m", text_input("a", "A"))
        )


def test_file_input_hands_over_files(app: App, box: Sandbox, connect: Connect) -> None:
    files: list[dict[str, Any]] = []

    @app.command("/import")
    def start(ack: Any, client: Any, body: Any) -> None:
        block: dict[str, Any] = {
            "type": "input",
            "block_id": "file",
            "label": plain("파일"),
            "element": {"type": "file_input", "action_id": "value", "max_files": 1},
        }
        client.views_open(trigger_id=body["trigger_id"], view=modal("m", block))
        ack()

    @app.view("m")
    def submitted(ack: Any, view: Any) -> None:
        files.extend(view["state"]["values"]["file"]["value"]["files"])
        ack()

    connect(app)
    haneul = box.person("U0HANEUL")
    haneul.command("/import", channel=CREW)
    file = haneul.upload("작업.csv", "id,text\n1,가".encode())
    assert haneul.submit({"파일": [file["id"]]})["errors"] == {}
    assert (files[0]["name"], files[0]["size"]) == ("작업.csv", len("id,text\n1,가".encode()))
