"""A ZIP of 5,000 pictures (ZIP_PICTURES) from a real server: first byte, speed, and its memory."""

import os
import time
import zipfile
from hashlib import sha256
from uuid import uuid4

import httpx
import pytest
from django.db import connection

from imagestudio.accounts.models import Role, Scope
from imagestudio.library import storage
from imagestudio.library.models import File, Image
from tests.factories import bearer, make_cast
from tests.integration.web_process import web_process

PICTURES = int(os.environ.get("ZIP_PICTURES", "5000"))
SIZE = 1_500_000  # bytes of one: what a model usually sends
DIFFERENT = 50  # stored files; the pictures share them, as reading them is what costs


@pytest.fixture
def member(rows):
    member = make_cast().membership(Role.OWNER)
    files = []
    for _ in range(DIFFERENT):
        data, key = os.urandom(SIZE), f"uploads/{uuid4()}"
        storage.save(key, data)
        files.append(
            File.objects.create(
                account=member.account,
                sha256=sha256(data).digest(),
                received_sha256=sha256(data).digest(),
                mime="image/png",
                bytes=SIZE,
                width=1024,
                height=1024,
                key=key,
            )
        )
    Image.objects.bulk_create(
        Image(
            account=member.account,
            file=files[number % DIFFERENT],
            created_by=member.user,
            origin="uploaded",
            title=f"Picture {number}",
            format="png",
            width=1024,
            height=1024,
            placeholder="#808080",
        )
        for number in range(PICTURES)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return member


def bench_zip(member, tmp_path, capsys):
    headers = bearer(member, Scope.LIBRARY_READ)
    with web_process() as studio, httpx.Client(base_url=studio.address, headers=headers) as client:
        client.get("/api/v1/images", params={"limit": 1})
        ask(client, {"ids": [str(Image.objects.order_by("added_at")[0].pk)]})
        before = studio.memory
        first, seconds, size = ask(client, {"matching": ""})
        growth = studio.memory - before
        sample = tmp_path / "sample.zip"
        ids = [str(one) for one in Image.objects.values_list("pk", flat=True)[:20]]
        with client.stream("POST", "/api/v1/exports", json={"ids": ids}) as answer:
            sample.write_bytes(b"".join(answer.iter_raw()))
        assert zipfile.ZipFile(sample).testzip() is None
    with capsys.disabled():
        print(
            f"\n{PICTURES:,} pictures, {size / 1e9:.2f} GB: first byte {first * 1000:.0f} ms, "
            f"{size / seconds / 1e6:.0f} MB/s, memory +{growth / 1e6:.1f} MB"
        )
    assert size > PICTURES * SIZE


def ask(client: httpx.Client, body: dict) -> tuple[float, float, int]:
    """Return seconds to the first byte, seconds in all, and bytes of one download."""
    begun, size, first = time.perf_counter(), 0, None
    with client.stream("POST", "/api/v1/exports", json=body, timeout=600) as answer:
        assert answer.status_code == 200
        for piece in answer.iter_raw():
            first = first or time.perf_counter() - begun
            size += len(piece)
    return first or 0.0, time.perf_counter() - begun, size
