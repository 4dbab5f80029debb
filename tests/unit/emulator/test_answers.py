"""Faults of answers that meet in one call: the answer is bad, but the emulator still gives one."""

from itertools import product

from generations.emulator.answers import completed
from generations.emulator.faults.answers import ANSWERS


def test_any_two_faults_can_meet_in_one_answer():
    for first, second in product(ANSWERS, ANSWERS):
        answer = first.deform(completed("https://pictures.example/one.png"), first.options)

        assert isinstance(second.deform(answer, second.options).body(), bytes)
