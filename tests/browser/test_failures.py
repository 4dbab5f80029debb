"""What went wrong keeps its tile, says so in plain words, and offers what can be done."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import home
from tests.browser.steps import ask_for, go_wrong, prompt, tile

AGAIN = "Run again (about $0.005)"


@pytest.mark.parametrize(
    ("fault", "state", "words", "actions"),
    [
        ("no_credits", "failed", "Nothing was billed", ["Retry", "Dismiss"]),
        ("refused_input", "refused", "refused by a safety system", ["Change prompt", "Dismiss"]),
        ("reset_after_body", "unknown", "may have been billed", [AGAIN, "Dismiss"]),
    ],
)  # fmt: skip
def test_each_failure_has_its_words_and_actions(page, studio, fault, state, words, actions):
    go_wrong(studio, fault, "It goes wrong")
    ask_for(page, "It goes wrong", size="1536x1024", quality="low")
    failed = tile(page, state)
    expect(failed).to_contain_text(words)
    expect(failed.locator(".deeds .button")).to_have_text(actions)
    expect(page.locator("#announcer")).to_contain_text(words)


def test_retry_makes_the_picture_in_the_same_tile(page, studio):
    go_wrong(studio, "no_credits", "Once more")
    ask_for(page, "Once more", quality="low")
    tile(page, "failed").get_by_role("button", name="Retry").click()
    expect(tile(page, "completed")).to_have_count(1)
    expect(page.locator("[data-generation]")).to_have_count(1)


def test_run_again_after_a_lost_answer(page, studio):
    go_wrong(studio, "reset_after_body", "Lost on the way")
    ask_for(page, "Lost on the way", quality="low")
    tile(page, "unknown").get_by_role("button", name="Run again").click()
    expect(tile(page, "completed")).to_have_count(1)


def test_dismissing_takes_the_tile_away(page, studio):
    go_wrong(studio, "no_credits", "Away with it")
    ask_for(page, "Away with it", quality="low")
    tile(page, "failed").get_by_role("button", name="Dismiss").click()
    expect(page.locator("[data-generation]")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-generation]")).to_have_count(0)


def test_change_prompt_brings_the_request_back(page, studio):
    go_wrong(studio, "refused_input", "Say it otherwise")
    ask_for(page, "Say it otherwise", size="1024x1536", quality="low")
    tile(page, "refused").get_by_role("link", name="Change prompt").click()
    expect(prompt(page)).to_have_value("Say it otherwise")
    expect(page.locator("[name=size]")).to_have_value("1024x1536")


def test_cancelling_says_what_it_means_once_the_call_has_left(page, studio):
    go_wrong(studio, "delay", "Too late", seconds=4)
    ask_for(page, "Too late", quality="low")
    running = tile(page, "running")
    expect(running).to_contain_text("Sent")
    running.get_by_role("button", name="Cancel").click()
    expect(running).to_contain_text("cannot be taken back")
    expect(running.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(tile(page, "completed")).to_have_count(1)


def test_activity_lists_it_and_offers_the_same(page, studio):
    go_wrong(studio, "no_credits", "In the list")
    ask_for(page, "In the list", quality="low")
    expect(tile(page, "failed")).to_be_visible()
    page.goto(f"{home(page)}activity/?state=failed")
    row = page.get_by_role("listitem").filter(has_text="In the list")
    expect(row).to_contain_text("Nothing was billed")
    row.get_by_role("button", name="Retry").click()
    expect(row).to_contain_text("Completed")


def test_what_cannot_be_sent_is_said_in_the_composer(page):
    prompt(page).fill("   ")
    page.locator(".send").click()
    expect(page.get_by_role("alert")).to_contain_text("Say what the picture should show.")
    expect(page.locator("[data-generation]")).to_have_count(0)
