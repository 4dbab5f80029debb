import pytest

from generations.catalogue import MODELS, Model, Parameters, find
from generations.prices import Cost, Tokens, cost, estimate, hold_amount, output_tokens

GPT_IMAGE_2 = find("openai/gpt-image-2")
GPT_IMAGE_1_5 = find("openai/gpt-image-1.5")

SQUARE, PORTRAIT, LANDSCAPE = "1024x1024", "1024x1536", "1536x1024"

# Dollars per picture as the provider's guide prints them.
OFFICIAL = {
    (GPT_IMAGE_2.id, "low"): (0.006, 0.005, 0.005),
    (GPT_IMAGE_2.id, "medium"): (0.053, 0.041, 0.041),
    (GPT_IMAGE_2.id, "high"): (0.211, 0.165, 0.165),
    (GPT_IMAGE_1_5.id, "low"): (0.009, 0.013, 0.013),
    (GPT_IMAGE_1_5.id, "medium"): (0.034, 0.05, 0.05),
    (GPT_IMAGE_1_5.id, "high"): (0.133, 0.2, 0.2),
}


@pytest.mark.parametrize(("model", "quality"), OFFICIAL, ids=lambda value: value)
def test_the_official_prices_are_met(model: str, quality: str):
    # The guide rounds gpt-image-1.5 to full cents in places.
    near = 0.0005 if model == GPT_IMAGE_2.id else 0.0015
    sizes = (SQUARE, PORTRAIT, LANDSCAPE)
    for size, dollars in zip(sizes, OFFICIAL[model, quality], strict=True):
        tokens = output_tokens(find(model), quality=quality, size=size)
        price = cost(find(model), Tokens(0, 0, tokens)).total
        assert price / 1_000_000 == pytest.approx(dollars, abs=near)


COUNTS = {
    ("low", SQUARE): 196,
    ("medium", SQUARE): 1756,
    ("high", SQUARE): 7024,
    ("low", PORTRAIT): 158,
    ("medium", PORTRAIT): 1372,
    ("high", PORTRAIT): 5488,
    ("high", LANDSCAPE): 5488,
    ("low", "2048x1152"): 157,
    ("medium", "2048x1152"): 1413,
    ("high", "2048x1152"): 5650,
    ("low", "2048x2048"): 397,
    ("medium", "2048x2048"): 3568,
    ("high", "2048x2048"): 14272,
    ("low", "3840x2160"): 371,
    ("medium", "3840x2160"): 3336,
    ("high", "3840x2160"): 13342,
    ("high", "1024x1792"): 5063,
    ("high", "2048x3584"): 12329,
}


@pytest.mark.parametrize(("quality", "size"), COUNTS)
def test_the_formula_gives_the_known_token_counts(quality: str, size: str):
    assert GPT_IMAGE_2.output_tokens.count(quality, size) == COUNTS[quality, size]


def test_an_estimate_says_what_is_paid_for_what():
    parameters = Parameters(quality="medium", size=SQUARE)
    made = estimate(GPT_IMAGE_2, parameters, prompt="x" * 201, source_count=2)
    assert made == Cost(text_in=51 * 5, image_in=2 * 7_000 * 8, image_out=1756 * 30)
    assert made.total == 255 + 112_000 + 52_680


AUTO = {
    "gpt-image-2": (GPT_IMAGE_2, {}, 7024),
    "gpt-image-2 low": (GPT_IMAGE_2, {"quality": "low"}, 196),
    "gpt-image-2 portrait": (GPT_IMAGE_2, {"size": PORTRAIT}, 5488),
    "gpt-image-1.5": (GPT_IMAGE_1_5, {}, 6240),
    "gpt-image-1.5 medium": (GPT_IMAGE_1_5, {"quality": "medium"}, 1584),
    "gpt-image-1.5 square": (GPT_IMAGE_1_5, {"size": SQUARE}, 4160),
}


@pytest.mark.parametrize(("model", "chosen", "tokens"), AUTO.values(), ids=AUTO.keys())
def test_auto_counts_as_the_dearest_choice(model: Model, chosen: dict, tokens: int):
    made = estimate(model, Parameters(**chosen), prompt="", source_count=0)
    assert made.image_out == tokens * model.prices.image_out // 1_000_000


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
@pytest.mark.parametrize(
    "prompt", ["", "A fox", "x" * 32_000, "狐" * 32_000, "🏮" * 32_000, "\ud800"]
)
def test_the_hold_is_never_below_the_estimate_of_any_choice(model: Model, prompt: str):
    for quality in model.qualities:
        for size in model.sizes:
            chosen = Parameters(quality=quality, size=size)
            for sources in (0, 1, 16):
                hold = hold_amount(model, chosen, prompt=prompt, source_count=sources)
                made = estimate(model, chosen, prompt=prompt, source_count=sources)
                assert hold >= made.total


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_hold_of_auto_covers_every_choice(model: Model):
    most = hold_amount(model, Parameters(), prompt="A fox", source_count=1)
    for quality in model.qualities:
        for size in model.sizes:
            chosen = Parameters(quality=quality, size=size)
            assert hold_amount(model, chosen, prompt="A fox", source_count=1) <= most


def test_a_part_of_a_micro_dollar_is_rounded_up():
    model = find("openai/gpt-image-2")
    assert cost(model, Tokens(1, 1, 1)) == Cost(text_in=5, image_in=8, image_out=30)
    assert cost(model, Tokens(0, 0, 0)).total == 0
    assert all(isinstance(part, int) for part in (model.prices.text_in, model.prices.image_out))
