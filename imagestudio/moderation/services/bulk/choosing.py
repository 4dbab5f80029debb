"""Choosing the cases of a bulk deed: they are kept in the version in which they were seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from imagestudio.accounts.models import User
from imagestudio.moderation.exceptions import BulkInvalid, NoSuchCase
from imagestudio.moderation.models import BulkCase, BulkDeed, CaseQuerySet
from imagestudio.moderation.services.panel.alike import twins_of
from imagestudio.moderation.services.panel.queue import Tab, cases_in, seen_by

MOST = 1_000  # cases of one deed
Choice = BulkDeed.Choice


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be decided together: `about` names the part of the queue, or the id of a thing.

    `ticked` are single cases, each with the version in which it was seen.
    """

    choice: BulkDeed.Choice
    about: str = ""
    ticked: Mapping[UUID, int] | None = None


@transaction.atomic
def choose(*, moderator: User, chosen: Chosen) -> BulkDeed:
    """Return the draft of a bulk deed about the chosen cases; nothing is decided by it.

    Of more than a thousand it takes the first. Raises NoSuchCase (also for one about something of
    the moderator's own, or of a thing that is not there), BulkInvalid (nothing was chosen).
    """
    found = (
        ticked(moderator, chosen) if chosen.choice is Choice.TICKED else matching(moderator, chosen)
    )
    if not found:
        raise BulkInvalid("No open case is like that.")
    about = ""
    if chosen.choice is not Choice.TICKED:
        is_tab = chosen.choice is Choice.TAB
        about = chosen.about if is_tab else str(key_of(chosen.about))
    deed = BulkDeed.objects.create(
        actor=moderator, choice=chosen.choice, about=about, total=len(found)
    )
    BulkCase.objects.bulk_create(
        BulkCase(deed=deed, case_id=key, version=version) for key, version in found
    )
    deed.refresh_from_db()
    return deed


def ticked(moderator: User, chosen: Chosen) -> Sequence[tuple[UUID, int]]:
    """Return the cases that were chosen one by one, in the versions that were seen.

    Raises NoSuchCase, BulkInvalid.
    """
    wanted = chosen.ticked or {}
    if len(wanted) > MOST:
        raise BulkInvalid(f"At most {MOST:,} cases can be decided together.")
    found = seen_by(moderator).filter(pk__in=list(wanted)).in_order()
    keys = list(found.values_list("pk", flat=True))
    if len(keys) != len(wanted):
        raise NoSuchCase("There is no such case.")
    return [(key, wanted[key]) for key in keys]


def matching(moderator: User, chosen: Chosen) -> Sequence[tuple[UUID, int]]:
    """Return the open cases that have something in common, in their present versions.

    Raises NoSuchCase, BulkInvalid.
    """
    found = cases_like(moderator, chosen)
    return list(found.values_list("pk", "version")[:MOST])


def cases_like(moderator: User, chosen: Chosen) -> CaseQuerySet:
    """Return the open cases that a choice means. Raises NoSuchCase, BulkInvalid."""
    if chosen.choice is Choice.TAB:
        if chosen.about not in list(Tab) or chosen.about == Tab.CLOSED:
            raise BulkInvalid("There is no such part of the queue.")
        return cases_in(Tab(chosen.about), moderator)
    unclosed, key = seen_by(moderator).unclosed().in_order(), key_of(chosen.about)
    if chosen.choice is Choice.PERSON:
        return unclosed.about_person(key)
    if chosen.choice is Choice.ACCOUNT:
        return unclosed.filter(account=key)
    if chosen.choice is Choice.REPORTER:
        return unclosed.resting_on(key)
    case = seen_by(moderator).filter(pk=key).first()
    if case is None:
        raise NoSuchCase("There is no such case.")
    others = twins_of(case, unclosed)
    kept = [one.case_id for one in others if one.is_same or chosen.choice is Choice.ALIKE]
    return unclosed.filter(pk__in=[case.pk, *kept])


def key_of(text: str) -> UUID:
    """Return the id that a choice names. Raises NoSuchCase for anything else."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NoSuchCase("There is no such case.") from error
