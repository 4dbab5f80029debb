"""check_storage, once round, on a bucket of a real S3 server over HTTP."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from imagestudio.accounts.models import Role
from imagestudio.library import storage
from imagestudio.library.models import File, Rendition
from imagestudio.library.services import checks
from tests.factories import make_image

OLD = timedelta(seconds=-60)  # so that bytes are orphans at once


@pytest.mark.parametrize("kept", ["s3"], indirect=True)
def test_it_finds_moves_and_brings_back(kept, cast, team):
    images = [make_image(team, cast.user(Role.CREATOR)) for _ in range(2)]
    File.objects.update(stored_at=Now() - timedelta(hours=1))
    Rendition.objects.update(made_at=Now() - timedelta(hours=1))
    orphan = f"uploads/{uuid4()}"
    kept.save(orphan, b"an orphan")
    kept.delete(images[0].file.key)

    run = checks.compare(attempts_of=checks.no_attempts, young=OLD)
    assert dict(run.findings.values_list("key", "kind")) == {
        orphan: "orphan",
        images[0].file.key: "missing",
    }
    assert checks.put_aside(run=run) == 1
    assert not storage.exists(orphan)
    assert checks.verify(run=run) == 2
    assert checks.bring_back(run=run) == (1, 0)
    assert kept.read(orphan) == b"an orphan"
