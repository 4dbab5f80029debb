"""What is quarantined for legal reasons is kept for a year, by whatever route it is removed."""

import json
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.utils import timezone

from imagestudio.accounts.models import Account, Role
from imagestudio.library import storage
from imagestudio.library.models import Image
from imagestudio.library.services.checks import compare, no_attempts, put_aside
from imagestudio.library.services.purge import free_files, purge_images, purge_old
from imagestudio.lifecycle import close_user, finish_closing, purge_closed
from imagestudio.moderation.exceptions import HoldInvalid, NoSuchHold, RankTooLow
from imagestudio.moderation.models import AuditEntry, LegalHold
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.deciding import take_back
from imagestudio.moderation.services.legal.handing_over import hand_over
from imagestudio.moderation.services.preserving import (
    extend_hold,
    hold_of,
    note_reference,
    release_hold,
)
from tests.factories import make_image
from tests.integration.moderation.conftest import decided, told

CHILD = {"reason": "child_safety", "facts": "A child."}


@pytest.fixture
def senior(cast):
    return cast.user("senior_moderator")


@pytest.fixture
def operator(cast):
    return cast.user("operator")


@pytest.fixture
def held(image, senior):
    decided(senior, image, Action.QUARANTINE, **CHILD)
    return LegalHold.objects.get()


def is_there(image):
    image.refresh_from_db()
    assert image.purged_at is None
    assert image.prompt == "a tower"
    assert storage.exists(image.file.key)


def in_the_trash(image):
    Image.objects.filter(pk=image.pk).update(trashed_at=timezone.now() - timedelta(days=99))


def test_it_is_kept_for_a_year_with_what_was_known(image, held, senior):
    assert timedelta(days=364) < held.until - timezone.now() <= timedelta(days=365)
    assert held.made_by == senior
    assert held.rows["image"]["prompt"] == "a tower"
    assert held.rows["maker"]["email"] == image.created_by.email
    assert held.rows["file"]["sha256"] == bytes(image.file.sha256).hex()


@pytest.mark.parametrize("is_shown_again", [False, True])
def test_nothing_that_removes_pictures_removes_it(image, held, senior, is_shown_again):
    if is_shown_again:  # an authority was told of it, so that it stays all the same
        note_reference(moderator=senior, hold_id=held.pk, reference="CT-1")
        decided(senior, image, Action.RESTORE)
    in_the_trash(image)
    assert purge_old() == 0
    assert purge_images([image.pk]) == []
    assert free_files() == 0
    is_there(image)
    put_aside(run=compare(attempts_of=no_attempts, young=timedelta()), despite_many=True)
    is_there(image)


def test_it_outlives_its_account_and_the_user(cast, senior):
    user = cast.user("stranger")
    mine = make_image(user.personal_account, user, prompt="a tower")
    other = make_image(user.personal_account, user)
    decided(senior, mine, Action.QUARANTINE, **CHILD)
    address = user.email
    Account.objects.filter(pk=cast.others.pk).update(closed_at=timezone.now())
    closed = close_user(user=user)
    finish_closing(account_id=closed.personal_account.pk)
    long_ago = timezone.now() - timedelta(days=40)
    Account.objects.filter(pk=user.personal_account.pk).update(closed_at=long_ago)
    purge_closed()
    purge_old()
    other.refresh_from_db()
    assert other.purged_at is not None
    is_there(mine)
    assert LegalHold.objects.get().rows["maker"]["email"] == address


def test_who_takes_it_back_lets_go_unless_an_authority_knows(cast, image, senior):
    decision = decided(senior, image, Action.QUARANTINE, **CHILD)
    take_back(moderator=senior, decision_id=decision.pk)
    first = LegalHold.objects.get()
    assert (first.released_by, first.rows) == (senior, {})
    again = decided(senior, image, Action.QUARANTINE, **CHILD)
    second = LegalHold.objects.get(released_at=None)
    note_reference(moderator=senior, hold_id=second.pk, reference="CT-2")
    told(again)
    take_back(moderator=cast.user("operator"), decision_id=again.pk)
    second.refresh_from_db()
    assert second.released_at is None
    in_the_trash(image)
    assert purge_old() == 0


def test_operators_keep_it_longer_or_let_go_and_say_why(image, held, senior, operator):
    until = timezone.now() + timedelta(days=700)
    for who, text, error in ((senior, "Asked for", RankTooLow), (operator, " ", HoldInvalid)):
        with pytest.raises(error):
            extend_hold(operator=who, hold_id=held.pk, until=until, text=text)
        with pytest.raises(error):
            release_hold(operator=who, hold_id=held.pk, text=text)
    with pytest.raises(HoldInvalid):
        extend_hold(operator=operator, hold_id=held.pk, until=timezone.now(), text="Less")
    assert extend_hold(operator=operator, hold_id=held.pk, until=until, text="Asked").until == until
    released = release_hold(operator=operator, hold_id=held.pk, text="No longer needed")
    assert (released.released_by, released.rows) == (operator, {})
    with pytest.raises(NoSuchHold):
        release_hold(operator=operator, hold_id=held.pk, text="Once more")
    lines = AuditEntry.objects.filter(verb="preserved").order_by("at", "id")
    assert [one.text for one in lines] == ["", "Asked", "No longer needed"]
    image.refresh_from_db()
    assert image.moderation == "quarantined_legal"


def test_one_case_is_handed_over_whole_and_that_is_in_the_log(image, held, senior, operator):
    with pytest.raises(RankTooLow):
        hand_over(operator=senior, hold_id=held.pk, text="For the police")
    with pytest.raises(HoldInvalid):
        hand_over(operator=operator, hold_id=held.pk, text="")
    assert not AuditEntry.objects.filter(verb="exported").exists()
    archive = ZipFile(BytesIO(b"".join(hand_over(operator=operator, hold_id=held.pk, text="CT-1"))))
    assert archive.testzip() is None
    assert sha256(archive.read("picture.png")).digest() == bytes(image.file.sha256)
    assert json.loads(archive.read("preserved.json"))["maker"]["email"] == image.created_by.email
    [decision] = json.loads(archive.read("case.json"))["decisions"]
    assert decision["action"] == "quarantine"
    lines = [json.loads(one) for one in archive.read("audit.jsonl").splitlines()]
    assert [one["verb"] for one in lines] == ["opened", "preserved", "decided", "exported"]
    for line in archive.read("sha256sums.txt").decode().splitlines():
        digest, _, name = line.partition("  ")
        assert sha256(archive.read(name)).hexdigest() == digest
    entry = AuditEntry.objects.get(verb="exported")
    assert (entry.actor, entry.text) == (operator, "CT-1")


def test_nobody_sees_what_is_kept_of_themselves(cast, held, operator):
    mine = make_image(cast.team, operator)
    LegalHold.objects.filter(pk=held.pk).update(image=mine)
    with pytest.raises(NoSuchHold):
        hold_of(operator, held.pk)
    with pytest.raises(RankTooLow):
        hold_of(cast.user("moderator"), held.pk)
    with pytest.raises(RankTooLow):
        hold_of(cast.user(Role.OWNER), held.pk)
