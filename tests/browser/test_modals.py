"""Modals: every kind of input, errors under fields, the stack, what survives an update."""

from __future__ import annotations

from playwright.sync_api import expect

from sandbox.server import RunningSandbox
from tests.browser.conftest import OpenPage
from tests.browser.crew_app import CrewApp
from tests.browser.places import BADA, HANEUL, at, open_form


def test_a_whole_form(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    modal = open_form(page)
    expect(modal.get_by_role("note")).to_contain_text("지침이 v7 판으로 바뀌었어요.")

    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_test_id("field-error").filter(has_text="채워 주세요")).to_have_count(9)
    assert crew.count("form") == 0

    modal.get_by_label("내용").fill("표준어로 적었어요")
    modal.get_by_label("별명").fill("하늘이")
    modal.get_by_label("종류").click()
    page.get_by_role("option", name="지침").click()
    modal.get_by_label("작업 찾기").fill("전사")
    page.get_by_role("option", name="전사 102").click()
    modal.get_by_label("함께한 사람").click()
    page.get_by_role("option", name="바다").click()
    page.keyboard.press("Escape")
    expect(modal).to_be_visible()
    modal.get_by_label("급해요").check()
    modal.get_by_label("들었어요").check()
    modal.get_by_label("봤어요").check()
    modal.get_by_label("날짜").fill("2026-11-30")
    modal.get_by_label("시각").fill("09:30")
    modal.get_by_label("걸린 분").fill("일곱")
    modal.locator("input[type=file]").set_input_files(
        {"name": "증거.txt", "mimeType": "text/plain", "buffer": b"proof"}
    )
    expect(modal.locator(".file-list li:not(.busy)")).to_contain_text("증거.txt")
    page.get_by_test_id("modal-submit").click()
    expect(modal.locator("[data-block=minutes] .field-error")).to_have_text("숫자를 입력해 주세요.")
    modal.get_by_label("걸린 분").fill("7")
    page.get_by_test_id("modal-submit").click()

    error = modal.locator("[data-block=text] .field-error")
    expect(error).to_have_text("사투리를 그대로 적어 주세요.")
    expect(modal.get_by_label("내용")).to_be_focused()
    expect(modal.get_by_label("내용")).to_have_attribute("aria-invalid", "true")
    modal.get_by_label("내용").fill("사투리로 적었어요")
    expect(error).to_be_empty()
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_be_hidden()

    values = {block: fields["a"] for block, fields in crew.last("form").items()}
    assert values["text"]["value"] == "사투리로 적었어요"
    assert values["kind"]["selected_option"]["value"] == "guide"
    assert values["find"]["selected_option"]["value"] == "전사 102"
    assert values["crew"]["selected_users"] == [BADA]
    assert values["level"]["selected_option"]["value"] == "high"
    assert [one["value"] for one in values["checks"]["selected_options"]] == ["heard", "seen"]
    assert values["day"]["selected_date"] == "2026-11-30"
    assert values["time"]["selected_time"] == "09:30"
    assert values["minutes"]["value"] == "7"
    assert [one["name"] for one in values["proof"]["files"]] == ["증거.txt"]


def test_the_stack_and_what_was_typed(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    modal = open_form(page)
    modal.get_by_label("내용").fill("반쯤 쓴 글")
    modal.get_by_role("button", name="줄 추가").click()
    expect(modal.get_by_label("덧붙임")).to_be_visible()
    expect(modal.get_by_label("내용")).to_have_value("반쯤 쓴 글")
    # The app sees what is typed already when a button inside of the form is pressed.
    assert crew.last("grow")["view"]["state"]["values"]["text"]["a"]["value"] == "반쯤 쓴 글"

    modal.get_by_role("button", name="더 보기").click()
    expect(modal.get_by_role("heading", name="더 깊이")).to_be_visible()
    modal.get_by_role("button", name="뒤로").first.click()
    expect(modal.get_by_label("내용")).to_have_value("반쯤 쓴 글")

    modal.get_by_role("button", name="더 보기").click()
    expect(modal.get_by_role("heading", name="더 깊이")).to_be_visible()
    page.get_by_test_id("modal-x").click()
    expect(modal).to_be_hidden()


def test_escape_goes_back_one_view_at_a_time(open_page: OpenPage, crew: CrewApp, box: RunningSandbox) -> None:
    page = open_page(at(HANEUL))
    modal = open_form(page)
    modal.get_by_role("button", name="더 보기").click()
    expect(modal.get_by_role("heading", name="더 깊이")).to_be_visible()
    page.keyboard.press("Escape")
    expect(modal.get_by_role("heading", name="문제 알리기")).to_be_visible()
    page.keyboard.press("Escape")
    expect(modal).to_be_hidden()
    assert not box.world.stacks.get(HANEUL)
    expect(page.locator(".main [data-testid=composer] textarea")).to_be_enabled()


def test_a_modal_is_still_there_after_reloading(open_page: OpenPage, crew: CrewApp) -> None:
    page = open_page(at(HANEUL))
    open_form(page)
    page.reload()
    expect(page.get_by_test_id("modal")).to_be_visible()
    page.get_by_test_id("modal-close").click()
    expect(page.get_by_test_id("modal")).to_be_hidden()
