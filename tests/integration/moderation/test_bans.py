"""Banned bytes: they leave every library's sight, and never come into one again, by any door."""

from base64 import b64encode
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.models import Attempt, Batch, Generation
from generations.services import attempts
from imagestudio.accounts.models import Role, Scope
from imagestudio.library.exceptions import PictureHidden
from imagestudio.library.models import File, Image, KnownBadHash
from imagestudio.library.services import bans
from imagestudio.library.services.imports import import_library
from imagestudio.library.services.uploads import Received, add_upload
from imagestudio.moderation.exceptions import ActionNotOffered, NoSuchBan, NoSuchCase, RankTooLow
from imagestudio.moderation.models import AuditEntry, Case, Decision, Sweep
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import banning
from imagestudio.moderation.services.banning import (
    ban_picture,
    go_on,
    lift_ban,
    sweeping,
    undo_decision,
)
from imagestudio.moderation.services.deciding import Verdict, take_back
from imagestudio.moderation.services.panel.drafts import decide_and_ban
from imagestudio.moderation.tasks import note_banned
from imagestudio.money.models import Hold
from tests.factories import bearer, deliver, make_generation, make_image, paint
from tests.integration.exports.conftest import exported
from tests.integration.moderation.conftest import decided, opened, told

DATA = paint(colour="#123456")


@pytest.fixture
def bad(cast):
    return make_image(cast.team, cast.user(Role.CREATOR), data=DATA)


def ban(cast, image, action=Action.REMOVE, by="moderator"):
    decision = decided(cast.user(by), image, action)
    return ban_picture(moderator=cast.user(by), case_id=decision.case_id)


def swept():
    """Do all that is to be swept, and return how many pictures were found."""
    sweeps = Sweep.objects.filter(state=Sweep.State.RUNNING)
    return sum(go_on(sweep_id=one.pk).found for one in list(sweeps))


def hidden_by_rule(image, rule=banning.BYTES):
    image.refresh_from_db()
    decision = Decision.objects.get(case__image=image)
    assert (decision.actor, decision.rule, decision.reason) == (None, rule, "hate")
    assert decision.notice.user == image.created_by
    assert not Case.objects.unclosed().exists()
    return image.moderation


def test_what_is_undone_before_anybody_is_told_bans_nothing(cast, bad):
    moderator, copy = cast.user("moderator"), make_image(cast.others, cast.user("stranger"))
    case = opened(bad)
    verdict = Verdict(Action.REMOVE, reason="hate", facts="It says so.")
    given = {"moderator": moderator, "case_id": case.pk, "version": case.version}
    decision = decide_and_ban(**given, verdict=verdict, bans=True)
    assert bans.ban_of(bad.file)
    undo_decision(moderator=moderator, decision_id=decision.pk)
    assert bans.ban_of(bad.file) is None
    assert not Sweep.objects.filter(state=Sweep.State.RUNNING).exists()
    earlier = ban(cast, copy)
    decision = Decision.objects.get(case__image=copy)
    told(decision)
    undo_decision(moderator=cast.user("senior_moderator"), decision_id=decision.pk)
    assert earlier[0] == bans.ban_of(copy.file)


def data_uri():
    return f"data:image/png;base64,{b64encode(DATA).decode()}"


def test_no_door_lets_it_in(cast, bad):
    ban(cast, bad)
    member = cast.membership_of_stranger()
    with pytest.raises(PictureHidden):
        add_upload(membership=member, received=Received(DATA, "new.png"))
    headers = bearer(member, Scope.LIBRARY_WRITE, Scope.GENERATE)
    api = cast.signed_in("stranger", headers=headers)
    wish = {"prompt": "A fox", "sources": [{"data": data_uri()}]}
    for path, body in (("images", {"data": data_uri()}), ("generations", wish)):
        answer = api.post(f"/api/v1/{path}", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (403, "picture_hidden")
    form = api.post("/api/v1/images", {"file": SimpleUploadedFile("a.png", DATA, "image/png")})
    assert form.status_code == 403
    assert not Image.objects.filter(account=cast.others).exists()
    assert not File.objects.owned_by(cast.others).exists()
    assert not Batch.objects.exists()
    assert not Hold.objects.exists()


def test_a_paid_result_is_kept_hidden_and_decided_about(cast, bad):
    ban(cast, bad)
    generation = make_generation(cast.membership_of_stranger())
    Generation.objects.filter(pk=generation.pk).update(admitted_at=generation.requested_at)
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    deliver(claim, data=DATA)
    generation.refresh_from_db()
    assert generation.image.moderation == "hidden_all"
    assert Attempt.objects.get().state == Attempt.State.SUCCEEDED
    assert not Image.objects.owned_by(cast.others).exists()
    job = ProcrastinateJob.objects.get(task_name="moderation.note_banned")
    for _ in range(2):  # a job that is done again does nothing
        note_banned(**job.args)
    assert hidden_by_rule(generation.image) == "hidden_all"


def test_an_import_is_marked(cast, bad, tmp_path):
    path = exported(cast.team, bad.created_by, tmp_path / "library.zip")
    ban(cast, bad, Action.QUARANTINE, by="senior_moderator")
    import_library(membership=cast.membership_of_stranger(), path=path)
    image = Image.objects.get(account=cast.others)
    note_banned(**ProcrastinateJob.objects.get(task_name="moderation.note_banned").args)
    assert hidden_by_rule(image) == "quarantined_legal"


def test_a_result_of_bytes_that_the_account_had_decided_about(cast, bad):
    decided(cast.user("moderator"), bad, Action.REMOVE)  # without a ban
    twin = Image.objects.create(
        account=cast.team,
        file=bad.file,
        created_by=bad.created_by,
        origin="generated",
        format="png",
        width=1,
        height=1,
        placeholder="#888888",
        moderation="hidden_all",
    )
    assert banning.note_held(image_id=twin.pk)
    assert hidden_by_rule(twin, banning.TWIN) == "hidden_all"


def test_copies_everywhere_are_hidden_each_by_a_decision(cast, bad, monkeypatch):
    stored = make_image(cast.others, cast.user("stranger"), data=DATA)
    received = make_image(cast.user("viewer").personal_account, cast.user("viewer"))
    File.objects.filter(pk=received.file_id).update(received_sha256=sha256(DATA).digest())
    trashed = make_image(cast.user("admin").personal_account, cast.user("admin"), data=DATA)
    Image.objects.filter(pk=trashed.pk).update(trashed_at=trashed.added_at)
    other = make_image(cast.others, cast.user("stranger"))
    ban(cast, bad)
    assert ProcrastinateJob.objects.filter(task_name="moderation.sweep").count() == 1

    left, real = [1], sweeping.note_held
    monkeypatch.setattr(sweeping, "note_held", lambda **given: left.pop() and real(**given))
    with pytest.raises(IndexError):  # killed halfway
        swept()
    monkeypatch.undo()
    assert swept() == 3
    assert swept() == 0
    for image in (stored, received, trashed):
        assert hidden_by_rule(image) == "hidden_all"
    other.refresh_from_db()
    assert other.moderation == "clear"
    assert Decision.objects.filter(case__image=bad).count() == 1


def test_a_copy_that_was_shown_again_stays_so(cast, bad):
    copy = make_image(cast.others, cast.user("stranger"), data=DATA)
    (made,) = ban(cast, bad)
    swept()
    decision = Decision.objects.get(case__image=copy)
    told(decision)
    take_back(moderator=cast.user("senior_moderator"), decision_id=decision.pk)
    banning.begin_again(moderator=cast.user("senior_moderator"), ban_id=made.pk)
    assert swept() == 1
    copy.refresh_from_db()
    assert copy.moderation == "clear"


def test_an_open_objection_to_another_decision_outlives_a_ban(cast, bad):
    copy = make_image(cast.others, cast.user("stranger"), data=DATA)
    case = opened(copy)
    ban(cast, bad)
    swept()
    case.refresh_from_db()
    assert (case.state, case.outcome) == (Case.State.CLOSED, Case.Outcome.ACTIONED)


def test_only_what_nobody_may_see_is_banned(cast, bad):
    moderator = cast.user("moderator")
    decision = decided(moderator, bad, Action.HIDE)
    with pytest.raises(ActionNotOffered):
        ban_picture(moderator=moderator, case_id=decision.case_id)
    with pytest.raises(NoSuchCase):
        ban_picture(moderator=moderator, case_id="01234567-89ab-7def-8123-456789abcdef")
    quarantined = decided(cast.user("senior_moderator"), bad, Action.QUARANTINE)
    for who in ("moderator", Role.OWNER):
        with pytest.raises(RankTooLow):
            ban_picture(moderator=cast.user(who), case_id=quarantined.case_id)
    assert not KnownBadHash.objects.exists()


def test_a_graver_ban_takes_the_place_of_another(cast, bad):
    ban(cast, bad)
    copy = make_image(cast.others, cast.user("stranger"), data=DATA)
    made = ban(cast, copy, Action.QUARANTINE, by="senior_moderator")
    assert [one.hides for one in made] == ["quarantined_legal"]
    assert swept() == 1
    bad.refresh_from_db()
    assert bad.moderation == "quarantined_legal"


def test_a_lifted_ban_lets_it_in_again(cast, bad):
    (made,) = ban(cast, bad)
    with pytest.raises(RankTooLow):
        lift_ban(moderator=cast.user("moderator"), ban_id=made.pk)
    assert lift_ban(moderator=cast.user("senior_moderator"), ban_id=made.pk).lifted_at
    with pytest.raises(NoSuchBan):
        lift_ban(moderator=cast.user("senior_moderator"), ban_id=made.pk)
    assert swept() == 0
    assert add_upload(membership=cast.membership_of_stranger(), received=Received(DATA)).is_new
    verbs = AuditEntry.objects.filter(verb__in=["banned", "unbanned"]).order_by("at")
    assert [one.verb for one in verbs] == ["banned", "unbanned"]
    assert bans.ban_of(bad.file) is None
    bad.refresh_from_db()
    assert bad.moderation == "hidden_all"
