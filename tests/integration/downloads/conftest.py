"""What tests of downloads share: reading a ZIP that was answered."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from imagestudio.accounts.models import Account

Zip = zipfile.ZipFile


def opened(answer: StreamingHttpResponse) -> Zip:
    """Return the archive in an answer, whose checksums are right."""
    assert answer.status_code == 200
    archive = zipfile.ZipFile(BytesIO(b"".join(answer)))
    assert archive.testzip() is None
    return archive


def manifest(archive: Zip) -> dict:
    """Return what stands in the manifest."""
    assert archive.namelist()[-1] == "manifest.json"
    return json.loads(archive.read("manifest.json"))


@pytest.fixture
def download(creator_client: Client, team: Account) -> Callable[..., StreamingHttpResponse]:
    """Return a way to send the form of a selection."""

    def send(**fields: object) -> StreamingHttpResponse:
        return creator_client.post(f"/a/{team.slug}/library/download", fields)

    return send
