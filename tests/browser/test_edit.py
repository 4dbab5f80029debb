"""An edit of several sources, sent in the order in which they stand."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import home
from tests.browser.steps import (
    add_files,
    at_work,
    expect_order,
    make_picture,
    order,
    prompt,
    send,
    sources,
    tile,
)
from tests.factories import paint


def test_sources_make_it_an_edit_and_keep_their_order(page):
    add_files(page, "red", "green", "blue")
    expect(page.locator(".send")).to_contain_text("Edit · about")
    sources(page).nth(2).focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    wanted = order(page)
    expect(page.locator(".source-number")).to_have_text(["1", "2", "3"])
    prompt(page).fill("Put image 1 on image 2")
    send(page)
    expect(tile(page, "completed")).to_have_count(1)
    page.locator(".tile-link").click()
    strip = page.locator(".strip").first.get_by_role("link")
    expect(strip).to_have_count(3)
    shown = [str(link.get_attribute("href")).rstrip("/").split("/")[-1] for link in strip.all()]
    assert shown == wanted
    the_graph_grows_and_shrinks(page)


def the_graph_grows_and_shrinks(page):
    """See that a lineage with its three parents fits into its frame, and can be made larger."""
    page.get_by_role("link", name="Open as graph").click()
    graph = page.locator("lineage-graph:defined svg.graph")
    width = float(str(graph.get_attribute("width")))
    page.get_by_role("button", name="Larger").click()
    assert float(str(graph.get_attribute("width"))) == pytest.approx(width * 1.25)
    page.get_by_role("button", name="Smaller").click()
    assert float(str(graph.get_attribute("width"))) == pytest.approx(width)


def test_the_pointer_can_reorder_them_too(page):
    add_files(page, "red", "green")
    before = order(page)
    sources(page).nth(1).drag_to(sources(page).nth(0), target_position={"x": 5, "y": 30})
    expect_order(page, before[::-1])


def test_a_source_can_be_removed(page):
    add_files(page, "red", "green")
    kept = order(page)[1]
    page.get_by_role("button", name="Remove image 1").click()
    expect_order(page, [kept])


def test_a_picture_is_pasted_anywhere(page):
    expect(prompt(page)).to_be_visible()
    page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
          canvas.getContext("2d").fillRect(0, 0, 40, 30);
          const blob = await new Promise((done) => canvas.toBlob(done));
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([blob], "pasted.png", { type: "image/png" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    expect(sources(page)).to_have_count(1)


def test_a_picture_is_dropped_anywhere(page):
    expect(prompt(page)).to_be_visible()
    overlay = page.locator(".drop-overlay")
    dropped = """async (type) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
      canvas.getContext("2d").fillRect(0, 0, 40, 30);
      const blob = await new Promise((done) => canvas.toBlob(done));
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([blob], "dropped.png", { type: "image/png" }));
      document.body.dispatchEvent(
        new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(dropped, "dragenter")
    expect(overlay).to_be_visible()
    page.evaluate(dropped, "drop")
    expect(overlay).to_be_hidden()
    expect(sources(page)).to_have_count(1)


def test_a_picture_of_the_library_becomes_a_source(page):
    make_picture(page, "A still life", quality="low")
    page.get_by_role("button", name="Add sources").click()
    page.get_by_role("button", name="From the library").click()
    page.get_by_role("dialog").get_by_role("button", name="A still life").click()
    expect(sources(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_a_source_in_the_trash_is_restored_where_it_stands(page):
    add_files(page, "red")
    prompt(page).fill("With red")
    page.locator("[name=quality]").select_option("low")
    send(page)
    expect(tile(page, "completed")).to_have_count(1)
    page.goto(f"{home(page)}library/")
    at_work(page)
    page.locator(".tile-link").last.focus()  # the upload
    page.keyboard.press("Delete")
    expect(page.locator(".tile")).to_have_count(1)
    page.locator(".tile").hover()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Reuse everything").click()
    expect(prompt(page)).to_have_value("With red")
    expect(sources(page)).to_contain_text("In the trash")
    page.get_by_role("link", name="Restore image 1").click()
    expect(sources(page).locator("img")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("1 picture restored.")
    expect(prompt(page)).to_have_value("With red")


@pytest.mark.parametrize("name", ["Edit this", "Use as source"])
def test_a_picture_is_edited_from_its_page(page, name):
    make_picture(page, "A still life", quality="low")
    page.locator(".tile-link").click()
    page.locator(".picture-page").get_by_role("link", name=name).click()
    expect(sources(page)).to_have_count(1)
    expect(page.locator(".send")).to_contain_text("Edit")


def test_use_as_source_joins_the_draft_and_edit_this_begins_anew(page):
    make_picture(page, "A still life", quality="low")
    prompt(page).fill("half a thought")
    add_files(page, "red")
    page.locator(".tile").hover()
    page.get_by_role("link", name="Use as source").click()
    expect(sources(page)).to_have_count(2)
    expect(prompt(page)).to_have_value("half a thought")
    page.locator(".tile").hover()
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Edit this").click()
    expect(sources(page)).to_have_count(1)
    expect(prompt(page)).to_have_value("")


def test_what_is_no_picture_says_so_in_its_place(page):
    expect(prompt(page)).to_be_visible()
    bad = {"name": "notes.png", "mimeType": "image/png", "buffer": b"only words"}
    page.locator("source-list input[type=file]").set_input_files([bad])
    expect(page.locator(".source-wrong")).to_contain_text("notes.png")
    expect(sources(page)).to_have_count(0)
    page.get_by_role("button", name="Put this message away").click()
    expect(page.locator(".source-wrong")).to_have_count(0)


def test_a_seventeenth_source_is_refused_in_words(page):
    add_files(page, *[f"#0000{number:02x}" for number in range(16)])
    expect(page.locator(".sources-count")).to_have_text("16 / 16")
    more = {"name": "more.png", "mimeType": "image/png", "buffer": b"-"}
    page.locator("source-list input[type=file]").set_input_files([more])
    expect(page.locator(".source-wrong")).to_contain_text("Only 16 sources")


def test_an_at_sign_offers_the_sources(page):
    add_files(page, "red", "green")
    prompt(page).press_sequentially("Take the hat of @")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(prompt(page)).to_have_value("Take the hat of image 2 ")


def test_what_will_be_sent_is_shown_before_it_is(page):
    add_files(page, "red", "green")
    prompt(page).fill("Join them")
    page.locator("[name=quality]").select_option("low")
    page.get_by_role("button", name="What will be sent").click()
    panel = page.get_by_role("dialog")
    expect(panel).to_contain_text("Join them")
    expect(panel).to_contain_text("openai/gpt-image-2")
    expect(panel.locator(".sent li")).to_have_count(2)
    expect(panel).to_contain_text("64 × 48")
    expect(panel).to_contain_text("an estimate")


def test_a_file_that_is_too_large_is_not_even_sent(page, tmp_path):
    expect(prompt(page)).to_be_visible()
    page.on("request", lambda one: sent.append(one.method))
    sent: list[str] = []
    huge = tmp_path / "huge.png"
    huge.write_bytes(bytes(20_000_001))
    page.locator("source-list input[type=file]").set_input_files(huge)
    expect(page.locator(".source-wrong")).to_contain_text("huge.png has more than 20 MB.")
    assert "POST" not in sent


def test_nothing_is_sent_while_a_picture_is_still_uploaded(page):
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/composer/sources", hold)
    prompt(page).fill("With what is still coming")
    file = {"name": "slow.png", "mimeType": "image/png", "buffer": paint(colour="red")}
    page.locator("source-list input[type=file]").set_input_files([file])
    expect(page.locator(".source-busy")).to_be_visible()
    send(page)
    expect(page.locator("#composer-errors")).to_contain_text("still being uploaded")
    expect(page.locator("[data-generation]")).to_have_count(0)
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(sources(page)).to_have_count(1)
    expect(page.locator("#composer-errors")).to_be_empty()
    send(page)
    expect(page.locator("[data-generation]")).to_have_count(1)
