"""Pictures in an account's library."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Now
from uuid_utils.compat import uuid7

from imagestudio.accounts.models import Account, Standing, User
from imagestudio.library.filters import Filters
from imagestudio.library.models.files import File
from imagestudio.library.search import query_of
from imagestudio.library.selection import Selection
from imagestudio.library.visibility import HIDDEN_FROM_ALL, HIDDEN_FROM_OTHERS, Seen, seen


class ImageQuerySet(models.QuerySet["Image"]):
    """Reads of images."""

    account: Account | None = None  # whose they are, once `owned_by` was called

    def owned_by(self, account: Account) -> ImageQuerySet:
        """Return the images in an account's library, what is in the trash included.

        What a decision hides from everybody is as if it were not there. They are loaded without
        what only the index of words reads.
        """
        owned = self.filter(account=account, purged_at=None).exclude(moderation__in=HIDDEN_FROM_ALL)
        owned.account = account
        return owned.defer("search")

    def kept(self) -> ImageQuerySet:
        """Return what the library shows: neither in the trash nor hidden from everybody."""
        return self.filter(is_listed=True)

    def matching(self, filters: Filters, *, user: User) -> ImageQuerySet:
        """Return what these filters want, in no order; `user` is whose favourites count.

        For what is done to all of it: a page of it comes from `listing`. Of one account.
        """
        found = self
        for field, values in (
            ("quality", filters.qualities),
            ("size", filters.sizes),
            ("format", filters.formats),
            ("origin", filters.origins),
            ("visibility", filters.visibilities),
        ):
            if values:
                found = found.filter(**{f"{field}__in": values})
        if filters.models:
            ends = (Q(model__endswith=f"/{one}") for one in filters.models)
            found = found.filter(reduce(or_, ends, Q(model__in=filters.models)))
        if filters.members or filters.by:
            found = found.filter(made_by(filters, user))
        if filters.albums or filters.within:
            names = (Q(album__name__iexact=one) for one in filters.within)
            asked = reduce(or_, names, Q(album__in=filters.albums))
            found = found.filter(placed("AlbumItem", asked, album__removed_at=None))
        if filters.tags:
            found = found.filter(placed("ImageTag", Q(tag__folded__in=filters.tags)))
        if filters.favourite:
            found = found.filter(placed("Favourite", Q(user=user)))
        if filters.since:
            found = found.filter(added_at__gte=midnight(filters.since))
        if filters.until:
            found = found.filter(added_at__lt=midnight(filters.until) + timedelta(days=1))
        return found.searched(filters.words, filters.colours)

    def searched(self, words: str, colours: tuple[str, ...] = ()) -> ImageQuerySet:
        """Return those in whose texts these words occur, and that have one of these colours.

        All of the words; those behind a hyphen must not occur.

        Of images `owned_by` an account, unless nothing is searched for.
        """
        if not (words or colours):
            return self
        if self.account is None:
            raise ValueError("Words are searched for in one account: call `owned_by` first.")
        query, found = query_of(self.account.pk, words, colours), self
        if query.words:
            found = found.filter(occurring(query.words))
        # Of what the index does not know yet nobody knows whether it is to be left out.
        return found.filter(~Q(occurring(query.without))) if query.without else found

    def _clone(self) -> ImageQuerySet:
        """Return a copy that knows of its account too."""
        copy: ImageQuerySet = super()._clone()  # type: ignore[misc] # Django's own hook for this
        copy.account = self.account
        return copy

    def in_trash(self) -> ImageQuerySet:
        """Return what is in the trash, without what a decision hides from everybody."""
        return self.filter(trashed_at__isnull=False, purged_at=None).exclude(
            moderation__in=HIDDEN_FROM_ALL
        )

    def selected(self, selection: Selection, *, user: User) -> ImageQuerySet:
        """Return what a selection holds, of these; `user` is whose favourites count."""
        if selection.matching is None:
            return self.filter(pk__in=selection.ids)
        found = self.matching(selection.filters, user=user)
        return found.filter(added_at__lte=selection.until) if selection.until else found

    def behind_links(self) -> ImageQuerySet:
        """Return what people with a link may see, if the link itself is open to them."""
        return self.filter(is_listed=True).exclude(moderation__in=HIDDEN_FROM_OTHERS)

    def newest_first(self) -> ImageQuerySet:
        """Return the images in the order of the library, with what a tile needs."""
        return self.order_by("-added_at", "-id").select_related("file")

    def trashed_last(self) -> ImageQuerySet:
        """Return the images in the order of the trash, with what a tile needs."""
        return self.order_by("-trashed_at", "-id").select_related("file")


def occurring(query: str) -> Func:
    """Return the condition that an image fulfils a `tsquery`."""
    return Func(
        F("search"),
        Value(query, output_field=models.TextField()),
        template="%(expressions)s::tsquery",
        arg_joiner=" @@ ",
        output_field=models.BooleanField(),
    )


def midnight(day: date) -> datetime:
    """Return the moment at which a day of UTC begins."""
    return datetime.combine(day, time(), UTC)


def made_by(filters: Filters, user: User) -> Q:
    """Return the condition that one of these members has made an image; `by:me` is `user`."""
    asked = Q(created_by__in=filters.members)
    for name in filters.by:
        asked |= (
            Q(created_by=user)
            if name == "me"
            else Q(created_by__name__istartswith=name) | Q(created_by__email__istartswith=name)
        )
    return asked


def placed(model: str, asked: Q, **always: Any) -> Exists:
    """Return the condition that an image has a row of this model which is asked for."""
    rows = apps.get_model("library", model).objects
    return Exists(rows.filter(asked, image=OuterRef("pk"), **always))


class Image(models.Model):
    """A picture in an account's library. Never deleted as a row: a purge blanks it."""

    class Origin(models.TextChoices):
        UPLOADED = "uploaded", "Uploaded"
        GENERATED = "generated", "Generated"

    class Visibility(models.TextChoices):
        PRIVATE = "private", "Private"
        PUBLIC = "public", "Public"

    class Review(models.TextChoices):
        NONE = "none", "None"
        REQUESTED = "requested", "Requested"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    class Moderation(models.TextChoices):
        CLEAR = "clear", "Clear"
        BLURRED = "blurred", "Blurred"
        HIDDEN_PUBLIC = "hidden_public", "Hidden from the public"
        HIDDEN_ALL = "hidden_all", "Hidden from everybody"
        QUARANTINED_LEGAL = "quarantined_legal", "Quarantined for legal reasons"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="images")
    file = models.ForeignKey(File, on_delete=models.PROTECT, null=True, related_name="images")
    added_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin)
    title = models.CharField(max_length=200, blank=True)
    prompt = models.TextField(blank=True)
    model = models.CharField(max_length=100, blank=True)
    quality = models.CharField(max_length=20, blank=True)
    size = models.CharField(max_length=20, blank=True)
    format = models.CharField(max_length=10)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    placeholder = models.CharField(max_length=7, help_text="The dominant colour, as #rrggbb")
    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    purged_at = models.DateTimeField(null=True, blank=True)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    review = models.CharField(max_length=10, choices=Review, default=Review.NONE)
    moderation = models.CharField(max_length=20, choices=Moderation, default=Moderation.CLEAR)
    is_listed = models.GeneratedField(
        expression=models.ExpressionWrapper(
            Q(trashed_at=None, purged_at=None) & ~Q(moderation__in=HIDDEN_FROM_ALL),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
        help_text="Whether the library of its account shows it",
    )
    shelf = models.GeneratedField(
        expression=Func(
            *(Cast(F(one), models.TextField()) for one in ("account", "created_by")),
            *(F(one) for one in ("model", "quality", "size", "format", "origin", "visibility")),
            function="hashtextextended",
            template="%(function)s(%(expressions)s, 0)",
            arg_joiner=" || chr(31) || ",
            output_field=models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="The same for pictures of an account that are alike in all that is filtered by",
    )
    search = SearchVectorField(
        null=True, editable=False, help_text="As `search.search_of` makes it; NULL: not yet"
    )

    is_favourite = False  # of the person for whom it was loaded, where a page has asked

    objects = ImageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="image_purged_has_no_file",
                condition=Q(purged_at=None, file__isnull=False)
                | Q(purged_at__isnull=False, file=None),
            ),
        ]
        indexes = [
            # The library: one account's pictures, newest first.
            models.Index(
                "account",
                F("added_at").desc(),
                F("id").desc(),
                name="image_library",
                include=["shelf"],
                condition=Q(is_listed=True),
            ),
            # The same, of pictures that are alike: whatever is filtered by, it is some shelves.
            models.Index(
                "shelf",
                F("added_at").desc(),
                F("id").desc(),
                name="image_shelf",
                condition=Q(is_listed=True),
            ),
            # Search. Changes go straight to their place: a list of pending ones is slow to read.
            GinIndex("search", name="image_search", fastupdate=False, condition=Q(is_listed=True)),
            # What the index has to take in.
            models.Index("id", name="image_not_searchable", condition=Q(search=None)),
            # The trash of one account.
            models.Index(
                "account",
                F("trashed_at").desc(),
                F("id").desc(),
                name="image_trash",
                condition=Q(trashed_at__isnull=False, purged_at=None),
            ),
            # What has been in the trash for so long that it is purged, in all accounts.
            models.Index(
                "trashed_at",
                name="image_purge",
                condition=Q(trashed_at__isnull=False, purged_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)  # what it shows and is called belongs to its account

    def seen_at(self, standing: Standing) -> Seen:
        """Return how far it is seen while its account (or the person, if worse) stands so."""
        return seen(
            visibility=self.visibility,
            review=self.review,
            moderation=self.moderation,
            trashed=self.trashed_at is not None,
            purged=self.purged_at is not None,
            standing=standing,
        )

    @property
    def is_covered(self) -> bool:
        """Say whether people outside of its account see it covered until they ask for it."""
        return self.seen_at(Standing.OK).blurred

    @property
    def is_hidden(self) -> bool:
        """Say whether a decision hides it from everybody."""
        return self.moderation in HIDDEN_FROM_ALL

    @property
    def presence(self) -> str:
        """Return whether it is `kept`, in the trash, removed for good, or hidden by a decision."""
        if self.is_hidden:
            return "hidden"
        if self.purged_at is not None:
            return "removed"
        return "trashed" if self.trashed_at is not None else "kept"

    @property
    def alternative_text(self) -> str:
        """Return what a person who cannot see the picture is told."""
        return self.title or self.prompt or "Uploaded picture"
