"""What a file is, told by its first bytes; its name and what the sender claims tell nothing."""

import unicodedata
import zipfile
from pathlib import Path
from typing import Final

PICTURES: Final = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
"""Pictures that are re-encoded and may be shown in a page."""
PICTURE_TOO_LARGE: Final = 4
"""Exit status of the process that re-encodes pictures."""
PROGRAMS: Final = frozenset(("application/vnd.microsoft.portable-executable", "application/x-elf"))
"""What runs when it is opened."""
PDF: Final = "application/pdf"
UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
_HEAD: Final = 4096

_SIGNATURES: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", PDF),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (4, b"ftyp", "video/mp4"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x00\x00\x01\x00", "image/x-icon"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\x7fELF", "application/x-elf"),
)
_OFFICE: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_NAME: Final = 120
_FORBIDDEN: Final = frozenset('\\/:*?"<>|')


def media_type(path: Path) -> str:
    """The type of a file's content. Whatever is text is plain text: no browser may take it for a page."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for offset, mark, found in _SIGNATURES:
        if head[offset : offset + len(mark)] == mark:
            return _in_zip(path) if found == "application/zip" else found
    return TEXT if _is_text(head) else UNKNOWN


def _in_zip(path: Path) -> str:
    """Office documents are archives; the names inside tell which."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()[:200]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return UNKNOWN
    return next(
        (found for folder, found in _OFFICE.items() if any(name.startswith(folder) for name in names)),
        "application/zip",
    )


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A letter may be cut in two by the end of what was read.
        return error.start > len(head) - 4
    return True


def safe_name(name: str) -> str:
    """A file's name as it may be shown and given back: without folders, control and direction characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    clean = "".join(
        "_" if one in _FORBIDDEN else one
        for one in last
        if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    clean = " ".join(clean.split()).strip(". ")
    if len(clean) > _NAME:
        stem, dot, ending = clean.rpartition(".")
        room = _NAME - len(ending) - 1
        clean = f"{stem[:room]}.{ending}" if dot and room > 0 else clean[:_NAME]
    return clean or "file"
