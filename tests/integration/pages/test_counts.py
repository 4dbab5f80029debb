"""A list takes the same number of statements however many rows it shows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from generations.models import State
from generations.services.latencies import LATENCIES
from generations.services.outlooks import LINE
from imagestudio.accounts.models import Role, Token
from imagestudio.library.models import Change
from imagestudio.library.selection import Selection
from imagestudio.library.services.changes import Wanted, make_change
from tests.factories import make_generation, make_image, make_preset, make_source_set


def statements(client, path):
    LATENCIES.forget()
    LINE.forget()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def fill(team, cast, *, times):
    """Put the same things into the account so many times."""
    member = cast.membership(Role.CREATOR)
    for number in range(times):
        source = make_image(team, member.user)
        for wanted in (
            Wanted(Change.Kind.ADD_TO_ALBUM, new_album=f"{times} {number}"),
            Wanted(Change.Kind.TAG, tag=f"{times} {number}"),
        ):
            selection = Selection.of_ids([source.pk])
            make_change(membership=member, wanted=wanted, selection=selection)
        make_image(team, member.user, trashed_at=timezone.now())
        for state in (State.COMPLETED, State.FAILED, State.QUEUED):
            make_generation(member, state=state, sources=[source])
        make_preset(member)
        make_source_set(member, source, make_image(team, member.user))
        Token.objects.create(
            account=team,
            user=member.user,
            name="One",
            scopes=["library:read"],
            hash=bytes([number, times]) * 16,
        )


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("", 17),
        ("library/", 9),
        ("library/picker", 6),
        ("activity/", 15),
        ("tokens/", 8),
        ("albums/", 9),
        ("trash/", 8),
        ("changes/", 7),
        ("presets/", 9),
    ],
)
def test_a_list_takes_as_many_statements_for_many_rows_as_for_few(window, team, cast, path, most):
    fill(team, cast, times=1)
    few = statements(window, f"/a/{team.slug}/{path}")
    fill(team, cast, times=2)
    many = statements(window, f"/a/{team.slug}/{path}")
    assert few == many
    assert many <= most


def test_a_picture_takes_as_many_statements_with_many_sources_as_with_few(window, team, cast):
    member = cast.membership(Role.CREATOR)
    images = [make_image(team, member.user) for _ in range(8)]
    few = make_generation(member, state=State.COMPLETED, sources=images[:2])
    many = make_generation(member, state=State.COMPLETED, sources=images)
    counts = {statements(window, f"/a/{team.slug}/images/{one.image_id}/") for one in (few, many)}
    assert len(counts) == 1


@pytest.mark.parametrize(
    "path",
    [
        "accounts/user/",
        "accounts/account/",
        "accounts/token/",
        "generations/generation/",
        "generations/attempt/",
        "money/hold/",
        "money/ledgerentry/",
        "money/budgetperiod/",
        "money/budgetrequest/",
    ],
)
def test_the_admins_lists_too(cast, team, path):
    operator = cast.signed_in("operator")
    fill(team, cast, times=1)
    few = statements(operator, f"/admin/{path}")
    fill(team, cast, times=2)
    assert statements(operator, f"/admin/{path}") == few


def test_so_does_a_comparison(window, team, cast):
    member = cast.membership(Role.CREATOR)
    images = [make_image(team, member.user) for _ in range(8)]
    few, many = (
        make_generation(member, state=State.COMPLETED, sources=some).image_id
        for some in (images[:2], images)
    )
    other = images[0].pk
    address = f"/a/{team.slug}/compare/?b={other}&a="
    assert statements(window, f"{address}{few}") == statements(window, f"{address}{many}")
