"""Block Kit in messages and in Home: buttons, selects, tables, charts, and text that means harm."""

from __future__ import annotations

from playwright.sync_api import expect

from sandbox.server import RunningSandbox
from tests.browser.conftest import OpenPage
from tests.browser.crew_app import DIGEST, OFFER, CrewApp, Json
from tests.browser.places import BADA, CREW, HANEUL, at, message


def test_a_button_changes_the_message_for_everybody(open_page: OpenPage, crew: CrewApp) -> None:
    mine, theirs = open_page(at(HANEUL)), open_page(at(BADA))
    crew.client.chat_postMessage(channel=CREW, text="새 작업", blocks=OFFER)
    mine.get_by_role("button", name="받기").click()
    for page in (mine, theirs):
        expect(message(page, "님이 받았어요")).to_contain_text("@하늘")
        expect(page.get_by_test_id("block-button")).to_have_count(0)
    assert crew.count("take") == 1
    assert crew.last("take")["actions"][0]["value"] == "v"


def test_confirm_asks_first(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    crew.client.chat_postMessage(channel=CREW, text="새 작업", blocks=OFFER)
    page.get_by_role("button", name="반려", exact=True).click()
    expect(page.get_by_role("dialog", name="반려할까요?")).to_contain_text("정말로 그런가요?")
    page.get_by_test_id("confirm-no").click()
    page.get_by_role("button", name="반려", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("confirm")).to_have_count(0)
    assert crew.count("drop") == 0
    page.get_by_role("button", name="반려", exact=True).click()
    page.get_by_role("button", name="반려하기").click()
    assert crew.last("drop")["user"]["id"] == HANEUL


def test_select_in_a_message(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    crew.client.chat_postMessage(channel=CREW, text="새 작업", blocks=OFFER)
    page.get_by_role("combobox", name="사유").fill("띄어")
    page.keyboard.press("Enter")
    assert crew.last("reason")["actions"][0]["selected_option"]["value"] == "spacing"


def test_table_and_charts(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL), width=900)
    crew.client.chat_postMessage(channel=CREW, text="오늘의 현황", blocks=DIGEST)
    table = page.get_by_test_id("table")
    expect(table.get_by_role("columnheader")).to_have_text(["작업자", "완료", "반려율"])
    expect(table.get_by_role("cell", name="42")).to_have_css("text-align", "right")
    expect(table.get_by_role("cell", name="3.1 %")).to_have_css("text-align", "center")

    line = page.locator("[data-testid=chart][data-kind=line]")
    expect(line.get_by_role("img", name="꺾은선 차트: 처리량")).to_be_visible()
    expect(line.locator("path.stroke")).to_have_count(2)
    expect(line.locator(".legend li")).to_have_text(["완료", "제출"])
    line.get_by_text("값 보기").click()
    expect(line.get_by_role("row", name="수 4 9")).to_be_visible()

    pie = page.locator("[data-testid=chart][data-kind=pie]")
    expect(pie.locator("path.slice")).to_have_count(2)
    expect(pie.locator(".legend li")).to_have_text(["검수 중3 · 25%", "완료9 · 75%"])


def test_foreign_text_never_becomes_markup(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    harm = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    blocks: list[Json] = [
        {
            "type": "section",
            "text": {
                "type": "mrkdwn",
                "text": "&lt;img src=x onerror=alert(1)&gt; <javascript:alert(3)|click>",
            },
        },
        {"type": "header", "text": {"type": "plain_text", "text": harm}},
        {"type": "markdown", "text": f"{harm} [x](javascript:alert(4)) **ok**"},
    ]
    crew.client.chat_postMessage(channel=CREW, text="harm", blocks=blocks)
    row = message(page, "ok")
    expect(row.locator("h3")).to_have_text(harm)
    assert row.locator("img, script, a[href^=javascript]").count() == 0


def test_unknown_blocks_are_named(open_page: OpenPage, box: RunningSandbox) -> None:
    page = open_page(at(HANEUL))
    shown = page.evaluate(
        """async () => {
          const { renderBlock } = await import("/page/blocks.js");
          return renderBlock({type: "hologram", block_id: "b"}, {session: {context: {}}}).textContent;
        }"""
    )
    assert shown == "알 수 없는 블록: hologram"


def test_home(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(f"/?as={HANEUL}")
    page.locator("[data-testid=conversation][data-name=Crew]").click()
    page.get_by_test_id("home-tab").click()
    home = page.get_by_test_id("home-view")
    expect(home.get_by_role("heading", name="내 작업함")).to_be_visible()
    expect(home).to_contain_text("@하늘 님의 작업이에요.")
    home.get_by_role("button", name="새로 고침").click()
    expect(home).to_contain_text("방금 새로 고쳤어요.")
    page.reload()
    expect(page.get_by_test_id("home-tab")).to_have_attribute("aria-selected", "true")
