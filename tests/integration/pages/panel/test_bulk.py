"""Many cases decided together on pages: chosen, tried, done, watched, and taken back."""

import re
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from imagestudio.accounts.models import Role
from imagestudio.library.models import Appearance
from imagestudio.library.similarity import keys_of
from imagestudio.moderation.models import BulkDeed, Case, Decision
from imagestudio.moderation.services.bulk import working
from tests.factories import make_case, make_copies, make_image
from tests.integration.pages.panel.steps import HIDE, PART, page

REPORT = Case.Lane.REPORT


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """Let whatever is begun here be done at once, however busy the machine is."""
    monkeypatch.setattr(working, "AT_ONCE", 60)


@pytest.fixture
def cases(cast, case, image):
    """Return the case, and four more about pictures with the same bytes."""
    stranger = cast.user("stranger")
    return [case, *(make_case(one, stranger) for one in make_copies(image, 4))]


def look_like(image, phash):
    """Let a picture look like what has this hash."""
    Appearance.objects.create(
        file=image.file,
        account=image.account,
        phash=phash,
        keys=keys_of(image.account_id, phash),
        palette=[],
        colours=[],
    )


def chosen(desk, **fields):
    """Return the address of the draft of what was chosen."""
    answer = desk.post("/moderation/bulk/new", fields)
    assert answer.status_code == 302
    return answer["Location"]


def ticked(cases):
    return [f"{one.pk}:{one.version}" for one in cases]


def test_what_looks_the_same_stands_together_in_the_queue_and_is_chosen_as_one(cast, desk, cases):
    other = make_image(cast.team, cast.user("owner"), title="Between them")
    make_case(other)
    Case.objects.filter(image=other).update(opened_at=cases[2].opened_at - timedelta(seconds=1))
    re_encoded = make_image(cast.others, cast.user("stranger"), title="Encoded anew", data=None)
    apart = make_image(cast.team, cast.user("owner"), title="Something else")
    for image, phash in (
        (cases[0].image, b"\xaa" * 32),
        (re_encoded, b"\xaa" * 29 + b"\x55" * 3),  # 24 bits away
        (apart, b"\x55" * 4 + b"\xaa" * 28),  # 32 bits away
    ):
        make_case(image)
        look_like(image, phash)

    shown = page(desk)

    assert "5 more look the same" in shown
    assert shown.count("case-twin") == 5
    assert shown.index("Encoded anew") < shown.index("Between them")
    assert "5 more look the same" in page(desk, f"cases/{cases[0].pk}/")
    assert "more look" not in page(desk, f"cases/{Case.objects.get(image=apart).pk}/")
    draft = page(desk, chosen(desk, alike=cases[0].pk).removeprefix("/moderation/"))
    assert "Decide 6 cases together" in draft
    draft = page(desk, chosen(desk, bytes=cases[0].pk).removeprefix("/moderation/"))
    assert "Decide 5 cases together" in draft


def test_a_page_of_grouped_cases_is_cheap_among_a_thousand(cast, desk, image):
    made = make_copies(image, 1000)
    Case.objects.bulk_create(
        Case(kind="image", account=one.account, image=one, lane=REPORT) for one in made
    )
    look_like(image, b"\xaa" * 32)
    with CaptureQueriesContext(connection) as captured:
        began = perf_counter()
        shown = page(desk)
        took = perf_counter() - began
    assert "999 more look the same" in shown
    assert len(captured) < 15
    assert took < 2  # 0.15 s on an idle machine


def test_cases_are_ticked_tried_decided_and_undone(cast, desk, cases):
    address = chosen(desk, case=ticked(cases))
    assert "Decide 5 cases together" in page(desk, address.removeprefix("/moderation/"))
    Case.objects.filter(pk=cases[1].pk).update(version=3)

    tried = desk.post(f"{address}try", HIDE, headers=PART).content.decode()

    assert "<strong>4 of 5</strong> cases would be decided." in tried
    assert "1 person gets one letter" in tried
    assert "1 left alone. It has changed since it was chosen" in tried
    assert "A raised fist over a crowd." in tried
    assert "Decide 4 cases" in tried
    assert not Decision.objects.exists()

    assert desk.post(f"{address}do", HIDE)["Location"] == address
    done = page(desk, address.removeprefix("/moderation/"))
    assert "4 decided, 1 left alone." in done
    assert "1: it has changed since it was chosen" in done
    assert Decision.objects.filter(action="hide").count() == 4
    assert "4 of 5 cases" in page(desk, "bulk/")
    assert "4 cases" in page(desk, "audit/?verb=together")
    assert address in page(desk, f"cases/{cases[0].pk}/")

    assert desk.post(f"{address}undo")["Location"] == address
    undone = page(desk, address.removeprefix("/moderation/"))
    assert "4 of 4 taken back" in undone
    assert "Nobody was told of it." in undone
    assert desk.post(f"{address}undo").status_code == 409


def test_what_was_not_tried_is_shown_first(desk, cases):
    address = chosen(desk, tab="all")
    answer = desk.post(f"{address}do", HIDE)
    assert answer.status_code == 409
    assert "<strong>5 of 5</strong>" in answer.content.decode()
    assert not Decision.objects.exists()
    assert desk.post(f"{address}do", HIDE).status_code == 302
    assert desk.post(f"{address}do", HIDE).status_code == 409  # it was done


@pytest.mark.parametrize("fields", [{}, {"action": "hide"}, {"action": "fly"}])
def test_a_verdict_that_is_none_does_nothing(desk, cases, fields):
    address = chosen(desk, tab="reports")
    assert desk.post(f"{address}try", fields).status_code == 200
    assert desk.post(f"{address}do", fields).status_code == 422
    assert BulkDeed.objects.get().state == "draft"


@pytest.mark.parametrize(
    "fields", [{}, {"case": "x"}, {"case": "x:1"}, {"tab": "closed"}, {"tab": "x"}]
)
def test_a_choice_of_nothing_is_refused(desk, cases, fields):
    assert desk.post("/moderation/bulk/new", fields).status_code == 422


def test_what_takes_long_shows_how_far_it_is(desk, cases, monkeypatch):
    monkeypatch.setattr(working, "AT_ONCE", 0)
    address = chosen(desk, case=ticked(cases))
    for deed in ("try", "do"):
        desk.post(f"{address}{deed}", HIDE)
    shown = desk.get(address, headers=PART).content.decode()
    assert '<progress value="1" max="5"' in shown
    assert 'hx-trigger="load delay:1s"' in shown
    working.work_off(deed_id=BulkDeed.objects.get().pk)
    assert "5 decided, 0 left alone." in desk.get(address, headers=PART).content.decode()


def test_a_senior_takes_it_back_later_with_words(cast, desk, cases):
    address = chosen(desk, case=ticked(cases))
    for deed in ("try", "do"):
        desk.post(f"{address}{deed}", HIDE)
    BulkDeed.objects.update(ended_at=timezone.now() - timedelta(minutes=1))
    shown = page(desk, address.removeprefix("/moderation/"))
    assert "Undo" not in shown
    assert desk.post(f"{address}undo").status_code == 403
    senior = cast.signed_in("senior_moderator")
    assert "Take all of it back" in page(senior, address.removeprefix("/moderation/"))
    assert senior.post(f"{address}undo", {"text": "A mistake."}).status_code == 302
    assert "5 of 5 taken back" in page(senior, address.removeprefix("/moderation/"))


def test_a_draft_is_its_makers_alone_and_a_list_is_empty_at_first(cast, desk, cases):
    assert "Nothing was decided together yet." in page(desk, "bulk/")
    address = chosen(desk, tab="all")
    assert cast.signed_in("operator").get(address).status_code == 404
    assert "Nothing was decided together yet." in page(desk, "bulk/")


def test_nobody_looks_at_a_deed_about_what_is_theirs_or_about_their_reports(cast, desk, cases):
    own = make_case(make_image(cast.team, cast.user("senior_moderator")))
    for number, fields in enumerate(({"tab": "all"}, {"reporter": cast.user("operator").pk})):
        if number:
            cases.append(
                make_case(make_image(cast.team, cast.user("owner")), cast.user("operator"))
            )
        address = chosen(desk, **fields)
        for deed in ("try", "do"):
            desk.post(f"{address}{deed}", {"action": "keep"})
        who = cast.signed_in(("senior_moderator", "operator")[number])
        assert who.get(address).status_code == 404
        assert who.post(f"{address}undo").status_code == 404
        assert address not in page(who, "bulk/")
        assert address in page(desk, "bulk/")
    own.refresh_from_db()
    assert own.state == "closed"


def test_a_reporter_is_muted_and_their_reports_are_found_invalid(cast, desk, cases):
    reporter = cast.user("stranger")
    address = f"people/{reporter.pk}/"
    assert "nothing decided yet" in page(desk, address)
    muted = desk.post(f"/moderation/{address}mute", {"text": "Reports everything."}, follow=True)
    assert "Reports everything." in muted.content.decode()
    assert "muted" in page(desk, f"cases/{cases[0].pk}/")
    assert desk.post(f"/moderation/{address}unmute").status_code == 403

    draft = chosen(desk, reporter=reporter.pk)
    for deed in ("try", "do"):
        answer = desk.post(f"{draft}{deed}", {"action": "keep"})
    assert answer.status_code == 302
    assert Case.objects.filter(outcome="invalid_report").count() == 5
    assert "nearly always wrong (0 of 5)" in page(desk, address)
    assert "Reports found invalid: 5 cases" in page(desk, draft.removeprefix("/moderation/"))
    senior = cast.signed_in("senior_moderator")
    assert senior.post(f"/moderation/{address}unmute").status_code == 302
    assert "Mute reports" in page(senior, address)


def test_all_open_cases_of_a_person_are_offered_where_they_are_seen(cast, desk, cases):
    creator = cast.user(Role.CREATOR)
    shown = page(desk, f"cases/{cases[0].pk}/")
    assert f'name="person" value="{creator.pk}"' in shown
    assert "Decide all 5 of this person" in shown
    assert "Decide 5 open cases about them" in page(desk, f"people/{creator.pk}/")
    draft = page(desk, chosen(desk, person=creator.pk).removeprefix("/moderation/"))
    assert re.search(r"Open cases of a person: [^<]*creator", draft)
