"""The gateway's request headers: what they mean, and which bounds they have."""

import pytest

from generations.emulator.wire.headers import cache_wish, metadata, redacted, retry_wish


@pytest.mark.parametrize("sent", ["", "nonsense", "[1]", '"text"', "null"])
def test_metadata_that_is_no_object_is_none(sent):
    assert metadata({"cf-aig-metadata": sent}) == {}


@pytest.mark.parametrize(
    ("headers", "seconds", "key"),
    [
        ({}, 0, None),
        ({"cf-aig-cache-ttl": "60"}, 60, None),
        ({"cf-cache-ttl": "60"}, 60, None),
        ({"cf-aig-cache-ttl": "59"}, 0, None),
        ({"cf-aig-cache-key": "mine"}, 300, "mine"),
        ({"cf-aig-cache-key": "mine", "cf-aig-cache-ttl": "3600"}, 3600, "mine"),
    ],
)
def test_a_time_within_bounds_or_an_own_key_switches_caching_on(headers, seconds, key):
    wish = cache_wish(headers, gateway_seconds=0)

    assert (wish.seconds, wish.key) == (seconds, key)


def test_the_gateways_own_time_counts_without_a_header():
    assert cache_wish({}, gateway_seconds=120).seconds == 120


@pytest.mark.parametrize(
    ("headers", "attempts", "delay"),
    [
        ({}, 1, 0.0),
        ({"cf-aig-max-attempts": "1"}, 1, 0.0),
        ({"cf-aig-max-attempts": "9"}, 5, 0.0),
        ({"cf-aig-max-attempts": "3", "cf-aig-retry-delay": "60000"}, 3, 5.0),
    ],
)
def test_tries_and_pauses_have_bounds(headers, attempts, delay):
    wish = retry_wish(headers, gateway={})

    assert (wish.attempts, wish.delay) == (attempts, delay)


@pytest.mark.parametrize(
    ("backoff", "pauses"),
    [
        ("constant", [0.1, 0.1, 0.1]),
        ("linear", [0.1, 0.2, 0.3]),
        ("exponential", [0.1, 0.2, 0.4]),
    ],
)
def test_a_pause_grows_as_asked(backoff, pauses):
    headers = {"cf-aig-retry-delay": "100", "cf-aig-backoff": backoff}
    wish = retry_wish(headers, gateway={})

    assert [wish.pause(failures) for failures in (1, 2, 3)] == pytest.approx(pauses)


def test_a_header_goes_before_the_gateways_setting():
    gateway = {"retry_max_attempts": 5, "retry_delay": 50, "retry_backoff": "linear"}

    assert retry_wish({}, gateway=gateway).attempts == 5
    assert retry_wish({"cf-aig-max-attempts": "1"}, gateway=gateway).attempts == 1


def test_secrets_are_not_shown():
    assert redacted({"authorization": "Bearer x", "accept": "*/*"}) == {
        "authorization": "[redacted]",
        "accept": "*/*",
    }
