"""In which encoding a text file was written."""

import codecs
import itertools
from pathlib import Path
from typing import BinaryIO, Final

SAMPLE: Final = 64 << 10
_CHUNK: Final = 1 << 18
_BLIND: Final = 0.3
"""Share of zero bytes on one side of each pair that only UTF-16 has."""
_BROKEN: Final = 0.05
"""Share of broken characters up to which a file is UTF-8 that something has damaged."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WESTERN: Final = ["cp1258", "cp1252"]
_TONES: Final = frozenset("\u0300\u0301\u0303\u0309\u0323")
_VOWELS: Final = frozenset("aăâeêioôơuưyAĂÂEÊIOÔƠUƯY")
_VIETNAMESE: Final = frozenset("đĐưƯ")


def detect_encoding(path: Path) -> str:
    """Name the codec to read a file with: by its mark, UTF-16, UTF-8, then the code pages of Vietnam and the west."""
    with path.open("rb") as file:
        head = file.read(SAMPLE)
        marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
        if codec := marked or unmarked_utf16(head):
            return codec
        file.seek(0)
        if _is_utf8(file):
            return "utf-8"
        file.seek(0)
        return _legacy(_telling_lines(file))


def unmarked_utf16(head: bytes) -> str | None:
    """Western text in UTF-16 has a zero in nearly every pair; the Vietnamese letters above U+1E00 are the rest."""
    pairs = max(1, len(head) // 2)
    if head[1::2].count(0) > _BLIND * pairs and head[0::2].count(0) < head[1::2].count(0) // 8:
        return "utf-16-le"
    if head[0::2].count(0) > _BLIND * pairs and head[1::2].count(0) < head[0::2].count(0) // 8:
        return "utf-16-be"
    return None


def _is_utf8(file: BinaryIO) -> bool:
    """Decode the whole file, keeping nothing: a code page may show itself in the last line only."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    broken = wide = 0
    while chunk := file.read(_CHUNK):
        text = decoder.decode(chunk)
        wide += len(text) - len(text.encode("ascii", "ignore"))
        broken += text.count("\ufffd")
    broken += len(decoder.decode(b"", final=True))
    return broken <= _BROKEN * wide


def _telling_lines(file: BinaryIO) -> bytes:
    """Gather lines that are more than ASCII; the others look the same in every code page."""
    lines = (line for line in file if not line.isascii())
    return b"".join(itertools.islice(lines, 1000))[:SAMPLE]


def _legacy(sample: bytes) -> str:
    import charset_normalizer

    if charset_normalizer.from_bytes(sample, cp_isolation=_WESTERN).best() is not None:
        return _vietnamese_or_western(sample)
    best = charset_normalizer.from_bytes(sample).best()
    return best.encoding if best is not None else _vietnamese_or_western(sample)


def _vietnamese_or_western(sample: bytes) -> str:
    """Tell two code pages apart that differ in eleven letters.

    Windows-1258 writes tones as marks of their own: after a vowel they are Vietnamese, anywhere else they are the
    ì or ò of an Italian.
    """
    text = sample.decode("cp1258", errors="replace")
    good = sum(letter in _VIETNAMESE for letter in text)
    bad = 0
    for before, letter in itertools.pairwise(text):
        if letter in _TONES:
            good, bad = (good + 1, bad) if before in _VOWELS else (good, bad + 1)
    return "cp1258" if good > bad else "cp1252"
