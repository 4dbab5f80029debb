"""What is kept is used again: a preset around what is written, sources that may be gone."""

from playwright.sync_api import expect

from tests.browser.conftest import home
from tests.browser.steps import add_files, order, prompt, sources


def test_a_preset_and_a_source_set_are_kept_and_used(page):
    add_files(page, "red", "green")
    wanted = order(page)
    prompt(page).fill("{prompt}, in ink")
    page.locator("[name=quality]").select_option("low")
    page.get_by_role("button", name="Prompts").click()
    page.get_by_label("Keep what is in the composer").fill("Ink")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#prompts-found")).to_contain_text("“Ink” is saved.")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add sources").click()
    page.get_by_role("button", name="A source set").click()
    page.get_by_label("Keep the composer's sources").fill("Two")
    page.locator("#sets").get_by_role("button", name="Save").click()
    expect(page.locator("#sets-found")).to_contain_text("“Two” is saved.")
    page.keyboard.press("Escape")

    prompt(page).fill("A fox")
    page.locator("[name=quality]").select_option("high")
    page.get_by_role("button", name="Prompts").click()
    page.get_by_role("button", name="Ink").click()
    expect(prompt(page)).to_have_value("A fox, in ink")
    expect(page.locator("[name=quality]")).to_have_value("low")
    for _ in wanted:
        page.get_by_role("button", name="Remove image 1").click()
    page.get_by_role("button", name="Add sources").click()
    page.get_by_role("button", name="A source set").click()
    page.get_by_role("button", name="Two").click()
    expect(sources(page)).to_have_count(2)
    assert order(page) == wanted

    prompt(page).fill("A wolf")
    page.goto(f"{home(page)}presets/")
    page.get_by_role("link", name="Use Ink").click()
    expect(prompt(page)).to_have_value("A wolf, in ink")
    expect(sources(page)).to_have_count(2)  # of the draft
