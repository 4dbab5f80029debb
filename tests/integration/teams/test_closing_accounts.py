"""Closing a team: what everybody finds from then on, what is kept, and what goes when."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from generations.models import Attempt, Generation, Preset, State
from generations.services import attempts
from imagestudio.accounts.auth import Caller, still_holds
from imagestudio.accounts.models import Account, Invitation, Membership, Role, Scope, Token
from imagestudio.accounts.permissions import Deed
from imagestudio.accounts.services.invitations import invite
from imagestudio.library.models import Album, Image, Tag
from imagestudio.library.services.purge import purge_old
from imagestudio.library.services.shares import Terms, share_image
from imagestudio.lifecycle import CLOSE, close_account, finish_closing, purge_closed
from imagestudio.money.models import BudgetPeriod, LedgerEntry
from imagestudio.money.services import ask_for_budget, set_budget
from imagestudio.tasks import close
from tests.factories import bearer, confirm, deliver, make_generation, make_image
from tests.integration.teams.tables import contents

LONG_AGO = timedelta(days=31)


def run_jobs():
    for job in ProcrastinateJob.objects.filter(task_name=CLOSE):
        close(**job.args)


def claimed(generation):
    Generation.objects.filter(pk=generation.pk).update(admitted_at=timezone.now())
    return attempts.claim(generation_id=generation.pk, worker=None)


@pytest.fixture
def owner(cast):
    return confirm(cast.signed_in(Role.OWNER))


def test_it_wants_the_password_and_the_name(cast, team, owner):
    address = f"/a/{team.slug}/close/"
    unconfirmed = cast.signed_in(Role.OWNER).post(address, {"typed": team.name})
    assert unconfirmed["Location"].startswith("/accounts/reauthenticate/")
    wrong = owner.post(address, {"typed": "Another"})
    assert (wrong.status_code, "Nothing was changed" in wrong.content.decode()) == (422, True)
    team.refresh_from_db()
    assert team.closed_at is None
    page = owner.post(address, {"typed": team.name}, follow=True)
    assert f"{team.name} is closed" in page.content.decode()
    team.refresh_from_db()
    assert team.closed_at is not None


@pytest.mark.parametrize("name", [Role.ADMIN, Role.CREATOR, Role.VIEWER])
def test_only_an_owner_closes_it(cast, team, name):
    browser = confirm(cast.signed_in(name))
    address = f"/a/{team.slug}/close/"
    assert browser.get(address).status_code == 403
    assert browser.post(address, {"typed": team.name}).status_code == 403


def test_it_exists_no_more_at_once(cast, team, owner):
    member = cast.membership(Role.CREATOR)
    headers = bearer(member, *Scope)
    stream = Caller(member, Deed.SEE, token_id=Token.objects.get().pk)
    invitation = invite(membership=cast.membership(Role.OWNER), role=Role.VIEWER)
    image = make_image(team, member.user)
    shared = share_image(membership=member, image_id=image.pk, terms=Terms())
    assert Client().get(f"/s/{shared.secret}/").status_code == 200
    close_account(account=team)
    assert Client().get(f"/s/{shared.secret}/").status_code == 404
    assert Client(headers=headers).get("/api/v1/images").status_code == 401
    assert not still_holds(stream)
    for path in (
        f"/a/{team.slug}/",
        f"/a/{team.slug}/library/",
        f"/a/{team.slug}/images/{image.pk}/",
        f"/api/v1/images/{image.pk}/original?account={team.slug}",
        f"/invitations/{invitation.secret}/",
    ):
        assert owner.get(path).status_code == 404, path
    assert team.slug not in owner.get("/accounts/email/").content.decode()


def test_what_waits_is_cancelled_and_what_was_sent_is_kept_and_booked(cast, team):
    member = cast.membership(Role.CREATOR)
    waiting, claimed_one, sent = (make_generation(member) for _ in range(3))
    lost_claim, claim = claimed(claimed_one), claimed(sent)
    assert attempts.mark_sent(claim=claim)
    close_account(account=team)
    run_jobs()
    assert not attempts.mark_sent(claim=lost_claim)
    deliver(claim)
    states = {one.pk: one.state for one in Generation.objects.owned_by(team)}
    assert [states[one.pk] for one in (waiting, claimed_one, sent)] == [
        State.CANCELLED,
        State.CANCELLED,
        State.COMPLETED,
    ]
    assert Image.objects.owned_by(team).count() == 1
    period = BudgetPeriod.objects.owned_by(team).get()
    assert (period.held, period.settled) == (0, Attempt.objects.get(state="succeeded").cost)


def test_a_call_that_was_about_to_leave_does_not(cast, team):
    claim = claimed(make_generation(cast.membership(Role.CREATOR)))
    close_account(account=team)
    assert not attempts.mark_sent(claim=claim)  # before any job could cancel it
    assert BudgetPeriod.objects.owned_by(team).get().held == 0


def test_nobody_is_asked_for_a_limit_any_more(cast, team):
    set_budget(account=team, limit=1)
    asked = ask_for_budget(membership=cast.membership(Role.CREATOR), note="More")
    close_account(account=team)
    run_jobs()
    asked.refresh_from_db()
    assert asked.granted is False


def test_the_job_done_twice_changes_nothing_more(cast, team):
    make_generation(cast.membership(Role.CREATOR))
    close_account(account=team)
    run_jobs()
    before = contents()
    run_jobs()
    assert contents() == before


def test_it_closes_once_and_a_personal_one_only_with_its_person(cast, team):
    close_account(account=team)
    with pytest.raises(CommandError, match="closed before"):
        call_command("closeaccount", team.slug)
    personal = cast.user(Role.VIEWER).personal_account
    with pytest.raises(CommandError, match="closed with its user"):
        call_command("closeaccount", personal.slug)
    page = confirm(cast.signed_in(Role.VIEWER)).get(f"/a/{personal.slug}/close/")
    assert page["Location"] == "/accounts/close/"


def test_a_dry_run_says_what_becomes_of_what_and_changes_nothing(cast, team, capsys):
    member = cast.membership(Role.CREATOR)
    make_image(team, member.user)
    make_image(team, member.user, moderation="quarantined_legal")
    make_generation(member)
    before = contents()
    call_command("closeaccount", team.slug, "--dry-run")
    said = capsys.readouterr().out
    assert "1  Pictures that wait to be made: cancelled" in said
    assert "1  Pictures: nobody sees them" in said
    assert "1  Pictures that a decision or the law holds: kept" in said
    assert contents() == before


def test_operators_open_it_again_within_thirty_days(cast, team, capsys):
    make_image(team, cast.user(Role.CREATOR))
    call_command("closeaccount", team.slug)
    call_command("closeaccount", team.slug, "--reopen")
    run_jobs()  # that was enqueued when it closed
    assert Image.objects.owned_by(team).kept().count() == 1
    assert cast.signed_in(Role.CREATOR).get(f"/a/{team.slug}/library/").status_code == 200
    with pytest.raises(CommandError, match="not closed"):
        call_command("closeaccount", team.slug, "--reopen")


def closed_long_ago(team):
    close_account(account=team)
    finish_closing(account_id=team.pk)
    Account.objects.filter(pk=team.pk).update(closed_at=timezone.now() - LONG_AGO)


def test_after_that_it_is_removed_for_good_but_the_books_stay_whole(cast, team):
    member = cast.membership(Role.CREATOR)
    done = make_generation(member, state=State.COMPLETED, prompt="A secret plan")
    held = make_image(team, member.user, title="Evidence", moderation="quarantined_legal")
    Tag.objects.create(account=team, name="Secret", folded="secret")
    Album.objects.create(account=team, name="Secret", made_by=member.user)
    Preset.objects.create(account=team, name="Secret", prompt="Secret", made_by=member.user)
    entries, slug = LedgerEntry.objects.count(), team.slug
    closed_long_ago(team)
    with pytest.raises(CommandError, match="more than 30 days ago"):
        call_command("closeaccount", slug, "--reopen")
    assert purge_closed() == 1
    purge_old()
    team.refresh_from_db()
    held.refresh_from_db()
    done.refresh_from_db()
    purged = Image.objects.get(pk=done.image_id)
    assert (team.name, team.purged_at is None) == ("Closed account", False)
    assert not Account.objects.filter(slug=slug).exists()
    assert (purged.prompt, purged.file, purged.purged_at is None) == ("", None, False)
    assert purged.search == ""
    assert (held.title, held.file is None, held.purged_at) == ("Evidence", False, None)
    assert (done.prompt, done.state) == ("", State.COMPLETED)
    assert not Membership.objects.filter(account=team).exists()
    assert not Tag.objects.exists()
    assert not Preset.objects.exists()
    assert LedgerEntry.objects.count() == entries
    call_command("check_ledger")
    assert purge_closed() == 0


def test_before_that_nothing_is_removed(cast, team):
    make_image(team, cast.user(Role.CREATOR))
    close_account(account=team)
    finish_closing(account_id=team.pk)
    assert purge_closed() == 0
    assert Image.objects.owned_by(team).kept().count() == 1


def test_what_is_still_in_doubt_keeps_its_words_until_it_is_settled(cast, team):
    lost = make_generation(
        cast.membership(Role.CREATOR), state=State.UNKNOWN, prompt="Where is it?"
    )
    closed_long_ago(team)
    purge_closed()
    lost.refresh_from_db()
    assert (lost.prompt, lost.attempts.get().state) == ("Where is it?", "unknown")
    assert purge_closed() == 0
    attempt = lost.attempts.get()
    deliver(attempts.Claim(lost.pk, attempt.pk, attempt.epoch))
    assert purge_closed() == 1
    purge_old()
    lost.refresh_from_db()
    assert (lost.prompt, lost.state, lost.attempts.get().answer) == ("", State.COMPLETED, None)
    assert (lost.image.prompt, lost.image.file) == ("", None)
    assert purge_closed() == 0


def test_open_invitations_are_dead(cast, team):
    invite(membership=cast.membership(Role.OWNER), role=Role.VIEWER)
    close_account(account=team)
    assert not Invitation.objects.filter(revoked_at=None).exists()
    assert connection.in_atomic_block  # and all of it was one transaction
