"""The emulator's moderation endpoint, asked as the gateway would be."""

import base64

import httpx
import pytest

from tests.factories import paint
from tests.integration.emulator_process import EmulatorProcess

MODEL = "omni-moderation-2024-09-26"


def ask(emulator: EmulatorProcess, *, token: str | None = None, **body) -> httpx.Response:
    address = f"{emulator.address}/v1/{emulator.account_id}/default/openai/moderations"
    return httpx.post(
        address,
        json={"model": MODEL, "input": "A fox", **body},
        headers={"cf-aig-authorization": f"Bearer {token or emulator.token}"},
        trust_env=False,
    )


def picture(colour: str, kind: str = "png") -> dict:
    data = base64.b64encode(paint(colour=colour, kind=kind.upper())).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/{kind};base64,{data}"}}


def test_it_answers_as_the_real_one_does(emulator: EmulatorProcess):
    answer = ask(emulator, input=[{"type": "text", "text": "Some violence"}]).json()

    assert answer["id"].startswith("modr-")
    assert answer["model"] == MODEL
    [result] = answer["results"]
    assert result["flagged"] is True
    assert result["categories"]["violence"] is True
    assert result["category_scores"]["violence"] == 0.97
    assert set(result["category_scores"]) == set(result["category_applied_input_types"])
    assert ask(emulator).json()["results"][0]["flagged"] is False


@pytest.mark.parametrize(
    ("given", "category"),
    [
        ("It tells of self-harm.", "self-harm"),
        ("violence/graphic", "violence/graphic"),
        (["a hen", "sexual"], "sexual"),
        ([picture("#ff0000")], "violence"),
        ([{"type": "text", "text": "a hen"}, picture("#0000ff", "webp")], "sexual"),
    ],
)
def test_what_names_a_category_scores_high_in_it_alone(emulator, given, category):
    scores = ask(emulator, input=given).json()["results"][0]["category_scores"]
    assert [name for name, score in scores.items() if score > 0.5] == [category]


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"model": "gpt-5"}, 404),
        ({"input": 7}, 400),
        (
            {"input": [{"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
            400,
        ),
        (
            {"input": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]},
            400,
        ),
        ({"input": [{}]}, 400),
        ({"token": "another"}, 401),
    ],
)
def test_what_is_wrong_is_refused(emulator, wrong, status):
    assert ask(emulator, **wrong).status_code == status
