"""Writing, reading, reacting, threads, and who sees what."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import expect

from sandbox.server import RunningSandbox
from tests.browser.conftest import OpenPage
from tests.browser.crew_app import CrewApp
from tests.browser.places import BADA, CREW, GARAM, HANEUL, MINA, at, message, write


def test_a_message_reaches_the_others_and_the_app(open_page: OpenPage, crew: CrewApp) -> None:
    mine, theirs = open_page(at(HANEUL)), open_page(at(BADA))
    write(mine, "@바다 님 *확인* 부탁해요 <b>&amp; https://example.com/a?b=1&c=2 :pray:")
    row = message(theirs, "확인")
    expect(row.locator(".message-author")).to_have_text("하늘")
    expect(row.locator(".mention.me")).to_have_text("@바다")
    expect(row.locator("strong")).to_have_text("확인")
    expect(row.get_by_role("link")).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    expect(row.locator(".message-body")).to_contain_text("<b>&amp;")
    expect(row.locator(".emoji")).to_have_text("🙏")
    assert crew.last("message")["text"].startswith("<@U0BADA> 님 *확인*")


def test_enter_that_ends_a_syllable_does_not_send(open_page: OpenPage, box: RunningSandbox) -> None:
    page = open_page(at(HANEUL))
    field = page.locator(".main [data-testid=composer] textarea")
    field.focus()
    keys = page.context.new_cdp_session(page)
    keys.send("Input.imeSetComposition", {"text": "안녕하세", "selectionStart": 4, "selectionEnd": 4})
    page.evaluate(
        """() => {
          const field = document.activeElement;
          const enter = {key: "Enter", bubbles: true, cancelable: true};
          for (const composing of [{isComposing: true}, {keyCode: 229}]) {
            field.dispatchEvent(new KeyboardEvent("keydown", {...enter, ...composing}));
          }
        }"""
    )
    keys.send("Input.insertText", {"text": "안녕하세요"})
    expect(field).to_have_value("안녕하세요")
    assert box.world.conversations[CREW].messages == {}
    field.press("Enter")
    expect(message(page, "안녕하세요")).to_be_visible()
    assert [one.text for one in box.world.conversations[CREW].messages.values()] == ["안녕하세요"]


def test_shift_enter_makes_a_line(open_page: OpenPage) -> None:
    page = open_page(at(HANEUL))
    field = page.locator(".main [data-testid=composer] textarea")
    field.fill("하나")
    field.press("Shift+Enter")
    field.press_sequentially("둘")
    expect(field).to_have_value("하나\n둘")


def test_edit_delete_and_react(open_page: OpenPage) -> None:
    mine, theirs = open_page(at(HANEUL)), open_page(at(BADA))
    write(mine, "처음 글")
    row = message(mine, "처음 글")
    row.hover()
    row.get_by_test_id("message-menu").click()
    mine.get_by_role("menuitem", name="메시지 편집").click()
    mine.get_by_role("textbox", name="메시지 편집").fill("고친 글")
    mine.get_by_role("button", name="저장").click()
    changed = message(theirs, "고친 글")
    expect(changed.locator(".edited")).to_be_visible()

    changed.hover()
    changed.get_by_role("button", name="반응 추가").first.click()
    theirs.get_by_role("button", name="tada").click()
    reaction = message(mine, "고친 글").get_by_test_id("reaction")
    expect(reaction).to_have_attribute("aria-label", "tada, 1: 바다")
    reaction.click()
    expect(reaction).to_have_attribute("aria-pressed", "true")

    row = message(mine, "고친 글")
    row.hover()
    row.get_by_test_id("message-menu").click()
    mine.get_by_role("menuitem", name="메시지 삭제").click()
    mine.get_by_test_id("confirm-yes").click()
    expect(theirs.get_by_test_id("message")).to_have_count(0)


def test_only_the_author_may_edit(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    crew.client.chat_postMessage(channel=CREW, text="봇의 글")
    row = message(page, "봇의 글")
    row.hover()
    row.get_by_test_id("message-menu").click()
    expect(page.get_by_role("menuitem", name="Quote this")).to_be_visible()
    expect(page.get_by_role("menuitem", name="메시지 편집")).to_have_count(0)


def test_threads(open_page: OpenPage, crew: CrewApp) -> None:
    mine, theirs = open_page(at(HANEUL)), open_page(at(BADA))
    write(mine, "질문 있어요")
    row = message(theirs, "질문 있어요")
    row.hover()
    row.get_by_test_id("reply-in-thread").click()
    thread = theirs.get_by_test_id("thread")
    thread.locator("textarea").fill("여기 답이요")
    thread.locator("textarea").press("Enter")
    expect(thread.get_by_test_id("message")).to_have_count(2)
    opener = message(mine, "질문 있어요").get_by_test_id("thread-open")
    expect(opener).to_contain_text("댓글 1개")
    expect(mine.locator(".main").get_by_text("여기 답이요")).to_have_count(0)
    opener.click()
    expect(mine.get_by_test_id("thread").get_by_text("여기 답이요")).to_be_visible()
    thread.locator("textarea").fill("/crew 목록")
    thread.locator("textarea").press("Enter")
    expect(theirs.get_by_test_id("error-notice")).to_contain_text("/crew 명령은 스레드에서 쓸 수 없어요")
    assert crew.count("command") == 0


def test_ephemerals_are_private(open_page: OpenPage, crew: CrewApp) -> None:
    mine, theirs = open_page(at(HANEUL)), open_page(at(BADA))
    write(mine, "/crew 목록")
    row = message(mine, "3건 남았어요: 목록")
    expect(row.get_by_test_id("only-you")).to_have_text("나에게만 보임")
    crew.client.chat_postMessage(channel=CREW, text="모두에게")
    expect(message(theirs, "모두에게")).to_be_visible()
    expect(theirs.get_by_text("남았어요")).to_have_count(0)
    mine.reload()
    expect(message(mine, "3건 남았어요")).to_be_visible()


def test_commands_are_completed(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    field = page.locator(".main [data-testid=composer] textarea")
    field.press_sequentially("/cr")
    expect(page.get_by_role("option", name="/crew")).to_contain_text("작업을 받아요")
    field.press("Enter")
    expect(field).to_have_value("/crew ")
    field.press_sequentially("받기")
    field.press("Enter")
    expect(message(page, "3건 남았어요: 받기")).to_be_visible()
    assert crew.last("command")["text"] == "받기"


def test_a_late_answer_is_shown_as_an_error(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    write(page, "/sleepy 깨워 줘")
    notice = page.get_by_test_id("error-notice")
    expect(notice).to_contain_text("operation_timeout")
    expect(notice).to_have_count(1)
    expect(page.locator(".main [data-testid=composer] textarea")).to_have_value("/sleepy 깨워 줘")


def test_message_shortcut(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    write(page, "인용할 글")
    row = message(page, "인용할 글")
    row.hover()
    row.get_by_test_id("message-menu").click()
    page.get_by_role("menuitem", name="Quote this").click()
    expect(page.locator("blockquote")).to_have_text("인용할 글")
    assert crew.last("quote")["message"]["text"] == "인용할 글"


def test_a_file_is_sent_and_can_be_read(open_page: OpenPage) -> None:
    mine, theirs = open_page(at(HANEUL)), open_page(at(BADA))
    mine.locator(".main [data-testid=composer] input[type=file]").set_input_files(
        {"name": "메모.txt", "mimeType": "text/plain", "buffer": "들은 그대로".encode()}
    )
    expect(mine.locator(".tray li:not(.busy)")).to_contain_text("메모.txt")
    mine.get_by_test_id("send").first.click()
    chip = theirs.get_by_test_id("file")
    expect(chip).to_contain_text("메모.txt")
    with theirs.expect_download() as download:
        chip.click()
    assert download.value.path().read_text("utf-8") == "들은 그대로"


def test_a_burst_of_messages_stays_readable(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    for number in range(1, 121):
        crew.client.chat_postMessage(channel=CREW, text=f"글 {number}번")
    expect(message(page, "글 120번")).to_be_in_viewport()
    page.reload()
    expect(message(page, "글 120번")).to_be_in_viewport()
    page.locator(".main .feed").hover()
    page.get_by_role("button", name="이전 메시지 더 보기").click()
    expect(page.get_by_test_id("message").filter(has_text="글 1번")).to_have_count(1)


def test_unread_counts_and_joining(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(GARAM, "C0GENERAL"))
    entry = page.locator("[data-testid=conversation][data-name=crew]")
    crew.client.chat_postMessage(channel=CREW, text="하나")
    crew.client.chat_postMessage(channel=CREW, text="둘")
    expect(entry.locator(".count")).to_have_text("2")
    entry.click()
    expect(entry.locator(".count")).to_have_count(0)
    expect(message(page, "둘")).to_be_visible()

    outside: Any = open_page(at(MINA))
    outside.get_by_role("button", name="Join channel").click()
    expect(outside.locator(".main [data-testid=composer]")).to_be_visible()
    expect(outside.locator(".members")).to_have_text(re.compile(r"\d+ members"))
