"""The process that re-encodes a picture: ``python -m core.files.picture SOURCE TARGET``.

What a decoder does with a hostile file must not happen in the server, so it happens here, under limits. What comes
out is made from pixels alone: no metadata, no trailing bytes, no second meaning. It prints the type it wrote.
"""

import resource
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

from core.files.content import PICTURE_TOO_LARGE

MEMORY = 1 << 30
CPU_SECONDS = 20
PIXELS = 50_000_000
SIDE = 2400
"""Longer sides are scaled down to it: a phone's photograph is ten times what a page needs."""
SMALL = 320
"""Sides of the second, small picture: what a list shows fifty of."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
UNREADABLE = 3


def main() -> int:
    """Re-encode what the command line names; the exit status says why not."""
    for kind, bound in ((resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        if kind != resource.RLIMIT_AS or sys.platform == "linux":  # elsewhere it cannot be set
            hard = resource.getrlimit(kind)[1]
            wanted = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(kind, (wanted, wanted))
    try:
        sys.stdout.write(reencode(sys.argv[1], sys.argv[2]))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return UNREADABLE
    except (Image.DecompressionBombError, MemoryError):
        return PICTURE_TOO_LARGE
    return 0


def reencode(source: str, target: str) -> str:
    """Write the picture anew, and a small one beside it: JPEG for photographs, PNG where there is transparency or few colours."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(source, formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS:
            raise Image.DecompressionBombError
        opened.draft("RGB", (SIDE, SIDE))
        picture = ImageOps.exif_transpose(opened)
        photograph = opened.format in {"JPEG", "WEBP"} and not picture.has_transparency_data
        picture = picture.convert("RGB" if photograph else "RGBA")
        picture.thumbnail((SIDE, SIDE))
    # A new image of the pixels alone: what else the file carried stays behind.
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    _save(clean, target, photograph=photograph)
    clean.thumbnail((SMALL, SMALL))
    _save(clean, f"{target}.small", photograph=photograph)
    return "image/jpeg" if photograph else "image/png"


def _save(picture: Image.Image, target: str, *, photograph: bool) -> None:
    if photograph:
        picture.save(target, "JPEG", quality=86, optimize=True, progressive=True)
    else:
        picture.save(target, "PNG", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
