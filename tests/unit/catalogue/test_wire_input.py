"""What the gateway is sent for a request: the calls of its catalogue page, and no key too many."""

import pytest

from generations.catalogue import MODELS, Model, Parameters, find, wire_input

GPT_IMAGE_2 = find("openai/gpt-image-2")
GPT_IMAGE_1_5 = find("openai/gpt-image-1.5")

CATALOGUE_PAGE = {
    "simple": ({}, {}),
    "high quality": ({"quality": "high"}, {"quality": "high"}),
    "custom size": ({"size": "1024x1536"}, {"size": "1024x1536"}),
    "webp": (
        {"quality": "high", "output_format": "webp"},
        {"quality": "high", "output_format": "webp"},
    ),
}


@pytest.mark.parametrize(("chosen", "sent"), CATALOGUE_PAGE.values(), ids=CATALOGUE_PAGE.keys())
def test_gpt_image_2_is_asked_as_on_its_catalogue_page(chosen: dict, sent: dict):
    wanted = wire_input(GPT_IMAGE_2, Parameters(**chosen), "A fox")
    assert wanted == {"prompt": "A fox"} | sent


def test_gpt_image_2_is_sent_every_choice_that_says_something():
    chosen = {
        "quality": "low",
        "size": "1536x1024",
        "background": "opaque",
        "output_format": "jpeg",
    }
    assert wire_input(GPT_IMAGE_2, Parameters(**chosen), "A fox") == {"prompt": "A fox"} | chosen


def test_gpt_image_1_5_is_never_sent_a_size_that_its_schema_lacks():
    assert "size" not in wire_input(GPT_IMAGE_1_5, Parameters(size="auto"), "A fox")
    assert wire_input(GPT_IMAGE_1_5, Parameters(size="1024x1024"), "A fox")["size"] == "1024x1024"


def test_a_transparent_background_goes_with_its_format():
    wanted = wire_input(GPT_IMAGE_1_5, Parameters(background="transparent"), "A fox")
    assert wanted == {"prompt": "A fox", "background": "transparent", "output_format": "png"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_only_known_keys_are_sent_and_no_style(model: Model):
    for field in ("quality", "size", "background", "output_format"):
        for value in model.offers(field):
            wanted = wire_input(model, Parameters(**{field: value}), "A fox")
            assert wanted.keys() <= {"prompt", "quality", "size", "background", "output_format"}
            assert "auto" not in wanted.values()
