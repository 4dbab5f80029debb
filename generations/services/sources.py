"""The bytes of sources: pinned while a generation is open, let go of when it has ended."""

from collections.abc import Sequence
from uuid import UUID

from generations.models import OPEN_STATES, Generation, Source


def let_go(files: Sequence[UUID]) -> set[UUID]:
    """Let go of those of these files that only ended generations had; return the others.

    To be called in the transaction that removes the files. The generations are locked, so that
    none of them is tried again meanwhile.
    """
    users = Source.objects.filter(file__in=files)
    generations = Generation.objects.filter(pk__in=users.values("generation")).order_by("pk")
    states = dict(generations.select_for_update(no_key=True).values_list("pk", "state"))
    ended = [pk for pk, state in states.items() if state not in OPEN_STATES]
    # One that was asked for only now is not among those that are locked: it has not ended.
    needed = set(users.exclude(generation__in=ended).values_list("file_id", flat=True))
    Source.objects.filter(file__in=set(files) - needed, generation__in=ended).update(file=None)
    return needed & set(files)
