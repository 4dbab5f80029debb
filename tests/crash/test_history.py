"""A short history, always by the same seed; `make crash` plays longer ones."""

from tests.crash.history.figures import table
from tests.crash.history.play import SLOTS, play


def test_whatever_happens_nothing_is_lost_and_nothing_is_paid_twice(
    rows, emulator, forge, settings, tmp_path
):
    settings.GATEWAY_SLOTS = SLOTS

    outcome = play(forge=forge, emulator=emulator, folder=tmp_path, seed=1, seconds=4)

    print(table(outcome.figures))  # noqa: T201 - shown when it fails
    assert not outcome.wrong, f"The journal is {outcome.journal}"
    assert outcome.figures["most calls for one attempt"] == 1
