"""Every mutation fits the file that it breaks; `make mutations` tries whether tests notice."""

import pytest

from tests.crash.mutations import ROOT, edited
from tests.crash.rules import MUTATIONS


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.rule)
def test_a_mutation_fits(mutation):
    text = (ROOT / mutation.file).read_text()

    broken = edited(text, mutation)
    assert broken != text
    compile(broken, mutation.file, "exec")
    assert all((ROOT / test).exists() for test in mutation.tests)
