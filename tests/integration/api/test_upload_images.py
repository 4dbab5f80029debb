"""POST /api/v1/images: pictures of a person's own enter the library."""

import base64
import threading
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image as Pillow

from imagestudio.accounts.models import Role, Scope
from imagestudio.library import storage
from imagestudio.library.models import File, Image
from tests.factories import bearer, make_cast, paint

ADDRESS = "/api/v1/images"


def a_file(name: str = "fox.png", data: bytes | None = None, mime: str = "image/png"):
    return SimpleUploadedFile(name, data or paint(), mime)


def test_a_form_with_a_file(api: Client, team) -> None:
    answer = api.post(ADDRESS, {"file": a_file("red fox.png", paint(40, 30))})
    assert answer.status_code == 201
    body = answer.json()
    assert answer["Location"] == f"{ADDRESS}/{body['id']}"
    assert (body["title"], body["origin"], body["mime"]) == ("red fox", "uploaded", "image/png")
    assert (body["width"], body["height"]) == (40, 30)
    assert Image.objects.owned_by(team).get().pk.hex == body["id"].replace("-", "")


def test_json_with_a_data_uri(api: Client, team) -> None:
    data = base64.b64encode(paint(kind="WEBP")).decode()
    answer = api.post(
        ADDRESS,
        {"data": f"data:image/webp;base64,{data}", "name": "fox"},
        content_type="application/json",
    )
    assert answer.status_code == 201
    assert answer.json()["mime"] == "image/webp"


def test_the_same_bytes_are_the_same_image(api: Client, team) -> None:
    data = paint()
    first = api.post(ADDRESS, {"file": a_file(data=data)})
    again = api.post(ADDRESS, {"file": a_file("other.png", data)})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert File.objects.owned_by(team).count() == 1


def test_a_repeat_with_a_key_says_so(api: Client) -> None:
    data, headers = paint(), {"Idempotency-Key": "fox"}
    first = api.post(ADDRESS, {"file": a_file(data=data)}, headers=headers)
    again = api.post(ADDRESS, {"file": a_file(data=data)}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("name", "mime", "kind", "stored"),
    [
        ("a.png", "image/png", "JPEG", "image/jpeg"),
        ("a.png", "image/png", "WEBP", "image/webp"),
        ("a", "application/octet-stream", "PNG", "image/png"),
        ("a.txt", "text/plain", "PNG", "image/png"),
    ],
)
def test_i21_what_it_is_decides_and_not_what_it_is_called(
    api: Client, team, name: str, mime: str, kind: str, stored: str
) -> None:
    answer = api.post(ADDRESS, {"file": a_file(name, paint(kind=kind), mime)})
    assert (answer.status_code, answer.json()["mime"]) == (201, stored)


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.png": "boot",
    "a\r\nb.png": "ab",
    'quo"te.png': 'quo"te',
    "\u202egnp.exe.png": "gnp.exe",
    "n" * 300 + ".png": "n" * 120,
    "🦊.png": "🦊",
    "CON.png": "_CON",
    ".hidden.png": "hidden",
}


@pytest.mark.parametrize(("name", "title"), NAMES.items(), ids=[ascii(name)[:20] for name in NAMES])
def test_i22_odd_names_become_plain_titles(api: Client, team, name: str, title: str) -> None:
    data = base64.b64encode(paint()).decode()
    made = api.post(ADDRESS, {"data": data, "name": name}, content_type="application/json").json()
    assert made["title"] == title
    image = Image.objects.owned_by(team).get()
    assert image.file.key.startswith("uploads/")
    download = api.head(made["urls"]["download"])
    assert download["Content-Disposition"].startswith("attachment")
    assert not {"\r", "\n", "\0"} & set(download["Content-Disposition"])


def multipart(*parts: bytes, boundary: bytes = b"xx") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"


def part(disposition: bytes, data: bytes = b"x", mime: bytes = b"image/png") -> bytes:
    kind = b"Content-Type: " + mime + b"\r\n" if mime else b""
    return b"Content-Disposition: form-data; " + disposition + b"\r\n" + kind + b"\r\n" + data


FILE = b'name="file"; filename="a.png"'
BAD_FORMS = {
    "two-files": (multipart(part(FILE), part(FILE)), "xx", 422),
    "17-files": (multipart(*[part(FILE)] * 17), "xx", 422),
    "101-files": (multipart(*[part(FILE)] * 101), "xx", 400),
    "other-field": (multipart(part(b'name="picture"; filename="a.png"')), "xx", 422),
    "unknown-field": (multipart(part(FILE), part(b'name="owner"', mime=b"")), "xx", 422),
    "no-file-name": (multipart(part(b'name="file"', mime=b"")), "xx", 422),
    "no-part": (multipart(), "xx", 422),
    "wrong-boundary": (multipart(part(FILE), boundary=b"yy"), "zz", 422),
    "no-boundary": (multipart(part(FILE)), "", 400),
    "empty-file": (multipart(part(FILE, b"")), "xx", 422),
}


@pytest.mark.parametrize(("body", "boundary", "status"), BAD_FORMS.values(), ids=BAD_FORMS)
def test_i23_bad_forms_store_nothing(api: Client, body: bytes, boundary: str, status: int) -> None:
    kind = f"multipart/form-data; boundary={boundary}" if boundary else "multipart/form-data"
    answer = api.post(ADDRESS, body, content_type=kind)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not File.objects.exists()


def test_i23_a_part_without_a_type_is_fine(api: Client, team) -> None:
    body = multipart(part(FILE, paint(), mime=b""))
    answer = api.post(ADDRESS, body, content_type="multipart/form-data; boundary=xx")
    assert answer.status_code == 201


def test_a_file_of_more_than_20_mb_is_too_large(api: Client) -> None:
    answer = api.post(ADDRESS, {"file": a_file(data=b"\x89PNG" + bytes(20_000_000))})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("kind", ["text/plain", "image/png", "application/x-www-form-urlencoded"])
def test_other_bodies_are_unsupported(api: Client, kind: str) -> None:
    answer = api.post(ADDRESS, paint(), content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media")


def test_i14_private_metadata_is_left_behind(api: Client, team) -> None:
    output = BytesIO()
    exif = Pillow.Exif()
    exif[0x010E] = "SECRET-MARKER"
    Pillow.new("RGB", (20, 20), "red").save(output, "JPEG", exif=exif)
    assert b"SECRET-MARKER" in output.getvalue()
    made = api.post(ADDRESS, {"file": a_file("a.jpg", output.getvalue())}).json()
    assert b"SECRET-MARKER" not in b"".join(api.get(made["urls"]["original"]).streaming_content)


@pytest.mark.usefixtures("rows")
def test_i25_two_uploads_of_one_file_at_once_are_one_image() -> None:
    cast, data = make_cast(), paint()
    headers = bearer(cast.membership(Role.CREATOR), Scope.LIBRARY_WRITE)
    begin, answers = threading.Barrier(2), []

    def upload() -> None:
        begin.wait()
        answers.append(Client(headers=headers).post(ADDRESS, {"file": a_file(data=data)}))
        connection.close()

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answer.status_code for answer in answers) == [200, 201]
    file = File.objects.get()
    assert Image.objects.count() == 1
    assert storage.exists(file.key)
