"""How long calls took lately, read from their rows."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, F, FloatField, OuterRef, Subquery
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Coalesce, Extract, Now

from generations.line import Kind, Latencies, Measured, measured
from generations.models import Attempt, Source, State
from generations.services.recent import Recent

RECENT_DAYS = timedelta(days=7)
MOST_READ = 1000  # of the calls that were sent last, whatever became of them


def measure() -> Latencies:
    """Return the latencies of the calls of the last days, in one statement.

    An answer from the gateway's cache, which costs nothing, says nothing about a call.
    """
    sent = Attempt.objects.filter(sent_at__gt=Now() - RECENT_DAYS).order_by("-sent_at")
    brought = Attempt.objects.filter(
        pk__in=Subquery(sent.values("pk")[:MOST_READ]),
        state=Attempt.State.SUCCEEDED,
        answered_at__isnull=False,
        cost__gt=0,
        generation__state=State.COMPLETED,
    )
    return measured(
        Measured(
            Kind(model, quality, sources),
            None if resends else starting,
            call,
            keeping,
        )
        for model, quality, sources, resends, starting, call, keeping in brought.annotate(
            pictures=count_of_sources("generation"),
            starting=seconds(F("sent_at") - F("generation__admitted_at")),
            call=seconds(F("answered_at") - F("sent_at")),
            keeping=seconds(F("generation__ended_at") - F("answered_at")),
        )
        .order_by("-sent_at")
        .values_list(
            "generation__model",
            "generation__parameters__quality",
            "pictures",
            "resends",
            "starting",
            "call",
            "keeping",
        )
    )


def seconds(span: CombinedExpression) -> Cast:
    """Return a span of time as a number."""
    return Cast(Extract(span, "epoch"), FloatField())


def count_of_sources(generation: str) -> Coalesce:
    """Return the number of sources of the generation that this column names."""
    sources = Source.objects.filter(generation=OuterRef(generation)).order_by()
    counted = sources.values("generation").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def counts_of_sources(keys: Collection[UUID]) -> dict[UUID, int]:
    """Return the numbers of sources of these generations, of those that have any."""
    sources = Source.objects.filter(generation__in=keys).order_by()
    return dict(sources.values_list("generation").annotate(Count("pk")))


LATENCIES = Recent(measure, seconds=10)
