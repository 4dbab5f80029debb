"""The pictures: as asked, legible as emulated, edits with every source in its order."""

import hashlib

import pytest
from PIL import Image

from tests.integration.emulator.conftest import Caller, encoded, painted


@pytest.fixture(autouse=True)
def _with_real_drawings(caller: Caller):
    caller.emulator.clear_faults()


@pytest.mark.parametrize(
    ("parameters", "size", "image_format"),
    [
        pytest.param({}, (1024, 1024), "PNG", id="simple"),
        pytest.param({"quality": "high"}, (1024, 1024), "PNG", id="quality high"),
        pytest.param({"size": "1024x1536"}, (1024, 1536), "PNG", id="portrait"),
        pytest.param({"size": "1536x1024"}, (1536, 1024), "PNG", id="landscape"),
        pytest.param(
            {"quality": "high", "output_format": "webp"}, (1024, 1024), "WEBP", id="webp high"
        ),
        pytest.param({"output_format": "jpeg"}, (1024, 1024), "JPEG", id="jpeg"),
        pytest.param(
            {"size": "auto", "quality": "auto", "background": "auto"},
            (1024, 1024),
            "PNG",
            id="auto",
        ),
    ],
)
def test_a_picture_has_the_size_and_format_that_were_asked(
    caller: Caller, parameters, size, image_format
):
    answer = caller.run("A heron at first light", **parameters)

    assert answer.status_code == 200
    assert answer.json()["success"] is True
    assert answer.json()["result"]["state"] == "Completed"
    assert answer.json()["result"]["gatewayMetadata"]["keySource"] == "Unified"
    picture = caller.picture(answer)
    assert (picture.size, picture.format, picture.mode) == (size, image_format, "RGB")


def test_the_same_prompt_again_gives_another_picture(caller: Caller):
    first, second = (caller.picture(caller.run("Reeds", quality="low")) for _ in range(2))

    assert first.tobytes() != second.tobytes()


def test_a_png_says_in_its_text_that_it_is_emulated(caller: Caller):
    picture = caller.picture(caller.run("Reeds", quality="low"))

    assert picture.info["Description"].startswith("EMULATED - not gpt-image")
    assert picture.info["Software"] == "Image Studio gateway emulator"


@pytest.mark.parametrize("output_format", ["webp", "jpeg"])
def test_other_formats_say_it_in_their_exif(caller: Caller, output_format):
    picture = caller.picture(caller.run("Reeds", quality="low", output_format=output_format))

    assert picture.getexif()[0x010E].startswith("EMULATED - not gpt-image")
    assert picture.getexif()[0x0131] == "Image Studio gateway emulator"


def test_an_edit_shows_its_sources_in_the_order_they_were_sent(caller: Caller, attempt_id):
    blue, red = painted("#0000ff"), painted("#ff0000", image_format="WEBP")
    images = [encoded(blue), f"data:image/webp;base64,{encoded(red)}"]

    answer = caller.run(
        "Put one beside the other",
        images=images,
        size="1536x1024",
        metadata={"attempt_id": attempt_id},
    )

    picture = caller.picture(answer).convert("RGB")
    left = picture.crop((0, 0, 768, 1024))
    right = picture.crop((768, 0, 1536, 1024))
    assert share(left, "blue") > 0.05 > share(left, "red")
    assert share(right, "red") > 0.05 > share(right, "blue")
    sources = caller.row(attempt_id)["request"]["sources"]
    assert [source["sha256"] for source in sources] == [sha256(blue), sha256(red)]
    assert [source["encoding"] for source in sources] == ["base64", "data_uri"]


def test_sixteen_sources_are_all_kept_in_order(caller: Caller, attempt_id):
    pictures = [painted(f"#{shade:02x}4080") for shade in range(0, 256, 16)]

    caller.run(
        "All of them",
        images=[encoded(picture) for picture in pictures],
        metadata={"attempt_id": attempt_id},
    ).raise_for_status()

    sources = caller.row(attempt_id)["request"]["sources"]
    assert [source["sha256"] for source in sources] == [sha256(one) for one in pictures]


def test_what_a_source_carries_besides_its_pixels_is_told(caller: Caller, attempt_id):
    exif = Image.Exif()
    exif[0x010F] = "a camera"
    data = painted("#888888", image_format="JPEG")
    with_exif = data[:2] + b"\xff\xe1" + exif_segment(exif) + data[2:]

    caller.run(images=[encoded(with_exif)], metadata={"attempt_id": attempt_id})

    (source,) = caller.row(attempt_id)["request"]["sources"]
    assert "exif" in source["carries"]


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_gpt_image_15_gives_real_transparency(caller: Caller, output_format):
    answer = caller.run(
        "A sticker",
        model="openai/gpt-image-1.5",
        background="transparent",
        output_format=output_format,
    )

    picture = caller.picture(answer)
    assert picture.mode == "RGBA"
    assert picture.getchannel("A").getextrema() == (0, 255)


@pytest.mark.parametrize(
    "prompt",
    ["富士山の朝", "طائر عند الفجر", "\ud800 alone", "a\x00b", "🦩" * 40, "x" * 32_000, "\n\n.\n"],
    ids=["Japanese", "Arabic", "lone surrogate", "NUL", "emoji", "longest", "lines"],
)
def test_any_prompt_can_be_drawn(caller: Caller, prompt):
    assert caller.picture(caller.run(prompt, quality="low")).size == (1024, 1024)
    caller.emulator.charges()


def test_gpt_image_2_takes_transparent_and_gives_an_opaque_picture(caller: Caller):
    picture = caller.picture(caller.run("A sticker", background="transparent"))

    assert picture.mode == "RGB"


def share(picture: Image.Image, name: str) -> float:
    """The share of the pixels that are nearly pure blue or red."""
    wanted = {"blue": (0, 0, 255), "red": (255, 0, 0)}[name]
    near = sum(
        all(abs(one - other) < 40 for one, other in zip(pixel, wanted, strict=True))
        for pixel in picture.resize((96, 128)).get_flattened_data()
    )
    return near / (96 * 128)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def exif_segment(exif: Image.Exif) -> bytes:
    payload = exif.tobytes()
    payload = payload if payload.startswith(b"Exif\0\0") else b"Exif\0\0" + payload
    return (len(payload) + 2).to_bytes(2, "big") + payload
