"""From STORAGE_URL or the AWS names to Django's STORAGES; settings import this before any app."""

from collections.abc import Callable
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# option of the storage → names in the environment, the first that is set counts
S3_NAMES = {
    "access_key": ("AWS_S3_ACCESS_KEY_ID", "AWS_ACCESS_KEY_ID"),
    "secret_key": ("AWS_S3_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY"),
    "security_token": ("AWS_SESSION_TOKEN",),
    "bucket_name": ("AWS_STORAGE_BUCKET_NAME",),
    "location": ("AWS_LOCATION",),
    "endpoint_url": ("AWS_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
    "region_name": ("AWS_S3_REGION_NAME", "AWS_REGION", "AWS_DEFAULT_REGION"),
    "addressing_style": ("AWS_S3_ADDRESSING_STYLE",),
}
# what may stand after the question mark of an s3:// address → option
S3_PARAMETERS = {
    "endpoint_url": "endpoint_url",
    "region": "region_name",
    "addressing_style": "addressing_style",
}
# Larger objects that somebody opens through Django's own interface wait on disk, not in memory.
S3_MAX_MEMORY = 1_000_000  # bytes


def storages_from(
    url: str, value_of: Callable[[str], str], *, folder: str
) -> dict[str, dict[str, object]]:
    """Return STORAGES with its `default`.

    `url` is `file:///folder`, `s3://bucket/prefix?endpoint_url=…&region=…` or empty; then the AWS
    names decide if they name a bucket, and otherwise files are kept in `folder`. `value_of`
    returns the value of a name in the environment, or an empty string. Secrets never stand in
    the address. Raises ImproperlyConfigured.
    """
    parts = urlsplit(url)
    if parts.scheme == "s3" or (not url and value_of("AWS_STORAGE_BUCKET_NAME")):
        return {"default": _s3(parts, value_of)}
    if url and (parts.scheme != "file" or parts.netloc or not parts.path.startswith("/")):
        raise ImproperlyConfigured(
            "STORAGE_URL is file:///an/absolute/folder or s3://bucket?endpoint_url=…&region=…"
        )
    return {
        "default": {
            "BACKEND": "imagestudio.library.storage.files.Files",
            "OPTIONS": {"location": unquote(parts.path) or folder},
        }
    }


def _s3(parts: SplitResult, value_of: Callable[[str], str]) -> dict[str, object]:
    options: dict[str, object] = {
        option: value
        for option, names in S3_NAMES.items()
        if (value := next(filter(None, map(value_of, names)), ""))
    }
    if "@" in parts.netloc:
        raise ImproperlyConfigured("STORAGE_URL carries no keys: set AWS_ACCESS_KEY_ID and so on")
    if parts.netloc:
        options["bucket_name"] = parts.netloc
        options["location"] = unquote(parts.path).strip("/")
    for name, value in parse_qsl(parts.query):
        if name not in S3_PARAMETERS:
            raise ImproperlyConfigured(f"STORAGE_URL knows no parameter {name!r}")
        options[S3_PARAMETERS[name]] = value
    if not options.get("bucket_name"):
        raise ImproperlyConfigured("STORAGE_URL names no bucket: s3://bucket")
    return {
        "BACKEND": "imagestudio.library.storage.s3.S3",
        "OPTIONS": options | {"max_memory_size": S3_MAX_MEMORY, "querystring_auth": True},
    }
