"""What a call costs: OpenAI's published prices of one picture, in dollars."""

import pytest

from generations.emulator.models.catalogue import MODELS
from generations.emulator.models.prices import usage
from generations.emulator.models.provider import understand

SIZES = ("1024x1024", "1024x1536", "1536x1024")
QUALITIES = ("low", "medium", "high")
PUBLISHED = {
    "openai/gpt-image-2": [
        (0.006, 0.005, 0.005),
        (0.053, 0.041, 0.041),
        (0.211, 0.165, 0.165),
    ],
    "openai/gpt-image-1.5": [
        (0.009, 0.013, 0.013),
        (0.034, 0.05, 0.05),
        (0.133, 0.2, 0.2),
    ],
}
CASES = [
    pytest.param(slug, quality, size, dollars, id=f"{slug} {quality} {size}")
    for slug, rows in PUBLISHED.items()
    for quality, row in zip(QUALITIES, rows, strict=True)
    for size, dollars in zip(SIZES, row, strict=True)
]


@pytest.mark.parametrize(("slug", "quality", "size", "dollars"), CASES)
def test_a_picture_costs_what_is_published(slug, quality, size, dollars):
    order = understand(MODELS[slug], {"quality": quality, "size": size}, "")

    cost = usage(order, source_sizes=[]).cost / 1_000_000
    assert cost == pytest.approx(dollars, abs=0.0015)  # the published figures are rounded


def test_text_and_sources_cost_extra():
    order = understand(MODELS["openai/gpt-image-2"], {"quality": "low"}, "x" * 400)

    cost = usage(order, source_sizes=[(1024, 1024), (32, 33)])

    assert cost.tokens_in == 100 + 1024 + 2
    assert cost.tokens_out == 196
    assert cost.cost == 100 * 5 + 1026 * 8 + 196 * 30


def test_what_is_left_open_is_a_square_of_medium_quality_as_png():
    order = understand(MODELS["openai/gpt-image-2"], {"quality": "auto", "size": "auto"}, "")

    assert (order.width, order.height, order.quality) == (1024, 1024, "medium")
    assert (order.output_format, order.transparent) == ("png", False)
