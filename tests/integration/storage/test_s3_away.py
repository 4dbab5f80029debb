"""An S3 server that cannot be reached, or that knows no such bucket, is one typed error."""

import pytest
from django.core.files.storage import storages

from imagestudio.library import storage
from imagestudio.library.storage_settings import storages_from

from .conftest import ENVIRONMENT

KEY = "attempts/one/0"


@pytest.fixture(params=["nobody listens", "no such bucket"])
def broken(request, settings, s3_address, unused_address):
    address = unused_address if request.param == "nobody listens" else s3_address
    url = f"s3://never-made?endpoint_url={address}&region=us-east-1&addressing_style=path"
    default = storages_from(url, lambda name: ENVIRONMENT.get(name, ""), folder="/nowhere")
    settings.STORAGES = {**settings.STORAGES, **default}
    yield storage
    storages["default"].client.close()


@pytest.fixture
def unused_address(free_tcp_port):
    return f"http://127.0.0.1:{free_tcp_port}"


@pytest.mark.parametrize(
    "deed",
    [
        lambda kept: kept.save(KEY, b"x", replace=True),
        lambda kept: kept.check(),
        lambda kept: kept.delete(KEY),
    ],
    ids=["save", "check", "delete"],
)
def test_it_is_said_in_one_word(broken, deed):
    with pytest.raises(storage.StorageUnavailable):
        deed(broken)
