"""A paid result whose address was refused is fetched by an operator once it may be."""

from django.core.management import call_command

from generations.models import Attempt, State
from tests.integration.generations.conftest import assert_books_balance, attempts_of, calls_of


def test_a_result_from_a_refused_host_comes_back_when_the_host_is_allowed(
    alice, emulator, settings, capsys
):
    settings.CLOUDFLARE_ACCOUNT_ID = emulator.account_id
    settings.CLOUDFLARE_API_TOKEN = emulator.token
    settings.CLOUDFLARE_API_BASE = emulator.base_url
    settings.RESULT_HOSTS = []
    emulator.set_fault("result_missing", times=1)
    generation = alice.made()
    assert generation.state == State.UNKNOWN
    (attempt,) = attempts_of(generation)
    address = attempt.answer["result"]["image"]

    call_command("refetch")
    assert str(attempt.pk) in capsys.readouterr().out
    generation.refresh_from_db()
    assert generation.state == State.UNKNOWN

    settings.RESULT_HOSTS = [emulator.result_host]
    emulator.clear_faults()
    fresh = alice.made("Another, for its address")
    usable = attempts_of(fresh)[0].answer["result"]["image"]
    Attempt.objects.filter(pk=attempt.pk).update(
        answer=attempt.answer | {"result": {"image": usable}}
    )
    assert address != usable

    call_command("refetch")

    assert "back again" in capsys.readouterr().out
    generation.refresh_from_db()
    assert generation.state == State.COMPLETED
    assert len(calls_of(emulator, generation)) == 1
    assert_books_balance(generation.account_id)
