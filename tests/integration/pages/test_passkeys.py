"""What is sent in place of a passkey opens nothing, and breaks nothing."""

import json

import pytest
from allauth.core.context import request_context
from allauth.mfa.webauthn.internal import auth

from imagestudio.accounts.forms import (
    NewPasskeyForm,
    PasskeyAgainForm,
    PasskeyAloneForm,
    PasskeyForm,
)
from tests.factories import make_user

SHOWN = {"id": "YQ", "rawId": "YQ", "type": "public-key"}
CLIENT = (
    "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiWVEiLCJvcmlnaW4iOiJodHRwOi8vbG9jYWxob3N0In0"
)
ODD = [
    *("", "{", "null", "[]", '"text"', "1", "[" * 100_000, "{}"),
    json.dumps({"response": 1}),
    json.dumps({"id": "YQ", "response": {"userHandle": 1}}),
    json.dumps(SHOWN | {"response": {}}),
    json.dumps(SHOWN | {"response": {"clientDataJSON": "e30", "attestationObject": "gA"}}),
    json.dumps(SHOWN | {"response": {"clientDataJSON": CLIENT, "attestationObject": "gYGBgQ"}}),
    json.dumps(
        SHOWN
        | {"response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"}}
    ),
    json.dumps(
        SHOWN
        | {
            "response": {
                "clientDataJSON": CLIENT,
                "authenticatorData": "A" * 50,
                "signature": "AA",
                "userHandle": "bm9ib2R5",
            }
        }
    ),
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_nothing_odd_passes(rf, db, settings, odd):
    settings.PUBLIC_URL = "http://localhost"
    user, request = make_user(), rf.post("/")
    request.session = {}
    with request_context(request):
        for begin in (
            lambda: auth.begin_authentication(user),
            lambda: auth.begin_registration(user, passwordless=False),
        ):
            begin()
            forms = [
                *(
                    kind(user=user, data={"credential": odd})
                    for kind in (PasskeyForm, NewPasskeyForm)
                ),
                PasskeyAgainForm(user=user, data={"credential": odd}),
                PasskeyAloneForm(data={"credential": odd}),
            ]
            for form in forms:
                assert not form.is_valid(), form
