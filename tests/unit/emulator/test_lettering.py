"""The prompt in a picture: wrapped, as large as fits, cut short where it must be."""

import pytest

from generations.emulator.drawing.fonts import font_for, has
from generations.emulator.drawing.lettering import fit

BOX = (90, 100, 934, 470)
UNIT = 1024


def test_a_short_prompt_is_large_and_on_one_line():
    setting = fit("Lighthouse", BOX, unit=UNIT)

    assert (setting.lines, setting.size) == (["Lighthouse"], 74)


def test_a_longer_prompt_is_wrapped_and_smaller_and_complete():
    prompt = " ".join(["A grey heron standing in shallow water at first light"] * 6)

    setting = fit(prompt, BOX, unit=UNIT)

    assert " ".join(setting.lines) == prompt
    assert setting.size < 74
    assert setting.height <= 370
    assert all(setting.font.getlength(line) <= 844 for line in setting.lines)


def test_an_endless_prompt_is_cut_short():
    setting = fit("heron " * 6000, BOX, unit=UNIT)

    assert setting.height <= 370
    assert setting.lines[-1].endswith("...")


def test_a_word_wider_than_a_line_is_broken():
    setting = fit("x" * 400, BOX, unit=UNIT)

    assert "".join(setting.lines) == "x" * 400


@pytest.mark.parametrize("size", [256, 512])
def test_a_small_picture_stays_legible(size):
    box = (size // 10, size // 10, size * 9 // 10, size // 2)

    assert fit("A heron in the reeds " * 20, box, unit=size).size >= 11


def test_typographic_marks_and_accents_never_disappear():
    setting = fit("“Café” – naïve…", BOX, unit=UNIT)

    (line,) = setting.lines
    assert line.startswith('"Caf')
    assert len(line) == len('"Café" - naïve...')


def test_pillows_own_font_is_taken_where_it_is_enough():
    assert font_for("A heron, 100%") is None
    assert has(None, "A")
    assert not has(None, "富")


def test_letters_without_a_font_leave_a_note_rather_than_an_empty_picture():
    setting = fit("\U0010fffe\U0010fffd", BOX, unit=UNIT)

    assert " ".join(setting.lines) == "(no font here has these letters)"
