"""Banned looks: what looks like a banned picture is seen by nobody until a person has looked."""

from threading import Event, Thread

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.models import Attempt, Batch, Generation
from generations.services import attempts, outcomes
from imagestudio.accounts.models import Role, Scope, Standing
from imagestudio.library import storage
from imagestudio.library.exceptions import PictureHeld, PictureHidden
from imagestudio.library.models import Appearance, BanMatch, Image, KnownBadHash
from imagestudio.library.services import bans
from imagestudio.library.services.appearances import look_at_waiting
from imagestudio.library.services.imports import import_library
from imagestudio.library.services.results import verify
from imagestudio.library.services.uploads import Received, add_upload
from imagestudio.moderation.exceptions import LookTooPlain, RankTooLow, SweepAtWork
from imagestudio.moderation.models import Case, Decision, Sweep
from imagestudio.moderation.permissions import offered
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import banning
from imagestudio.moderation.services.banning import ban_picture, go_on, lift_ban, sweeping
from imagestudio.moderation.services.deciding import Verdict, decide, take_back
from imagestudio.moderation.services.panel.drafts import decide_and_ban
from imagestudio.moderation.tasks import let_go, note_banned
from imagestudio.money.models import Hold
from tests.factories import bearer, make_generation, make_image
from tests.integration.exports.conftest import exported
from tests.integration.moderation.conftest import decided, opened
from tests.pictures import saved, scene

SCENE = scene(7)
DATA = saved(SCENE, "PNG")
COPY = saved(SCENE.resize((240, 180)), "JPEG", quality=70)
OTHER = saved(scene(8), "PNG")


@pytest.fixture(scope="module")
def phash():
    """Return what the banned picture looks like, computed once."""
    from imagestudio.library.imaging import look  # noqa: PLC0415 - a child is started with it

    return look(DATA).phash


def seen_as(image, phash):
    """Let it be known that a picture looks like this."""
    Appearance.objects.filter(file=image.file).delete()
    Appearance.objects.create(
        file=image.file,
        account=image.account,
        phash=phash,
        keys=[1] if phash else [],
        palette=[],
        colours=[],
    )
    return image


def near(phash, bits):
    """Return a hash that differs by so many bits."""
    return (int.from_bytes(phash, "big") ^ ((1 << bits) - 1)).to_bytes(32, "big")


@pytest.fixture
def bad(cast, phash):
    return seen_as(make_image(cast.team, cast.user(Role.CREATOR), data=DATA), phash)


def laid(cast, phash, **fields):
    """Return a picture of the stranger with a look."""
    return seen_as(make_image(cast.others, cast.user("stranger"), **fields), phash)


def ban(cast, image, action=Action.REMOVE, by="moderator", **fields):
    decision = decided(cast.user(by), image, action, **fields)
    made = ban_picture(moderator=cast.user(by), case_id=decision.case_id, with_look=True)
    [look] = [one for one in made if one.kind == KnownBadHash.Kind.LOOK]
    return look


def noted():
    """Do what the events of held pictures ask for, each twice."""
    for job in ProcrastinateJob.objects.filter(task_name="moderation.note_banned"):
        note_banned(**job.args)
        note_banned(**job.args)


def swept(look):
    sweep = Sweep.objects.get(ban=look, state=Sweep.State.RUNNING)
    return go_on(sweep_id=sweep.pk)


def waits_for_a_person(image, *, hides="hidden_all", lane=Case.Lane.RULE):
    """Check that a picture is hidden by the rule, its maker told, and its case open."""
    image.refresh_from_db()
    assert image.moderation == hides
    decision = Decision.objects.get(case__image=image)
    assert (decision.actor, decision.rule) == (None, banning.LOOK)
    assert (decision.automated_detect, decision.automated_decide) == (True, True)
    assert decision.notice.user == image.created_by
    assert "found by a program and decided by a program" in decision.notice.text
    case = decision.case
    assert (case.state, case.lane, case.claimed_by) == (Case.State.OPEN, lane, None)
    assert case.entries.filter(verb="matched").count() == 1
    image.created_by.refresh_from_db()
    assert image.created_by.standing == Standing.OK
    return case


def test_an_upload_is_kept_out_of_sight_and_its_case_opened(cast, bad):
    look = ban(cast, bad)
    member = cast.membership_of_stranger()
    with pytest.raises(PictureHeld):
        add_upload(membership=member, received=Received(COPY, "copy.jpg"))
    image = Image.objects.get(account=cast.others)
    assert b"".join(storage.open_chunks(image.file.key))
    assert not Image.objects.owned_by(cast.others).exists()
    noted()
    waits_for_a_person(image)
    match = BanMatch.objects.get()
    assert (match.ban, match.image) == (look, image)
    assert match.distance <= 31
    with pytest.raises(PictureHidden):
        add_upload(membership=member, received=Received(COPY, "copy.jpg"))
    assert add_upload(membership=member, received=Received(OTHER)).image.moderation == "clear"


def test_the_api_says_so_and_keeps_it_and_makes_nothing_of_it(cast, bad):
    ban(cast, bad)
    headers = bearer(cast.membership_of_stranger(), Scope.LIBRARY_WRITE, Scope.GENERATE)
    api = cast.signed_in("stranger", headers={**headers, "Idempotency-Key": "once"})
    uri = "data:image/jpeg;base64," + __import__("base64").b64encode(COPY).decode()
    wish = {"prompt": "A fox", "sources": [{"data": uri}]}
    answer = api.post("/api/v1/generations", wish, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "picture_held")
    assert not Batch.objects.exists()
    assert not Hold.objects.exists()
    image = Image.objects.get(account=cast.others)
    assert storage.exists(image.file.key)
    noted()
    waits_for_a_person(image)


def test_a_paid_result_is_kept(cast, bad):
    ban(cast, bad, Action.QUARANTINE, by="senior_moderator")
    generation = make_generation(cast.membership_of_stranger())
    Generation.objects.filter(pk=generation.pk).update(admitted_at=generation.requested_at)
    claim = attempts.claim(generation_id=generation.pk, worker=None)
    attempts.mark_sent(claim=claim)
    key = f"attempts/{claim.attempt_id}/0"
    storage.save(key, COPY)
    outcomes.note_answer(claim=claim, answer={"state": "Completed"}, log_id="1", key_source="")
    stored = verify(key=key, data=COPY)
    outcomes.complete(claim=claim, deliveries=[outcomes.Delivery(0, stored)])
    generation.refresh_from_db()
    assert Attempt.objects.get().state == Attempt.State.SUCCEEDED
    assert Hold.objects.get().state == Hold.State.SETTLED
    noted()
    waits_for_a_person(generation.image, hides="quarantined_legal", lane=Case.Lane.LEGAL)


def test_an_import_is_held(cast, bad, phash, tmp_path):
    path = exported(cast.team, bad.created_by, tmp_path / "library.zip")
    look = ban(cast, bad)
    lift_ban(
        moderator=cast.user("senior_moderator"),
        ban_id=KnownBadHash.objects.get(kind="sha256").pk,
    )
    import_library(membership=cast.membership_of_stranger(), path=path)
    image = Image.objects.get(account=cast.others)
    noted()
    waits_for_a_person(image)
    assert BanMatch.objects.get(image=image).ban == look


def test_what_is_looked_at_later_is_compared_then(cast, bad):
    ban(cast, bad)
    image = make_image(cast.others, cast.user("stranger"), data=COPY)
    image.file.renditions.all().delete()
    assert look_at_waiting(seconds=30) == 1
    image.refresh_from_db()
    assert image.moderation == "hidden_all"
    noted()
    waits_for_a_person(image)


def test_the_sweep_finds_what_is_there_mirrored_and_trashed_too(cast, bad, phash):
    from imagestudio.library.similarity import mirrored  # noqa: PLC0415

    found = [laid(cast, near(phash, 31)), laid(cast, mirrored(near(phash, 9)))]
    Image.objects.filter(pk=found[0].pk).update(trashed_at=found[0].added_at)
    others = [laid(cast, near(phash, 32)), laid(cast, None, title="Plain")]
    sweep = swept(ban(cast, bad))
    assert (sweep.state, sweep.found, sweep.seen, sweep.total) == (Sweep.State.DONE, 2, 5, 5)
    for image in found:
        waits_for_a_person(image)
    assert sorted(BanMatch.objects.values_list("distance", flat=True)) == [9, 31]
    for image in others:
        image.refresh_from_db()
        assert image.moderation == "clear"


def test_a_sweep_that_was_killed_goes_on_where_it_was(cast, bad, phash, monkeypatch):
    found = [laid(cast, near(phash, number)) for number in range(4)]
    monkeypatch.setattr(sweeping, "SLICE", 2)
    look = ban(cast, bad)
    sweep = Sweep.objects.get(ban=look)
    left, real = [1, 1], sweeping.note_held
    monkeypatch.setattr(sweeping, "note_held", lambda **given: left.pop() and real(**given))
    with pytest.raises(IndexError):
        swept(look)
    monkeypatch.setattr(sweeping, "note_held", real)
    sweep.refresh_from_db()
    assert sweep.seen == 2
    assert swept(look).found == 4
    for image in found:
        waits_for_a_person(image)
    assert Sweep.objects.get(ban=look).seen == 5


def test_a_sweep_that_nobody_works_on_is_handed_on(cast, bad):
    ban(cast, bad)
    assert banning.go_on_with_sweeps() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE moderation_sweep SET moved_at = now() - interval '3 minutes'")
    assert banning.go_on_with_sweeps() == 2
    assert banning.go_on_with_sweeps() == 0


def test_more_than_a_slice_may_find_is_found_by_the_next(cast, bad, phash, monkeypatch):
    monkeypatch.setattr(sweeping, "MOST", 2)
    for number in range(5):
        laid(cast, near(phash, number))
    sweep = swept(ban(cast, bad))
    assert (sweep.found, sweep.seen, sweep.state) == (5, 6, Sweep.State.DONE)


def test_seniors_stop_it_and_begin_it_again(cast, bad, phash):
    image = laid(cast, phash)
    look, senior = ban(cast, bad), cast.user("senior_moderator")
    with pytest.raises(RankTooLow):
        banning.cancel_sweep(moderator=cast.user("moderator"), ban_id=look.pk)
    with pytest.raises(SweepAtWork):
        banning.begin_again(moderator=senior, ban_id=look.pk)
    stopped = banning.cancel_sweep(moderator=senior, ban_id=look.pk)
    assert go_on(sweep_id=stopped.pk).seen == 0
    banning.begin_again(moderator=senior, ban_id=look.pk)
    assert swept(look).found == 1
    waits_for_a_person(image)


def test_who_says_no_violation_frees_it_of_this_ban_for_good(cast, bad, phash):
    image = laid(cast, phash)
    look, moderator = ban(cast, bad), cast.user("moderator")
    swept(look)
    case = waits_for_a_person(image)
    assert offered(case, moderator)[:2] == [Action.RESTORE, Action.REMOVE]
    verdict = Verdict(Action.RESTORE)
    made = decide(moderator=moderator, case_id=case.pk, version=case.version, verdict=verdict)
    image.refresh_from_db()
    assert image.moderation == "clear"
    banning.begin_again(moderator=cast.user("senior_moderator"), ban_id=look.pk)
    assert swept(look).found == 0
    assert bans.judge(image.file).alike == []  # the same bytes once more
    take_back(moderator=moderator, decision_id=made.pk)
    assert len(bans.judge(image.file).alike) == 1
    image.refresh_from_db()
    assert image.moderation == "hidden_all"


def test_who_says_that_it_is_the_same_closes_the_case(cast, bad, phash):
    image = laid(cast, phash)
    swept(ban(cast, bad))
    case = waits_for_a_person(image)
    decided(cast.user("moderator"), image, Action.REMOVE)
    case.refresh_from_db()
    image.refresh_from_db()
    assert (case.state, image.moderation) == (Case.State.CLOSED, "hidden_all")


def test_what_waits_to_be_published_still_waits_when_it_is_freed(cast, bad, phash):
    image = laid(cast, phash, visibility="public", review="requested")
    opened(image, Case.Lane.REVIEW)
    swept(ban(cast, bad))
    case = waits_for_a_person(image)
    decided(cast.user("moderator"), image, Action.RESTORE)
    image.refresh_from_db()
    case.refresh_from_db()
    assert (image.moderation, image.review) == ("clear", "requested")
    assert (case.state, case.lane) == (Case.State.OPEN, Case.Lane.REVIEW)


def test_lifting_a_ban_frees_what_nobody_has_decided(cast, bad, phash):
    waits, settled, both = (laid(cast, near(phash, number)) for number in (1, 2, 3))
    look, senior = ban(cast, bad), cast.user("senior_moderator")
    swept(look)
    decided(cast.user("moderator"), settled, Action.REMOVE)
    other = seen_as(make_image(cast.team, cast.user(Role.CREATOR)), near(phash, 33))
    second = ban(cast, other)
    BanMatch.objects.create(ban=second, image=both, distance=30)
    lift_ban(moderator=senior, ban_id=look.pk)
    [job] = ProcrastinateJob.objects.filter(task_name="moderation.let_go")
    for _ in range(2):
        let_go(**job.args)
    for image, moderation in ((waits, "clear"), (settled, "hidden_all"), (both, "hidden_all")):
        image.refresh_from_db()
        assert image.moderation == moderation
    [_, reversal] = Decision.objects.filter(case__image=waits).order_by("at")
    assert (reversal.action, reversal.rule) == (Action.REVERSE, banning.LOOK)
    assert reversal.case.state == Case.State.CLOSED
    assert not hasattr(reversal, "notice")  # nobody had been told yet
    assert bans.alike_of([waits.file_id]) == []


def test_too_plain_a_picture_has_no_look_to_ban(cast):
    moderator = cast.user("moderator")
    image = make_image(cast.team, cast.user(Role.CREATOR))
    case = opened(image)
    verdict = Verdict(Action.REMOVE, reason="hate", facts="It says so.")
    with pytest.raises(LookTooPlain):
        decide_and_ban(
            moderator=moderator, case_id=case.pk, version=0, verdict=verdict, with_look=True
        )
    assert not Decision.objects.exists()
    decide_and_ban(moderator=moderator, case_id=case.pk, version=0, verdict=verdict, bans=True)
    assert [one.kind for one in KnownBadHash.objects.all()] == ["sha256"]


def test_a_picture_that_is_entering_is_found_whichever_is_first(rows, cast, bad, phash):
    """Order one: it was compared before the ban, which waits for it, and the sweep finds it."""
    entered, may_end, made = Event(), Event(), []

    def enters():
        with transaction.atomic():
            image = laid(cast, near(phash, 5))
            assert bans.judge(image.file).alike == []
            made.append(image)
            entered.set()
            may_end.wait(10)
        connection.close()

    decision = decided(cast.user("moderator"), bad, Action.REMOVE)

    def bans_it():
        ban_picture(moderator=cast.user("moderator"), case_id=decision.case_id, with_look=True)
        connection.close()

    threads = [Thread(target=enters), Thread(target=bans_it)]
    threads[0].start()
    entered.wait(10)
    threads[1].start()
    threads[1].join(0.2)
    assert not KnownBadHash.objects.exists()  # it waits
    may_end.set()
    for one in threads:
        one.join(10)
    look = KnownBadHash.objects.get(kind="look")
    assert swept(look).found == 1
    waits_for_a_person(made[0])


def test_a_picture_that_enters_while_it_is_swept_is_found_by_itself_and_once(cast, bad):
    """Order two: the ban is in force, and the sweep has not begun."""
    look = ban(cast, bad)
    with pytest.raises(PictureHeld):
        add_upload(membership=cast.membership_of_stranger(), received=Received(COPY))
    image = Image.objects.get(account=cast.others)
    assert image.moderation == "hidden_all"
    swept(look)
    noted()
    waits_for_a_person(image)
