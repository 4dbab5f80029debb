import pytest

from generations.catalogue import (
    DEFAULT_MODEL,
    MODELS,
    Model,
    Parameters,
    UnknownModel,
    find,
    validate,
)

GPT_IMAGE_2 = find("openai/gpt-image-2")
GPT_IMAGE_1_5 = find("openai/gpt-image-1.5")
FIELDS = ("quality", "size", "background", "output_format")


def problems(model: Model, *, source_count: int = 0, prompt: str = "A lighthouse", **parameters):
    found = validate(model, Parameters(**parameters), source_count=source_count, prompt=prompt)
    return {(problem.field, problem.code): problem.message for problem in found}


def test_the_default_model_is_gpt_image_2():
    assert DEFAULT_MODEL is GPT_IMAGE_2


@pytest.mark.parametrize("name", ["gpt-image-2", "openai/gpt-image-2"])
def test_a_model_is_found_with_and_without_its_maker(name: str):
    assert find(name) is GPT_IMAGE_2


@pytest.mark.parametrize("name", ["", "openai/gpt-image-9", "gpt-image-1", "OPENAI/GPT-IMAGE-2"])
def test_an_unknown_model_is_answered_with_those_that_exist(name: str):
    with pytest.raises(UnknownModel, match=r"openai/gpt-image-2, openai/gpt-image-1\.5"):
        find(name)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_everything_that_a_model_offers_is_valid(model: Model):
    assert problems(model, source_count=model.max_sources) == {}
    for field in FIELDS:
        for value in model.offers(field):
            assert problems(model, **{field: value}) == {}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("value", ["", "HIGH", "ultra", "2048x2048", "1024X1024"])
def test_everything_else_is_refused_with_what_is_offered(model: Model, field: str, value: str):
    found = problems(model, **{field: value})
    assert list(found) == [(field, "not_offered")]
    assert model.offers(field)[-1] in found[field, "not_offered"]


def test_a_transparent_background_on_gpt_image_2_is_refused_and_gpt_image_1_5_is_named():
    found = problems(GPT_IMAGE_2, background="transparent")
    assert "openai/gpt-image-1.5" in found["background", "not_offered"]


@pytest.mark.parametrize("output_format", ["png", "webp"])
def test_a_transparent_background_is_offered_on_gpt_image_1_5(output_format: str):
    assert problems(GPT_IMAGE_1_5, background="transparent", output_format=output_format) == {}


def test_a_transparent_jpeg_is_refused():
    found = problems(GPT_IMAGE_1_5, background="transparent", output_format="jpeg")
    assert list(found) == [("output_format", "not_offered")]


# Listed by the gateway or by the provider, but never by both.
@pytest.mark.parametrize(
    "size", ["256x256", "512x512", "1792x1024", "1024x1792", "1024x1536", "1536x1024"]
)
def test_gpt_image_1_5_offers_no_size_that_only_one_side_takes(size: str):
    assert list(problems(GPT_IMAGE_1_5, size=size)) == [("size", "not_offered")]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_seventeen_sources_are_too_many(model: Model):
    assert list(problems(model, source_count=17)) == [("sources", "too_many")]


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t", "\u3000"])
def test_a_prompt_says_something(prompt: str):
    assert list(problems(GPT_IMAGE_2, prompt=prompt)) == [("prompt", "required")]


def test_a_prompt_has_at_most_32_000_characters():
    assert problems(GPT_IMAGE_2, prompt="🏮" * 32_000) == {}
    assert list(problems(GPT_IMAGE_2, prompt="x" * 32_001)) == [("prompt", "too_long")]


@pytest.mark.parametrize("prompt", ["a\0b", "a\ud800b"], ids=["NUL", "half a pair"])
def test_a_prompt_is_text_that_json_and_the_database_can_hold(prompt: str):
    assert list(problems(GPT_IMAGE_2, prompt=prompt)) == [("prompt", "invalid")]


def test_all_that_is_wrong_is_said_at_once():
    found = problems(GPT_IMAGE_2, prompt="", size="1x1", quality="best", source_count=99)
    assert {field for field, _ in found} == {"prompt", "size", "quality", "sources"}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_a_model_says_where_its_terms_its_maker_and_its_prices_are(model: Model):
    assert model.links.terms == "https://openai.com/policies/"
    assert model.links.information == "https://openai.com/"
    assert model.id in model.links.pricing
    assert model.notes
    assert model.zero_data_retention
