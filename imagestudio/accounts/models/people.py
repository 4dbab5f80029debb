"""Users, the accounts that own everything, and what a user may do in one."""

from __future__ import annotations

from collections.abc import Iterator
from secrets import token_hex
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models.functions import Lower, Now
from django.utils.text import slugify
from uuid_utils.compat import uuid7


class Standing(models.TextChoices):
    """How far a user or an account is trusted; the worse one of the two counts."""

    OK = "ok", "In good standing"
    WARNED = "warned", "Warned"
    GALLERY_BLOCKED = "gallery_blocked", "Kept out of the public gallery"
    GENERATION_BLOCKED = "generation_blocked", "May not make pictures"
    SUSPENDED = "suspended", "Suspended"
    CLOSED = "closed", "Closed"

    @property
    def severity(self) -> int:
        """Return 0 for good standing, more for worse."""
        return list(Standing).index(self)

    @property
    def shuts_out(self) -> bool:
        """Say whether nobody gets in with it."""
        return self.severity >= Standing.SUSPENDED.severity


class SiteRole(models.TextChoices):
    """A person's rank on the installation."""

    NONE = "none", "None"
    MODERATOR = "moderator", "Moderator"
    SENIOR_MODERATOR = "senior_moderator", "Senior moderator"
    OPERATOR = "operator", "Operator"


class Trust(models.TextChoices):
    """Whether somebody looks at what a person publishes before everybody sees it."""

    CHECK = "check", "Is checked"
    TRUSTED = "trusted", "Is trusted"


class Role(models.TextChoices):
    """A user's place in an account."""

    OWNER = "owner", "Owner"
    ADMIN = "admin", "Admin"
    CREATOR = "creator", "Creator"
    VIEWER = "viewer", "Viewer"

    @property
    def rank(self) -> int:
        """Return 0 for the role with the fewest rights, more for more."""
        return len(Role) - 1 - list(Role).index(self)


class UserManager(BaseUserManager["User"]):
    """Makes users together with the personal account that each of them has."""

    @transaction.atomic
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new user with a personal account of which it is the owner."""
        user = self.model(email=email.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Return a new operator, the highest rank on the installation."""
        return self.create_user(email, password, site_role=SiteRole.OPERATOR, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        """Return the user with this e-mail address, whatever its case."""
        return self.get(email__iexact=email or "")


class User(AbstractBaseUser):
    """A person who can sign in. Never deleted as a row: closing blanks it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=100, blank=True)
    site_role = models.CharField(max_length=20, choices=SiteRole, default=SiteRole.NONE)
    standing = models.CharField(max_length=20, choices=Standing, default=Standing.OK)
    trust = models.CharField(max_length=10, choices=Trust, default=Trust.CHECK)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="There is a user with this e-mail address.",
            ),
            models.CheckConstraint(
                name="user_suspended_is_inactive",
                condition=models.Q(is_active=False)
                | ~models.Q(standing__in=[Standing.SUSPENDED, Standing.CLOSED]),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the row; a new user gets its personal account in the same transaction."""
        with transaction.atomic():
            is_new = self._state.adding
            super().save(*args, **kwargs)
            if is_new:
                Account.objects.create_personal(self)

    @property
    def is_moderator(self) -> bool:
        """Say whether this person may work in the panel; operators may, too."""
        return self.is_active and self.site_role != SiteRole.NONE

    @property
    def is_operator(self) -> bool:
        """Say whether this person runs the installation."""
        return self.is_active and self.site_role == SiteRole.OPERATOR

    @property
    def is_staff(self) -> bool:
        """Say whether Django's admin site lets this person in."""
        return self.is_operator

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        """Say whether Django's admin site allows a deed: operators may do what it offers."""
        return self.is_operator

    def has_module_perms(self, _app_label: str) -> bool:
        """Say whether Django's admin site shows an app."""
        return self.is_operator


class AccountManager(models.Manager["Account"]):
    """Makes accounts, and finds those of a user."""

    def open_to(self, user: User) -> models.QuerySet[Account]:
        """Return the accounts that this user is a member of, the personal one first."""
        return self.filter(memberships__user=user, closed_at=None).order_by("kind", "name", "id")

    def create_personal(self, user: User) -> Account:
        """Return a new personal account of which this user is the owner."""
        name = user.email.partition("@")[0]
        return self.create_for(
            user, name, name=user.name or name[:100], kind=Account.Kind.PERSONAL, person=user
        )

    def create_for(self, owner: User, stem: str, **fields: Any) -> Account:
        """Return a new account of this owner, whose slug is made of `stem`."""
        for slug in slugs_for(stem):
            account, is_new = self.get_or_create(slug=slug, defaults={"made_by": owner, **fields})
            if is_new:
                break
        Membership.objects.create(account=account, user=owner, role=Role.OWNER)
        return account


def slugs_for(name: str) -> Iterator[str]:
    """Yield slugs for a name, the nicest first; chance keeps people of one name apart."""
    stem = slugify(name)[:40] or "account"
    yield stem
    while True:
        yield f"{stem}-{token_hex(3)}"


class Account(models.Model):
    """The owner of everything: pictures, generations, tokens, budget."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "Personal"
        TEAM = "team", "Team"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind)
    person = models.OneToOneField(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="personal_account"
    )
    standing = models.CharField(max_length=20, choices=Standing, default=Standing.OK)
    in_flight_cap = models.PositiveSmallIntegerField(
        default=16, help_text="Calls to the gateway that this account may have in flight at once"
    )
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    purged_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When what it held was removed for good"
    )

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_personal_has_person",
                condition=models.Q(kind="personal", person__isnull=False)
                | models.Q(kind="team", person__isnull=True),
            ),
            models.CheckConstraint(
                name="account_in_flight_cap_positive", condition=models.Q(in_flight_cap__gt=0)
            ),
            models.CheckConstraint(
                name="account_purged_is_closed",
                condition=models.Q(purged_at=None) | models.Q(closed_at__isnull=False),
            ),
        ]
        indexes = [
            # What was closed and still has to be removed.
            models.Index(
                "closed_at",
                name="account_closed",
                condition=models.Q(closed_at__isnull=False, purged_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Reads of memberships."""

    def owned_by(self, account: Account) -> MembershipQuerySet:
        """Return the members of an account in the order of their coming, their users loaded."""
        members = self.filter(account=account).select_related("user")
        return members.order_by("added_at", "id")

    def open_to(self, user: User) -> MembershipQuerySet:
        """Return a user's memberships in accounts that are not closed, the personal one first."""
        mine = self.filter(user=user, account__closed_at=None).select_related("account", "user")
        return mine.order_by("account__kind", "account__name", "account__id")

    def owners(self) -> MembershipQuerySet:
        """Return the owners who can sign in."""
        return self.filter(role=Role.OWNER, user__is_active=True)


class Membership(models.Model):
    """A user's place in an account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    added_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "user"], name="membership_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.account} as {self.role}"
