"""A ZIP that is written in one go: other programs read it, whatever is in it."""

import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagestudio.library.archive import Entry, Numbered, Spool, safe_stem, stored, writing, zipped

AT = datetime(2026, 11, 26, 12, 30, 42, tzinfo=UTC)
NAMES = st.text(
    st.characters(exclude_characters="/\\\0", exclude_categories=["Cs", "Cc"]), min_size=1
)


def packed(*entries):
    return zipfile.ZipFile(BytesIO(b"".join(zipped(entries))))


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(NAMES, st.lists(st.binary(max_size=600), max_size=4), max_size=6))
def test_what_goes_in_comes_out(files):
    archive = packed(*(stored(name, pieces, at=AT) for name, pieces in files.items()))
    assert archive.testzip() is None
    assert {name: archive.read(name) for name in archive.namelist()} == {
        name: b"".join(pieces) for name, pieces in files.items()
    }


def test_every_header_is_complete_before_its_file():
    data = b"".join(zipped([stored("a.png", [b"one", b"two"], at=AT)]))
    crc, size, whole = (int.from_bytes(data[at : at + 4], "little") for at in (14, 18, 22))
    assert (size, whole) == (6, 6)
    assert crc == zipfile.ZipFile(BytesIO(data)).getinfo("a.png").CRC
    assert data[6:8] == b"\0\x08"  # UTF-8 names, and no descriptor behind the data


def test_times_are_kept_to_two_seconds_and_impossible_ones_do_no_harm():
    early = datetime(1970, 1, 1, tzinfo=UTC)
    archive = packed(stored("a", [b"x"], at=AT), stored("b", [b"x"], at=early))
    assert archive.getinfo("a").date_time == (2026, 11, 26, 12, 30, 42)
    assert archive.getinfo("b").date_time == (1980, 1, 1, 0, 0, 0)


def test_a_text_is_deflated_and_comes_last():
    spool = Spool()
    for number in range(50_000):
        spool.write_line({"number": number, "at": AT})
    entry = spool.entry("lines.jsonl")
    archive = packed(entry)
    lines = archive.read("lines.jsonl").splitlines()
    assert len(lines) == 50_000
    assert lines[-1] == b'{"number":49999,"at":"2026-11-26T12:30:42+00:00"}'
    assert entry.packed < entry.size / 5
    spool.close()


def test_more_files_than_an_old_zip_can_count():
    count = 66_000
    archive = packed(*(stored(f"{number}", [b""], at=AT) for number in range(count)))
    assert len(archive.namelist()) == count


def test_large_files_and_far_ones_are_written_as_zip64(monkeypatch):
    """The limits are set low, so that no test has to write four gigabytes."""
    monkeypatch.setattr(writing, "MOST_32", 1000)
    data = b"".join(
        zipped([stored(f"{number}", [bytes(number)] * 3, at=AT) for number in range(500)])
    )
    monkeypatch.undo()
    # Readers see the real marker for a value that stands elsewhere.
    marked = data.replace((1000).to_bytes(4, "little"), b"\xff\xff\xff\xff")
    archive = zipfile.ZipFile(BytesIO(marked))
    assert archive.testzip() is None
    assert archive.getinfo("499").file_size == 1497


def test_a_file_that_comes_out_shorter_than_was_said_ends_it():
    lying = Entry("a", AT, [b"12"], size=3, crc=0, packed=3)
    with pytest.raises(ValueError, match="2 bytes"):
        list(zipped([lying]))


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_reads_it(tmp_path):
    spool = Spool()
    spool.write("words\n")
    archive = tmp_path / "a.zip"
    archive.write_bytes(
        b"".join(zipped([stored("Füchse 🦊.png", [b"xyz"], at=AT), spool.entry("a.json")]))
    )
    found = subprocess.run(["unzip", "-t", archive], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    spool.close()


def test_names_are_unique_and_fit_every_file_system():
    names = Numbered()
    made = [
        names.name(stem, "png") for stem in ("A fox", "A fox", "山" * 120, "a" * 119 + "é", ".")
    ]
    assert len(set(made)) == 5
    assert made[0] == "00001 A fox.png"
    assert all(len(name.encode()) < 200 for name in made)
    assert safe_stem("狐" * 100).encode().decode() == "狐" * 50
