"""check_storage: what it finds, that it never deletes, and that it can be undone and resumed."""

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now

from generations.models import Attempt, State
from imagestudio.accounts.models import Role
from imagestudio.library import storage
from imagestudio.library.models import File, QuarantinedKey, Rendition, StorageCheck
from imagestudio.library.services import checks
from imagestudio.library.services.checks import comparing
from imagestudio.library.services.renditions import covered_rendition
from tests.factories import make_generation, make_image, make_rendition, newest_attempt, paint

# Once round on S3 stands in `test_check_storage_on_s3.py`.
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("kept", ["files"], indirect=True),
    pytest.mark.usefixtures("kept"),
]


@pytest.fixture(autouse=True)
def every_orphan_is_old(monkeypatch):
    """Let bytes be orphans at once; a test of youth says so itself."""
    monkeypatch.setattr(comparing, "YOUNG", timedelta(seconds=-60))


@pytest.fixture
def images(kept, cast, team):
    """Return three pictures whose rows and bytes agree, stored before the check begins."""
    made = [make_image(team, cast.user(Role.CREATOR)) for _ in range(3)]
    File.objects.update(stored_at=Now() - timedelta(hours=1))
    Rendition.objects.update(made_at=Now() - timedelta(hours=1))
    return made


def check(*arguments):
    """Run the command; return its exit status and what it said."""
    out, status = StringIO(), 0
    try:
        call_command("check_storage", *arguments, stdout=out, stderr=StringIO())
    except CommandError as error:
        status = error.returncode
    return status, out.getvalue()


def compared(**options):
    return checks.compare(attempts_of=checks.no_attempts, young=comparing.YOUNG, **options)


def kinds(run):
    return dict(run.findings.values_list("key", "kind"))


def contents():
    """Return everything that storage holds, wherever it lies."""
    return {one.key: storage.read(one.key) for one in storage.listing()}


def newest():
    return StorageCheck.objects.order_by("pk").last()


def test_nothing_is_wrong(images):
    status, words = check()
    assert (status, "Storage and rows agree." in words) == (0, True)
    assert (newest().keys, newest().findings.count()) == (6, 0)


def test_rows_without_their_bytes_are_found_and_said_whose_they_are(images, team):
    missing, shorter, small = images
    storage.delete(missing.file.key)
    storage.save(shorter.file.key, b"x", replace=True)
    storage.delete(small.file.renditions.get().key)
    status, words = check()
    assert kinds(newest()) == {
        missing.file.key: "missing",
        shorter.file.key: "wrong_size",
        small.file.renditions.get().key: "missing_rendition",
    }
    assert status == 1
    assert f"missing {missing.file.key}, of {team.slug}: {missing.pk}" in words


def test_bytes_without_a_row_are_found_by_their_form(images, cast):
    attempt = newest_attempt(make_generation(cast.membership(Role.CREATOR)))
    done = newest_attempt(make_generation(cast.membership(Role.CREATOR), state=State.REFUSED))
    forgotten = uuid4()
    orphan = f"uploads/{uuid4()}"
    keys = {
        orphan: "orphan",
        f"{images[0].file.key}.512.webp": "orphan",
        f"attempts/{attempt.pk}/0": "expected",
        f"attempts/{done.pk}/0": "kept_answer",
        f"attempts/{done.pk}/answer": "kept_answer",
        f"attempts/{forgotten}/1": "unknown_attempt",
        "notes/mine": "foreign",
        f"uploads/{uuid4()}.900.webp": "foreign",
    }
    for key in keys:
        storage.save(key, b"x")
    run = checks.compare(
        attempts_of=lambda ids: {attempt.pk: "open", done.pk: "ended"}, young=comparing.YOUNG
    )
    assert kinds(run) == keys


def test_attempts_say_themselves_whether_they_may_come_home(images, cast):
    states = {}
    for state in (State.QUEUED, State.UNKNOWN, State.FAILED, State.REFUSED, State.COMPLETED):
        attempt = newest_attempt(make_generation(cast.membership(Role.CREATOR), state=state))
        storage.save(f"attempts/{attempt.pk}/7", b"x")
        states[f"attempts/{attempt.pk}/7"] = state
    check()
    found = kinds(newest())
    assert {states[key] for key, kind in found.items() if kind == "expected"} == {
        State.QUEUED,
        State.UNKNOWN,
    }
    assert Attempt.objects.count() == len(states)


def test_young_bytes_may_still_get_their_row(images):
    storage.save(f"uploads/{uuid4()}", b"x")
    run = checks.compare(attempts_of=checks.no_attempts)
    assert set(kinds(run).values()) == {"young"}
    assert checks.put_aside(run=run) == 0


def test_looking_changes_nothing(images):
    storage.save(f"uploads/{uuid4()}", b"x")
    storage.delete(images[0].file.key)
    before = contents()
    check("--verify")
    assert contents() == before


def test_contents_are_read_only_when_asked(images):
    damaged = images[1].file
    data = bytearray(storage.read(damaged.key))
    data[-1] ^= 1
    storage.save(damaged.key, bytes(data), replace=True)
    assert check()[0] == 0
    assert check("--verify")[0] == 1
    assert kinds(newest()) == {damaged.key: "damaged"}


def test_what_is_put_aside_comes_back(images, monkeypatch):
    orphans = {f"uploads/{uuid4()}": paint() for _ in range(3)}
    for key, data in orphans.items():
        storage.save(key, data)
    before = contents()
    run = compared()
    assert checks.put_aside(run=run) == 3
    assert not set(orphans) & set(contents())
    assert sorted(contents().values()) == sorted(before.values())
    assert checks.report_of(run).is_clean
    assert compared().findings.count() == 0  # what lies aside is not found again
    status, words = check("--bring-back", str(run.pk))
    assert (status, words.strip()) == (0, "3 are back where they were; 0 are not.")
    assert contents() == before


def test_what_got_a_row_meanwhile_is_not_moved(images):
    key = f"uploads/{uuid4()}"
    storage.save(key, b"x")
    run = compared()
    File.objects.filter(pk=images[0].file_id).update(key=key)
    assert checks.put_aside(run=run) == 0
    assert storage.exists(key)


def test_what_gets_its_row_while_it_is_moved_goes_back(images, monkeypatch):
    key = f"uploads/{uuid4()}"
    storage.save(key, b"x")
    run = compared()
    move = storage.move

    def late(one, to):
        move(one, to)
        File.objects.filter(pk=images[0].file_id).update(key=key)

    monkeypatch.setattr(storage, "move", late)
    assert checks.put_aside(run=run) == 0
    assert storage.read(key) == b"x"


def test_it_goes_on_where_it_was_killed(images, monkeypatch):
    keys = [f"uploads/{uuid4()}" for _ in range(4)]
    for key in keys:
        storage.save(key, key.encode())
    run, move, moved = compared(), storage.move, []

    def deadly(one, to):
        if len(moved) == 2:
            raise KeyboardInterrupt
        move(one, to)
        moved.append(one)
        if len(moved) == 2:
            raise KeyboardInterrupt  # after the move, before it is on record

    for _ in range(2):
        monkeypatch.setattr(storage, "move", deadly)
        with pytest.raises(KeyboardInterrupt):
            checks.put_aside(run=run)
    monkeypatch.setattr(storage, "move", move)
    status, _ = check("--resume", str(run.pk), "--quarantine")
    assert status == 0
    assert QuarantinedKey.objects.filter(state="moved").count() == 4
    assert not any(storage.exists(key) for key in keys)
    assert checks.bring_back(run=run) == (4, 0)
    assert [storage.read(key) for key in keys] == [key.encode() for key in keys]


def test_reading_goes_on_where_it_was_killed(images, monkeypatch):
    monkeypatch.setattr("imagestudio.library.services.checks.verifying.SLICE", 1)
    run, read, opened = compared(), storage.open_chunks, []

    def counted(key, *arguments):
        if len(opened) == 2:
            opened.append(key)
            raise KeyboardInterrupt
        opened.append(key)
        return read(key, *arguments)

    monkeypatch.setattr(storage, "open_chunks", counted)
    with pytest.raises(KeyboardInterrupt):
        checks.verify(run=run)
    run.refresh_from_db()
    assert checks.verify(run=run) == 1
    assert len(opened) == 4  # three files, and the one that was being read


def test_a_key_that_is_taken_again_is_left_alone(images):
    key = f"uploads/{uuid4()}"
    storage.save(key, b"old")
    run = compared()
    checks.put_aside(run=run)
    storage.save(key, b"new")
    status, words = check("--bring-back", str(run.pk))
    assert (status, words.strip()) == (1, "0 are back where they were; 1 are not.")
    assert storage.read(key) == b"new"
    assert storage.read(f"quarantine/{run.pk}/{key}") == b"old"


def test_another_databases_storage_is_not_moved(images, monkeypatch):
    monkeypatch.setattr("imagestudio.library.services.checks.quarantine.FEW", 2)
    for _ in range(3):
        storage.save(f"uploads/{uuid4()}", b"x")
    before, run = contents(), compared()
    status, _ = check("--resume", str(run.pk), "--quarantine")
    assert (status, contents()) == (2, before)
    status, _ = check("--resume", str(run.pk), "--quarantine", "--despite-many")
    assert status == 0


def test_missing_renditions_are_made_again(images):
    rendition = images[0].file.renditions.get()
    cover = covered_rendition(image=images[0])
    other = make_rendition(images[1].file, "512")
    Rendition.objects.update(made_at=Now() - timedelta(hours=1))
    storage.delete(rendition.key)
    storage.delete(cover.key)
    storage.delete(other.key)
    storage.delete(images[1].file.key)
    run = compared()
    assert checks.remake(run=run) == 2
    for one in (rendition, cover):
        one.refresh_from_db()
        assert storage.size(one.key) == one.bytes
    assert set(kinds(run).values()) == {"missing", "missing_rendition"}


def test_programs_read_it_as_json(images, team):
    storage.delete(images[0].file.key)
    status, words = check("--json")
    told = json.loads(words)
    assert (status, told["is_clean"], told["keys"]) == (1, False, 5)
    assert told["problems"] == [
        {
            "kind": "missing",
            "key": images[0].file.key,
            "account": team.slug,
            "images": [str(images[0].pk)],
        }
    ]


@pytest.mark.parametrize(
    "arguments",
    [("--resume", "x"), ("--bring-back", "019aa1b3-1f40-7a5b-9c6d-0e1f2a3b4c5d")],
    ids=str,
)
def test_a_check_that_never_was_is_said(kept, arguments):
    assert check(*arguments)[0] == 1
