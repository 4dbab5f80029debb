"""The panel in a browser: a queue that is decided by keys alone, and pages for every screen."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Person, enter
from tests.browser.test_axe import findings

MAKE_CASES = """
from django.db import transaction
from tests.factories import make_case, make_copies, make_image, make_user, sign_in, with_factor
from imagestudio.moderation.models import Case
from imagestudio.moderation.services.rules import making
from imagestudio.moderation.services.rules.trials import begin_trial
from tests import factories
for _ in range(10_000):  # beyond those of the tests themselves
    next(factories.NUMBER)
moderator = with_factor(make_user("colleague", site_role="moderator"))
maker, reporter = make_user("maker"), make_user("reporter")
account = maker.personal_account
for number in range(6):
    make_case(make_image(account, maker, title=f"Case {number}"), reporter)
# Before those that other tests of this studio leave behind.
Case.objects.filter(account=account).update(weight=1000)
image = make_image(account, maker, title="Flood")
for one in (image, *make_copies(image, 3)):
    make_case(one, lane=Case.Lane.RULE)
senior = make_user("senior", site_role="senior_moderator")
words = making.Wording(
    kind="leet", pattern="noose", field="prompt", action="block", reason="hate", message="No."
)
rule = making.make_rule(moderator=senior, name="Nooses", wording=words)
begin_trial(moderator=senior, rule_id=rule.pk, version=1)
browser = sign_in(moderator)
print(moderator.personal_account.slug, browser.cookies["session"].value)
"""


@pytest.fixture(scope="module")
def moderator(studio):
    """Return a moderator for whom six cases wait."""
    return Person(*studio.manage("shell", "--verbosity", "0", "-c", MAKE_CASES).split())


def test_a_queue_is_decided_without_a_mouse(new_page, moderator):
    page = enter(new_page(), moderator)
    page.goto("/moderation/")
    expect(page.locator("case-queue:defined")).to_be_attached()
    keys, heading = page.keyboard, page.locator("h1")
    keys.press("j")
    expect(page.locator(".case-link").first).to_be_focused()
    keys.press("j")
    keys.press("k")
    keys.press("Enter")
    expect(heading).to_have_text("Case 0")
    expect(page.locator("case-desk:defined #picture img.cover")).to_be_visible()
    keys.press(" ")
    clear = page.locator("#picture img:not(.cover)")
    expect(clear).to_be_visible()
    assert clear.evaluate("async one => { await one.decode(); return one.naturalWidth }") > 0
    keys.press(" ")
    expect(page.locator("#picture img.cover")).to_be_visible()
    keys.press("c")
    expect(page.locator("#holder")).to_contain_text("You have it in hand.")
    for number in range(3):
        expect(heading).to_have_text(f"Case {number}")
        keys.press("a")
        expect(page.locator("#preview")).to_contain_text("Nobody is told")
        keys.press("n")
    expect(heading).to_have_text("Case 3")
    expect(page.locator("#notices .undo")).to_contain_text("Case 2")
    keys.press("u")
    expect(heading).to_have_text("Case 2")
    expect(page.locator("case-desk:defined")).to_be_attached()
    expect(page.locator(".case-head .badge").first).to_have_text("Open")
    keys.press("s")
    expect(heading).to_have_text("Case 3")
    keys.press("h")
    expect(page.locator("#id_facts")).to_be_focused()
    keys.type("A crowd, and a noose.")  # none of these letters is a key now
    expect(page.locator("#preview")).to_contain_text("What we saw: A crowd, and a noose.")
    keys.press("Control+Enter")
    expect(heading).to_have_text("Case 4")
    keys.press("e")
    expect(heading).to_have_text("Case 5")
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keys of the panel")).to_be_visible()


def test_many_are_decided_together_and_taken_back_without_a_mouse(new_page, moderator):
    page = enter(new_page(), moderator)
    page.goto("/moderation/?tab=rules")
    expect(page.locator("case-queue:defined")).to_be_attached()
    keys, heading, ticked = page.keyboard, page.locator("h1"), page.locator("[data-count]")
    expect(page.get_by_role("button", name="Decide together")).to_be_disabled()
    keys.press("j")
    keys.press(" ")
    expect(ticked).to_have_text("1 ticked")
    keys.press("Shift+J")
    keys.press("Shift+J")
    expect(ticked).to_have_text("3 ticked")
    keys.press(" ")
    expect(ticked).to_have_text("2 ticked")
    expect(page.locator(".case-twin")).to_have_count(3)
    keys.press("g")  # on one of the group: all of it, whatever is ticked
    expect(heading).to_have_text("Decide 4 cases together")
    expect(page.locator("bulk-desk:defined")).to_be_attached()
    keys.press("h")
    page.locator("#id_reason").select_option("spam_or_abuse_of_quota")
    page.locator("#id_facts").focus()
    keys.type("Four times the same.")
    expect(page.locator("#forecast")).to_contain_text("1 person gets one letter")
    keys.press("Control+Enter")
    expect(heading).to_have_text("Hide from others: 4 cases")
    expect(page.get_by_role("status").first).to_contain_text("4 decided, 0 left alone.")
    keys.press("u")
    expect(page.get_by_role("status").first).to_contain_text("4 of 4 taken back")


def test_axe_finds_nothing_and_nothing_scrolls_sideways(new_page, moderator):
    page = enter(partial(new_page, bypass_csp=True, reduced_motion="reduce")(), moderator)
    page.goto("/moderation/?tab=all")
    case = page.locator(".case-link").first.get_attribute("href")
    page.goto("/moderation/rules/")
    rule = page.locator(".rule-name").first.get_attribute("href")
    page.goto("/moderation/?tab=rules")
    page.get_by_role("button", name="Decide all").click()
    expect(page.locator("h1")).to_have_text("Decide 4 cases together")
    draft = page.url
    person = "/moderation/people/"
    paths = ("/moderation/", case, "/moderation/audit/", "/moderation/bans/")
    figures = ("/moderation/strikes/", "/moderation/statistics/")
    for path in (*paths, draft, "/moderation/rules/", rule, *figures, person):
        if path == person:
            page.goto(case)
            page.locator("input[value=hide]").check()
            page.get_by_role("button", name="Show the picture").click()
            expect(page.locator("#picture img:not(.cover)")).to_be_visible()
        else:
            page.goto(path)
        for width in (360, 1280, 2560):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert findings(page) == []
