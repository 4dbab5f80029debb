"""How long it takes to compare many keys (CHECK_KEYS) with their rows, and in how much memory."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from imagestudio.accounts.models import Role
from imagestudio.library.models import File
from imagestudio.library.services import checks
from imagestudio.library.storage_settings import storages_from
from tests.factories import make_cast

KEYS = int(os.environ.get("CHECK_KEYS", "1000000"))
ORPHANS = 100

LAY_FILES = """
INSERT INTO library_file (id, account_id, sha256, received_sha256, mime, bytes, width, height,
    has_alpha, key)
SELECT gen_random_uuid(), %(account)s, sha256(n::text::bytea), sha256(n::text::bytea),
    'image/png', 1, 1, 1, false, 'uploads/019aa000-0000-4000-8000-' || lpad(to_hex(n), 12, '0')
FROM generate_series(1, %(count)s) AS n
"""
LAY_IMAGES = """
INSERT INTO library_image (id, account_id, file_id, created_by_id, origin, title, prompt, model,
    quality, size, format, width, height, placeholder, visibility, review, moderation)
SELECT gen_random_uuid(), account_id, id, %(user)s, 'uploaded', '', '', '', '', '', 'png', 1, 1,
    '#808080', 'private', 'none', 'clear'
FROM library_file
"""


@pytest.fixture
def library(rows, settings, tmp_path):
    """Lay as many files with their rows, and some without."""
    default = storages_from(f"file://{tmp_path}", lambda _: "", folder="")
    settings.STORAGES = {**settings.STORAGES, **default}
    member = make_cast().membership(Role.OWNER)
    with connection.cursor() as cursor:
        cursor.execute(LAY_FILES, {"account": member.account_id, "count": KEYS})
        cursor.execute(LAY_IMAGES, {"user": member.user_id})
        cursor.execute("ANALYZE")
    folder = Path(tmp_path, "uploads")
    folder.mkdir()
    for number in range(1, KEYS + ORPHANS + 1):
        path = f"{folder}/019aa000-0000-4000-8000-{number:012x}"
        descriptor = os.open(path, os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, b"x")
        os.close(descriptor)
    File.objects.update(stored_at="2026-01-01T00:00:00Z")


def bench_check_storage(library, capsys):
    Path("/proc/self/clear_refs").write_text("5")  # the peak is now what is used now
    before = peak()
    begun = time.perf_counter()
    run = checks.compare(attempts_of=checks.no_attempts, young=timedelta(seconds=-60))
    seconds = time.perf_counter() - begun
    growth = peak() - before
    with capsys.disabled():
        print(f"\n{run.keys:,} keys in {seconds:.1f} s, memory +{growth / 1000:.1f} MB")
    assert run.findings.filter(kind="orphan").count() == run.findings.count() == ORPHANS


def peak() -> int:
    """Return the most memory that this process has used, in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
