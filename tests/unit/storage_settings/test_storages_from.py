"""How STORAGE_URL and the AWS names become Django's STORAGES."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from imagestudio.library.storage_settings import storages_from

KEYS = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


def default(url, environment=None):
    names = environment or {}
    return storages_from(url, lambda name: names.get(name, ""), folder="/data/media")["default"]


@pytest.mark.parametrize(
    ("url", "folder"),
    [("", "/data/media"), ("file:///srv/my%20pictures", "/srv/my pictures")],
    ids=["nothing set", "a folder"],
)
def test_files(url, folder):
    assert default(url) == {
        "BACKEND": "imagestudio.library.storage.files.Files",
        "OPTIONS": {"location": folder},
    }


@pytest.mark.parametrize(
    ("url", "environment", "options"),
    [
        pytest.param("s3://pictures", {}, {"bucket_name": "pictures", "location": ""}, id="bucket"),
        pytest.param(
            "s3://pictures/studio/one?endpoint_url=https://r2.example&region=auto", KEYS,
            {"bucket_name": "pictures", "location": "studio/one", "region_name": "auto",
             "endpoint_url": "https://r2.example", "access_key": "id", "secret_key": "secret"},
            id="everything",
        ),
        pytest.param(
            "", {"AWS_STORAGE_BUCKET_NAME": "pictures", "AWS_REGION": "eu-west-1"},
            {"bucket_name": "pictures", "region_name": "eu-west-1"}, id="AWS names alone",
        ),
        pytest.param(
            "s3://mine", {"AWS_STORAGE_BUCKET_NAME": "other"},
            {"bucket_name": "mine", "location": ""}, id="the address wins",
        ),
        pytest.param(
            "s3://mine",
            {"AWS_S3_ENDPOINT_URL": "https://one.example", "AWS_ENDPOINT_URL": "https://two.example"},
            {"bucket_name": "mine", "location": "", "endpoint_url": "https://one.example"},
            id="the more exact name wins",
        ),
    ],
)  # fmt: skip
def test_s3(url, environment, options):
    made = default(url, environment)

    assert made["BACKEND"] == "imagestudio.library.storage.s3.S3"
    assert made["OPTIONS"].items() >= options.items()
    assert 0 < made["OPTIONS"]["max_memory_size"] <= 1_000_000


@pytest.mark.parametrize(
    "url",
    [
        "s3://", "s3://key:secret@bucket", "s3://bucket?colour=red", "ftp://host/x", "/srv/media",
        "file://host/srv", "file:relative",
    ],
)  # fmt: skip
def test_an_address_that_makes_no_sense_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured):
        default(url)
