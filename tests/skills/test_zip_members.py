"""Archives that are damaged or lie: every one is refused in words, within bounds."""

import bz2
import io
import random
import struct
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable

import pytest

from skills import zip_members
from skills.errors import LibraryDamaged
from skills.zip_members import Limits, read_members

LIMITS = Limits(members=20, total_bytes=100 * 2**20, of=lambda name: None if name == "stray" else 64 * 2**20)
TEXT = b"".join(b"line %d\n" % i for i in range(2000))


def archive(method: int = zipfile.ZIP_DEFLATED, **members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as writer:
        for name, content in members.items():
            writer.writestr(name, content)
    return file.getvalue()


def refusal(content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(LibraryDamaged) as caught:
        read_members(content, "x.zip", limits)
    assert len(str(caught.value)) < 600
    return str(caught.value)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_come_out(method: int) -> None:
    assert read_members(archive(method, a=b"1", b=TEXT, c=b""), "x.zip", LIMITS) == {
        "a": b"1",
        "b": TEXT,
        "c": b"",
    }


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = archive(a=bytes(60 * 2**20))
    assert len(bomb) < 100_000
    tracemalloc.start()
    message = refusal(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "would unpack to 62,914,560, more than 100 times as many; it is not unpacked" in message
    assert peak < 5 * 2**20


def test_many_small_bombs() -> None:
    assert "times as many" in refusal(archive(**{f"m{i}": bytes(2 * 2**20) for i in range(10)}))


def patched(content: bytes, marker: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite a field in every record that begins with a marker."""
    data, at = bytearray(content), content.find(marker)
    while at >= 0:
        data[at + offset : at + offset + len(value)] = value
        at = content.find(marker, at + 1)
    return bytes(data)


CENTRAL, LOCAL, END = b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"


def lying_size(size: int) -> bytes:
    content = patched(archive(a=TEXT), CENTRAL, 24, struct.pack("<I", size))
    return patched(content, LOCAL, 22, struct.pack("<I", size))


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "is not a readable zip archive: File is not a zip file; get the file again"),
    "nonsense": (lambda: b"nonsense" * 50, "File is not a zip file"),
    "cut off": (lambda: archive(a=TEXT)[:-30], "is not a readable zip archive"),
    "no beginning": (lambda: archive(a=TEXT)[50:], "is not a readable zip archive"),
    "smaller than it is": (lambda: lying_size(10), "is not a readable zip archive: Bad CRC-32"),
    "larger than it is": (lambda: lying_size(len(TEXT) + 5), "a in x.zip is shorter than it says"),
    "lzma": (
        lambda: archive(zipfile.ZIP_LZMA, a=TEXT),
        "a in x.zip is compressed with lzma; only stored and",
    ),
    "bzip2": (lambda: archive(zipfile.ZIP_BZIP2, a=TEXT), "a in x.zip is compressed with bzip2"),
    "unknown method": (
        lambda: patched(archive(a=TEXT), CENTRAL, 10, struct.pack("<H", 77)),
        "a in x.zip is compressed with 77",
    ),
    "encrypted": (
        lambda: patched(archive(a=TEXT), CENTRAL, 8, struct.pack("<H", 1)),
        "a in x.zip is encrypted; pack the archive again without a password",
    ),
    "zero in the name": (
        lambda: archive(abcd=b"1").replace(b"abcd", b"ab\0d"),
        r"x.zip has a member 'ab\\x00d' that belongs to no library",
    ),
    "stray": (lambda: archive(stray=b"1"), "x.zip has a member 'stray' that belongs to no library"),
    "other local name": (
        lambda: archive(abcd=b"1").replace(b"abcd", b"abce", 1),
        "x.zip is not a readable zip archive: File name in directory 'abcd' and header b'abce' differ",
    ),
    "local header elsewhere": (
        lambda: patched(archive(a=TEXT), CENTRAL, 42, struct.pack("<I", 2**31)),
        "x.zip is not a readable zip archive",
    ),
    "directory elsewhere": (
        lambda: patched(archive(a=TEXT), END, 16, struct.pack("<I", 2**31)),
        "x.zip is not a readable zip archive",
    ),
    "too many": (lambda: archive(**{f"m{i}": b"" for i in range(21)}), "x.zip has 21 files; at most 20"),
    "damaged": (
        lambda: patched(archive(a=TEXT), LOCAL, 60, b"\xff" * 40),
        "x.zip is not a readable zip archive: ",
    ),
    "zip64 without its record": (
        lambda: patched(archive(a=TEXT), CENTRAL, 24, b"\xff\xff\xff\xff"),
        "larger than 64 MiB: 4,294,967,295 bytes; it is not unpacked",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_refused(name: str) -> None:
    make, message = CASES[name]
    assert message in refusal(make())


def test_two_members_of_one_name() -> None:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as writer:
        warnings.simplefilter("ignore")
        writer.writestr("a", b"1")
        writer.writestr("a", b"2")
    assert "x.zip has two members 'a'" in refusal(file.getvalue())


def test_a_table_of_contents_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_members, "DIRECTORY_BYTES", 500)
    message = refusal(archive(**{f"member_{i}": b"" for i in range(15)}))
    assert message == "x.zip has a table of contents of more than 500 bytes; it is not read"


def test_limits_per_member_and_in_all() -> None:
    small = Limits(members=20, total_bytes=2**20, of=lambda name: 1000)
    assert refusal(archive(a=TEXT), small).startswith("a in x.zip is larger than 1,000 bytes: ")
    total = Limits(members=20, total_bytes=1000, of=lambda name: 2**20)
    assert refusal(archive(a=TEXT), total) == "x.zip unpacks to more than 1,000 bytes; it is not unpacked"


def test_a_file_that_cannot_be_read(tmp_path) -> None:
    with pytest.raises(LibraryDamaged, match=r"nothing\.zip cannot be read: No such file or directory"):
        read_members(tmp_path / "nothing.zip", "nothing.zip", LIMITS)
    with pytest.raises(LibraryDamaged, match="cannot be read: Is a directory"):
        read_members(tmp_path, "x.zip", LIMITS)


@pytest.mark.parametrize("seed", range(4))
def test_any_damage_is_found_or_harmless(seed: int) -> None:
    """A flipped bit either leaves all contents as they were or is refused; nothing else comes of it."""
    rng, whole = random.Random(seed), {"a": TEXT, "bb": b"short", "c": bz2.compress(TEXT)}
    sound = archive(**whole)
    refused = 0
    for _ in range(300):
        damaged = bytearray(sound)
        for _ in range(rng.randint(1, 4)):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        try:
            found = read_members(bytes(damaged), "x.zip", LIMITS)
        except LibraryDamaged:
            refused += 1
        else:
            assert set(found.values()) <= {*whole.values(), b""}
    assert refused > 200


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_damage_in_other_compressions(method: int) -> None:
    rng, sound = random.Random(1), archive(method, a=TEXT)
    for _ in range(200):
        damaged = bytearray(sound)
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        refusal(bytes(damaged))
