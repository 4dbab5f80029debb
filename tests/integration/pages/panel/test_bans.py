"""The pages of bans and of the legal lane: what is shown to whom, and how far a search is."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from imagestudio.accounts.models import Role, Scope
from imagestudio.library.models import Appearance, BanMatch, KnownBadHash
from imagestudio.moderation.models import Case, LegalHold, Sweep
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.banning import ban_picture, go_on
from tests.factories import bearer, make_case, make_image, personal, sign_in
from tests.integration.moderation.conftest import decided
from tests.integration.pages.panel.steps import PART, bytes_of, page, send

PHASH = bytes(range(32))
REAL = "ncii_or_deepfake_of_real_person"


def look(image, phash=PHASH):
    Appearance.objects.create(
        file=image.file,
        account=image.account,
        phash=phash,
        keys=[1] if phash else [],
        palette=[],
        colours=[],
    )
    return image


@pytest.fixture
def senior(cast):
    return cast.signed_in("senior_moderator")


def banned(cast, image):
    decision = decided(cast.user("moderator"), image, Action.REMOVE)
    return ban_picture(moderator=cast.user("moderator"), case_id=decision.case_id, with_look=True)[
        0
    ]


def test_the_form_bans_bytes_and_look_with_the_decision(cast, desk, case, image):
    look(image)
    assert 'name="bans_look"' in page(desk, f"cases/{case.pk}/")
    fields = {"version": 0, "action": "remove", "reason": "hate", "facts": "A fist."}
    send(desk, case, "decide", {**fields, "bans_look": "on"})
    assert set(KnownBadHash.objects.values_list("kind", flat=True)) == {"sha256", "look"}
    shown = page(desk, f"cases/{case.pk}/")
    assert "banned</a>" in shown
    assert "Ban its appearance" not in shown


def test_a_picture_that_is_too_plain_says_so(desk, case, image):
    look(image, None)
    shown = page(desk, f"cases/{case.pk}/")
    assert "too plain to be told by its appearance" in shown
    assert 'name="bans_look"' not in shown
    fields = {"version": 0, "action": "remove", "reason": "hate", "facts": "A fist."}
    answer = send(desk, case, "decide", {**fields, "bans_look": "on"})
    assert answer.status_code == 409
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_a_report_about_a_real_person_ticks_both(cast, senior, image):
    look(image)
    case = make_case(image, cast.user("stranger"), reason=REAL, lane=Case.Lane.LEGAL)
    assert page(senior, f"cases/{case.pk}/").count(" checked") == 2


def test_the_list_shows_how_far_the_search_is_and_seniors_stop_it(cast, desk, senior, image):
    ban = banned(cast, look(image))
    shown = page(desk, "bans/")
    assert shown.count("<progress") == 2
    assert f'hx-get="/moderation/bans/{ban.pk}/"' in shown
    assert "Stop" not in shown
    go_on(sweep_id=Sweep.objects.get(ban=ban).pk)
    line = desk.get(f"/moderation/bans/{ban.pk}/", headers=PART).content.decode()
    assert "1 of 1 picture, 0 found" in " ".join(line.split())
    assert "hx-get" not in line
    again = f"/moderation/bans/{ban.pk}/sweep"
    assert desk.post(again, {"state": "running"}).status_code == 403
    assert "<progress" in senior.post(again, {"state": "running"}, headers=PART).content.decode()
    assert senior.post(again, {"state": "cancelled"}).status_code == 302
    assert senior.post(again, {"state": "x"}).status_code == 422


def test_programs_list_bans_search_again_and_lift(cast, image):
    ban = banned(cast, look(image))
    senior = cast.user("senior_moderator")
    api = sign_in(senior, headers=bearer(personal(senior), Scope.MODERATE))
    items = api.get("/api/v1/moderation/bans").json()["items"]
    assert {one["kind"] for one in items} == {"sha256", "look"}
    assert {one["sweep"]["state"] for one in items} == {"running"}
    address = f"/api/v1/moderation/bans/{ban.pk}"
    assert api.put(f"{address}/sweep").status_code == 409
    assert api.delete(f"{address}/sweep").json()["state"] == "cancelled"
    assert api.put(f"{address}/sweep").json()["state"] == "running"
    assert api.delete(address).status_code == 204
    assert api.get(address).json()["lifted_at"] is not None
    assert api.delete(address).status_code == 404


def test_a_case_shows_the_banned_picture_beside_it_covered(cast, desk, image):
    ban = banned(cast, look(image))
    copy = look(make_image(cast.others, cast.user("stranger"), title="A copy"))
    go_on(sweep_id=Sweep.objects.get(ban__kind="look").pk)
    case = Case.objects.get(image=copy)
    shown = page(desk, f"cases/{case.pk}/")
    assert "0 of 256 bits" in shown
    assert BanMatch.objects.get().ban.kind == "look"
    bytes_of(desk, f"/moderation/cases/{case.pk}/similar/{image.pk}")
    other = make_image(cast.team, cast.user(Role.CREATOR))
    assert desk.get(f"/moderation/cases/{case.pk}/similar/{other.pk}").status_code == 404
    assert ban.image == image


def test_moderators_see_that_legal_cases_wait_and_nothing_of_them(cast, desk, senior, image):
    case = make_case(image, cast.user("stranger"), reason=REAL, lane=Case.Lane.LEGAL)
    shown = page(desk, "?tab=legal")
    assert "Cases of the legal lane wait." in shown
    assert 'Legal<span class="tab-count">1</span>' in shown
    assert "Reported picture" not in shown
    for path in ("", "covered", f"similar/{image.pk}"):
        assert desk.get(f"/moderation/cases/{case.pk}/{path}").status_code == 404
    for deed in ("reveal", "claim", "decide", "notes", "skip", "escalate"):
        assert send(desk, case, deed, {"version": 0, "text": "x"}).status_code == 404
    assert "Reported picture" in page(senior, "?tab=legal")


def test_operators_hand_over_what_is_kept(cast, senior, image):
    decided(cast.user("senior_moderator"), image, Action.QUARANTINE, reason="child_safety")
    hold = LegalHold.objects.get()
    assert f"/moderation/legal/{hold.pk}/" in page(senior, "legal/")
    change = f"/moderation/legal/{hold.pk}/change"
    senior.post(change, {"deed": "reference", "reference": "CT-2026-1"})
    assert "CT-2026-1" in page(senior, f"legal/{hold.pk}/")
    assert "Download the case" not in page(senior, f"legal/{hold.pk}/")
    operator = cast.signed_in("operator")
    assert "Download the case" in page(operator, f"legal/{hold.pk}/")
    export = f"/moderation/legal/{hold.pk}/export"
    assert operator.post(export, {"text": " "}).status_code == 422
    answer = operator.post(export, {"text": "CT-2026-1"})
    assert answer["Content-Disposition"] == f'attachment; filename="case-{hold.pk}.zip"'
    assert "picture.png" in ZipFile(BytesIO(b"".join(answer))).namelist()
    assert operator.post(change, {"deed": "nothing"}).status_code == 422
    operator.post(change, {"deed": "extend", "days": "1095", "text": "A court asked"})
    operator.post(change, {"deed": "release", "text": "It has ended"})
    hold.refresh_from_db()
    assert hold.released_at is not None
    assert operator.post(export, {"text": "Again"}).status_code == 422
