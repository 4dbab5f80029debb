"""The storage under test: files in a folder, and a bucket of a real S3 server over HTTP."""

from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
from django.core.files.storage import storages
from moto.server import ThreadedMotoServer

from imagestudio.library import storage
from imagestudio.library.storage_settings import storages_from

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.fixture(scope="session")
def s3_address() -> Iterator[str]:
    """Return the address of an S3 server that runs while the tests run."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def files_url(tmp_path) -> str:
    """Return the address of a folder that is not there yet."""
    return f"file://{tmp_path}/media"


@pytest.fixture
def s3_url(s3_address) -> str:
    """Return the address of an empty bucket."""
    bucket = f"pictures-{uuid4().hex}"
    client = boto3.client(
        "s3",
        endpoint_url=s3_address,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket=bucket)
    client.close()
    return f"s3://{bucket}/studio?endpoint_url={s3_address}&region=us-east-1&addressing_style=path"


@pytest.fixture(params=["files", "s3"])
def kept(request, settings):
    """Point the studio's storage at one of the two, and return the module that speaks to it."""
    url = request.getfixturevalue(f"{request.param}_url")
    default = storages_from(url, lambda name: ENVIRONMENT.get(name, ""), folder="/nowhere")
    settings.STORAGES = {**settings.STORAGES, **default}
    yield storage
    if request.param == "s3":
        storages["default"].client.close()
