"""Two questions of those who run the studio: is the process alive, and can it do its work."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now
from django.db.utils import Error
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker

from imagestudio.library.storage import StorageUnavailable, check

HEARTBEAT_AGE = timedelta(seconds=30)


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process can answer at all."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, worker and storage are there, 503 and which is not otherwise."""
    parts = {name: check() for name, check in CHECKS.items()}
    ready = all(parts.values())
    words = {name: "ok" if there else "away" for name, there in parts.items()}
    return JsonResponse(
        {"status": "ok" if ready else "away", "parts": words}, status=200 if ready else 503
    )


def database() -> bool:
    """Say whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def worker() -> bool:
    """Say whether any worker gave a sign of life lately."""
    try:
        return ProcrastinateWorker.objects.filter(last_heartbeat__gt=Now() - HEARTBEAT_AGE).exists()
    except Error:
        return False


def storage() -> bool:
    """Say whether a picture could be stored."""
    try:
        check()
    except StorageUnavailable:
        return False
    return True


CHECKS: Mapping[str, Callable[[], bool]] = {
    "database": database,
    "worker": worker,
    "storage": storage,
}
