"""What a check has found, counted and named."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.db.models.functions import Now

from imagestudio.library.models import Image, QuarantinedKey, StorageCheck, StorageFinding
from imagestudio.library.services.checks.comparing import Kind

# What somebody has to do something about.
PROBLEMS = (
    Kind.MISSING,
    Kind.WRONG_SIZE,
    Kind.DAMAGED,
    Kind.MISSING_RENDITION,
    Kind.UNKNOWN_ATTEMPT,
    Kind.ORPHAN,
)
OF_A_PICTURE = (Kind.MISSING, Kind.WRONG_SIZE, Kind.DAMAGED, Kind.MISSING_RENDITION)


@dataclass(frozen=True, slots=True)
class Found:
    """How many findings there are of one kind, and how many bytes they have in storage."""

    kind: str
    label: str
    count: int
    bytes: int
    is_problem: bool


@dataclass(frozen=True, slots=True)
class Named:
    """One finding, with the account and the pictures that it belongs to."""

    kind: str
    key: str
    account: str
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A check in numbers. `put_aside` is how many keys lie in quarantine because of it."""

    run: StorageCheck
    found: tuple[Found, ...]
    put_aside: int

    @property
    def is_clean(self) -> bool:
        """Say whether nothing has to be done: orphans that were put aside are done with."""
        left = sum(one.count for one in self.found if one.is_problem)
        return left - self._orphans_aside <= 0

    @property
    def _orphans_aside(self) -> int:
        orphans = sum(one.count for one in self.found if one.kind == Kind.ORPHAN)
        return min(orphans, self.put_aside)


def end(*, run: StorageCheck) -> None:
    """Note that a check has come to its end."""
    StorageCheck.objects.filter(pk=run.pk).update(ended_at=Now())


def report_of(run: StorageCheck) -> Report:
    """Return what a check has found, by kind in the order of importance."""
    rows = run.findings.values("kind").annotate(count=Count("pk"), size=Sum("bytes"))
    by_kind = {row["kind"]: row for row in rows}
    aside = run.put_aside.filter(state=QuarantinedKey.State.MOVED).count()
    return Report(
        run=run,
        found=tuple(
            Found(
                kind=kind.value,
                label=str(kind.label),
                count=by_kind[kind]["count"],
                bytes=by_kind[kind]["size"] or 0,
                is_problem=kind in PROBLEMS,
            )
            for kind in Kind
            if kind in by_kind
        ),
        put_aside=aside,
    )


def named(run: StorageCheck) -> Iterator[Named]:
    """Yield the findings that are problems, and whose they are."""
    rows = run.findings.filter(kind__in=PROBLEMS).order_by("kind", "key")
    some: list[StorageFinding] = []
    for one in rows.iterator(chunk_size=500):
        some.append(one)
        if len(some) == 500:
            yield from _with_owners(some)
            some = []
    yield from _with_owners(some)


def _with_owners(some: list[StorageFinding]) -> Iterator[Named]:
    files = {one.file for one in some if one.kind in OF_A_PICTURE}
    owners: dict[object, list[Image]] = {}
    for image in Image.objects.filter(file__in=files).select_related("account"):
        owners.setdefault(image.file_id, []).append(image)
    for one in some:
        images = owners.get(one.file, [])
        yield Named(
            kind=one.kind,
            key=one.key,
            account=images[0].account.slug if images else "",
            images=tuple(str(image.pk) for image in images),
        )
