"""Cases: opened once for each subject, whoever and however many point at it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from imagestudio.accounts.models import Account, User
from imagestudio.errors import Invalid
from imagestudio.library.models import Image
from imagestudio.moderation.exceptions import (
    CaseChanged,
    CaseClaimed,
    DecisionInvalid,
    NoSuchCase,
)
from imagestudio.moderation.models import Case, Screening
from imagestudio.moderation.permissions import rank_in_panel
from imagestudio.moderation.services.audit import Verb, note
from imagestudio.moderation.services.signals import weight_of

LONGEST = 2000  # characters of what somebody writes


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case is about: one picture, person, account or prompt."""

    kind: Case.Kind
    column: str
    thing: Image | User | Account | Screening
    account: Account

    @property
    def columns(self) -> dict[str, Any]:
        """Return the column of the case that names it."""
        return {self.column: self.thing}

    @property
    def maker(self) -> User | None:
        """Return the person whose doing it is, None for an account."""
        if isinstance(self.thing, Image):
            return self.thing.created_by
        if isinstance(self.thing, Screening):
            return self.thing.user
        return self.thing if isinstance(self.thing, User) else None


def picture(image: Image) -> Subject:
    """Return a picture as the subject of a case."""
    return Subject(Case.Kind.IMAGE, "image", image, image.account)


def person(user: User) -> Subject:
    """Return a person as the subject of a case."""
    return Subject(Case.Kind.USER, "user", user, Account.objects.get(person=user))


def whole_account(account: Account) -> Subject:
    """Return an account as the subject of a case."""
    return Subject(Case.Kind.ACCOUNT, "subject_account", account, account)


def prompt(screening: Screening) -> Subject:
    """Return the words of a request as the subject of a case."""
    return Subject(Case.Kind.SCREENING, "screening", screening, screening.account)


def open_case(
    *, subject: Subject, lane: Case.Lane, weight: int = 0, actor: User | None = None
) -> Case:
    """Return the open case of a subject, locked: a new one, or the one that there is.

    It moves to the first of the lanes that it belongs to; a new one weighs more where safety
    systems have refused much of the person lately. To be called in a transaction, before
    any other row of it is locked.
    """
    new = Case(
        kind=subject.kind, account=subject.account, lane=lane, weight=weight, **subject.columns
    )
    while True:
        Case.objects.bulk_create([new], ignore_conflicts=True)
        mine = Case.objects.unclosed().about(**subject.columns)
        case = mine.select_for_update(no_key=True).first()
        if case is not None:  # else it was closed just now, and a new one can be opened
            break
    if case.pk == new.pk:
        note(Verb.OPENED, actor=actor, case=case, lane=lane)
        more = weight_of(subject.maker) if subject.maker else 0
        if more:
            case.weight += more
            case.save(update_fields=["weight"])
        return case
    case.lane = min(case.lane, lane)
    case.weight += weight
    case.snoozed_until = None
    if case.claimed_by and rank_in_panel(case.claimed_by) < Case.Lane(case.lane).rank:
        case.claimed_by = case.claimed_until = None  # it has moved out of their sight
    case.save(update_fields=["lane", "weight", "snoozed_until", "claimed_by", "claimed_until"])
    return case


def lock_case(case_id: UUID) -> Case:
    """Return a case, locked. Raises NoSuchCase."""
    case = Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase("There is no such case.")
    return case


def lock_subject(case: Case) -> None:
    """Lock what a locked case is about, and let the case know it as it is now."""
    if case.image_id is not None:
        images = Image.objects.select_related("account", "created_by", "file")
        case.image = images.select_for_update(of=("self",), no_key=True).get(pk=case.image_id)
    elif case.user_id is not None:
        case.user = User.objects.select_for_update(no_key=True).get(pk=case.user_id)
    elif case.subject_account_id is not None:
        accounts = Account.objects.select_for_update(no_key=True)
        case.subject_account = accounts.get(pk=case.subject_account_id)


def words_of(
    text: str, *, least: int = 1, most: int = LONGEST, error: type[Invalid] = DecisionInvalid
) -> str:
    """Return what somebody wrote, without space around it. Raises the error if it cannot be."""
    words = text.strip()
    if not least <= len(words) <= most:
        raise error(f"Write {'at most' if least == 0 else '1 to'} {most:,} characters.")
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in words):
        raise error("There are characters in it that no text has.")
    return words


def close_case(case: Case, outcome: Case.Outcome) -> None:
    """Close a locked case and free it."""
    case.state, case.outcome, case.closed_at = Case.State.CLOSED, outcome, Now()
    case.claimed_by = case.claimed_until = case.snoozed_until = None
    case.save()
    case.refresh_from_db()


@transaction.atomic
def escalate(*, moderator: User, case_id: UUID, version: int, text: str) -> Case:
    """Return a case that senior moderators have to decide now.

    Raises NoSuchCase, CaseChanged, CaseClaimed, DecisionInvalid (about the text).
    """
    words = words_of(text, least=0)
    case = lock_case(case_id)
    if case.version != version or case.state != Case.State.OPEN:
        raise CaseChanged(
            "It is escalated or decided already, or has changed. Look at it again.",
            version=case.version,
        )
    if not Case.objects.filter(pk=case.pk).free_for(moderator).exists():
        raise held(case)
    case.state, case.version = Case.State.ESCALATED, case.version + 1
    case.claimed_by = case.claimed_until = None
    case.save()
    note(Verb.ESCALATED, actor=moderator, case=case, text=words)
    return case


def held(case: Case) -> CaseClaimed:
    """Return the error that says who has a case in hand."""
    holder = case.claimed_by
    name = (holder.name or holder.email) if holder else "somebody else"
    return CaseClaimed(f"{name} has this case in hand.", holder=name)


@transaction.atomic
def add_note(*, moderator: User, case_id: UUID, text: str) -> Case:
    """Return a case once a note for moderators stands on it. Raises NoSuchCase, DecisionInvalid."""
    words = words_of(text)
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NoSuchCase("There is no such case.")
    note(Verb.NOTED, actor=moderator, case=case, text=words)
    return case
