"""Pages bring themselves up to date: in other tabs too, and after an interruption."""

from playwright.sync_api import expect

from tests.browser.conftest import home
from tests.browser.steps import ask_for, at_work, go_wrong, tile


def test_a_second_tab_shows_the_same_tiles_becoming_pictures(page):
    other = page.context.new_page()
    other.goto(home(page))
    ask_for(page, "Seen from both", quality="low")
    expect(other.locator("[data-generation]")).to_contain_text("Seen from both")
    expect(tile(other, "completed")).to_have_count(1)
    expect(tile(page, "completed")).to_have_count(1)


def test_all_tabs_share_one_stream_and_another_takes_over(page):
    expect(page.locator("account-events[data-line=open]")).to_be_attached()
    streams: list[str] = []
    page.context.on("request", lambda one: "/events" in one.url and streams.append(one.url))
    tabs = [page.context.new_page() for _ in range(3)]
    for tab in tabs:
        tab.goto(home(page))
        at_work(tab)
    assert streams == []  # the first tab reads for all of them
    page.close()
    ask_for(tabs[0], "After the first tab has gone", quality="low")
    for tab in tabs:
        expect(tile(tab, "completed")).to_have_count(1)
    assert len(streams) == 1


def test_an_interruption_is_said_and_nothing_is_missed(page, studio):
    expect(page.locator("account-events[data-line=open]")).to_be_attached()
    ask_for(page, "Through a restart", quality="low", count="2")
    studio.stop("web")
    try:
        expect(page.locator(".stream-lost")).to_be_visible()
    finally:
        studio.start_web()
    expect(tile(page, "completed")).to_have_count(2)
    expect(page.locator(".stream-lost")).to_be_hidden()


def test_the_frame_counts_what_runs(page, studio):
    go_wrong(studio, "delay", "Being counted", seconds=3)
    ask_for(page, "Being counted", quality="low")
    expect(page.locator("#work")).to_contain_text("1 running")
    # What is said of it is asked for anew whenever somebody looks.
    page.locator(".outlook").evaluate("one => one.textContent = 'Long ago'")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".outlook")).to_contain_text("Sent, being made")
    expect(page.locator("#work")).not_to_contain_text("running")
