"""OpenAI's models as the gateway's catalogue describes them."""

from generations.catalogue.shape import (
    AUTO,
    Links,
    Model,
    Refusal,
    TokenFormula,
    TokenPrices,
    TokenTable,
    WireKey,
)

DOLLAR = 1_000_000  # micro-dollars

_QUALITIES = (AUTO, "low", "medium", "high")
_FORMATS = ("png", "webp", "jpeg")
_SQUARE, _PORTRAIT, _LANDSCAPE = "1024x1024", "1024x1536", "1536x1024"
_INFORMATION = "https://openai.com/"
_TERMS = "https://openai.com/policies/"

GPT_IMAGE_2 = Model(
    id="openai/gpt-image-2",
    aliases=("gpt-image-2",),
    name="GPT Image 2",
    description="Makes pictures from text, and edits or combines up to 16 of yours.",
    qualities=_QUALITIES,
    sizes=(AUTO, _SQUARE, _PORTRAIT, _LANDSCAPE),
    backgrounds=(AUTO, "opaque"),
    output_formats=_FORMATS,
    undeclared=frozenset(),
    max_sources=16,
    max_prompt=32_000,
    prices=TokenPrices(
        text_in=5 * DOLLAR,
        image_in=8 * DOLLAR,
        image_out=30 * DOLLAR,
        cached_text_in=DOLLAR * 5 // 4,
        cached_image_in=2 * DOLLAR,
    ),
    output_tokens=TokenFormula({"low": 16, "medium": 48, "high": 96}),
    auto_sizes=(_SQUARE, _PORTRAIT, _LANDSCAPE),
    # Sources are always read closely. Of the older models' published numbers for that: 65, four
    # tiles of 129, and 6,240 for an oblong picture; rounded up.
    source_tokens=7_000,
    wire=(
        WireKey("quality"),
        WireKey("size"),
        WireKey("background"),
        WireKey("output_format", omitted=frozenset({"png"})),
    ),
    refusals=(
        Refusal(
            "background",
            "transparent",
            "GPT Image 2 cannot make a transparent background. "
            "Choose GPT Image 1.5 (openai/gpt-image-1.5) for that.",
        ),
    ),
    notes=(
        "It cannot make a transparent background; GPT Image 1.5 can try.",
        "It makes one picture per call, in three sizes.",
        "Nobody publishes how many tokens a source picture counts: edits are priced by allowance.",
    ),
    links=Links(
        catalogue="https://developers.cloudflare.com/ai/models/openai/gpt-image-2/",
        information=_INFORMATION,
        terms=_TERMS,
        pricing="https://developers.cloudflare.com/ai/models/openai/gpt-image-2/",
    ),
    zero_data_retention=True,
)

GPT_IMAGE_1_5 = Model(
    id="openai/gpt-image-1.5",
    aliases=("gpt-image-1.5",),
    name="GPT Image 1.5",
    description="The older model: transparent backgrounds, and square pictures only.",
    qualities=_QUALITIES,
    # The gateway's schema lists sizes of older models and the provider others: one is in both.
    sizes=(AUTO, _SQUARE),
    backgrounds=(AUTO, "opaque", "transparent"),
    output_formats=_FORMATS,
    undeclared=frozenset({"background", "output_format"}),
    max_sources=16,
    max_prompt=32_000,
    prices=TokenPrices(
        text_in=5 * DOLLAR,
        image_in=8 * DOLLAR,
        image_out=32 * DOLLAR,
        cached_text_in=DOLLAR * 5 // 4,
        cached_image_in=2 * DOLLAR,
    ),
    output_tokens=TokenTable(
        {
            ("low", _SQUARE): 272,
            ("low", _PORTRAIT): 408,
            ("low", _LANDSCAPE): 400,
            ("medium", _SQUARE): 1_056,
            ("medium", _PORTRAIT): 1_584,
            ("medium", _LANDSCAPE): 1_568,
            ("high", _SQUARE): 4_160,
            ("high", _PORTRAIT): 6_240,
            ("high", _LANDSCAPE): 6_208,
        }
    ),
    auto_sizes=(_SQUARE, _PORTRAIT, _LANDSCAPE),
    # Sources are read loosely unless asked otherwise, which the studio does not: 65, and 129 for
    # each tile of a picture whose short edge is one tile; sixteen tiles are a very long strip.
    source_tokens=2_200,
    wire=(
        WireKey("quality"),
        WireKey("size"),
        WireKey("background"),
        WireKey(
            "output_format",
            omitted=frozenset({"png"}),
            needed_by=("background", "transparent"),
        ),
    ),
    refusals=(
        Refusal(
            "size",
            _PORTRAIT,
            "GPT Image 1.5 is not offered in 1024x1536 by the gateway. "
            "Choose GPT Image 2 (openai/gpt-image-2), or leave the size to the model.",
        ),
        Refusal(
            "size",
            _LANDSCAPE,
            "GPT Image 1.5 is not offered in 1536x1024 by the gateway. "
            "Choose GPT Image 2 (openai/gpt-image-2), or leave the size to the model.",
        ),
    ),
    notes=(
        "Whether the gateway passes background and format on is not known: the result is checked.",
        "It makes one picture per call: square, or in the size that the model chooses.",
    ),
    links=Links(
        catalogue="https://developers.cloudflare.com/ai/models/openai/gpt-image-1.5/",
        information=_INFORMATION,
        terms=_TERMS,
        pricing="https://developers.cloudflare.com/ai/models/openai/gpt-image-1.5/",
    ),
    zero_data_retention=True,
)
