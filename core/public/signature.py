"""A signature as it was drawn: lines and nothing else, so that there is no picture to be afraid of."""

import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

WIDTH, HEIGHT = 1000, 400
"""Of the field it is drawn in."""
_STROKES, _POINTS, _FEWEST = 200, 6000, 8
Strokes = list[list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Signature:
    """Strokes, each a line through points."""

    strokes: Strokes

    @property
    def image(self) -> Markup:
        """As SVG, for pages and paper."""
        lines = " ".join("M" + " L".join(f"{x} {y}" for x, y in stroke) for stroke in self.strokes)
        return Markup(
            '<svg xmlns="http://www.w3.org/2000/svg" class="signature" width="200" height="80" viewBox="0 0 {} {}">'
            '<path d="{}" fill="none" stroke="#123a7a" stroke-width="7" stroke-linecap="round" stroke-linejoin="round"/>'
            "</svg>"
        ).format(WIDTH, HEIGHT, lines)


def read(text: str) -> Signature | None:
    """What a page sent; None for anything that is no signature."""
    try:
        said: Any = json.loads(text)
        strokes = [[(_within(x, WIDTH), _within(y, HEIGHT)) for x, y in stroke] for stroke in said]
    except (ValueError, TypeError, RecursionError):
        return None
    points = sum(map(len, strokes))
    if not (_FEWEST <= points <= _POINTS and len(strokes) <= _STROKES and all(strokes)):
        return None
    return Signature(strokes)


def _within(value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(value)
    return value
