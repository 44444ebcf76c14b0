"""The steps of an automation as a program: where a run is, and where it goes from there. Nothing here does anything.

A step is an object with ``do``, what it does. Three of them hold others::

    {"do": "branch", "if": {...}, "then": [...], "else": [...]}
    {"do": "repeat", "every": 10, "unit": "days", "times": 5, "steps": [...]}
    {"do": "wait", "amount": 2, "unit": "days"}

A path names a step: ``2`` is the third one, ``2/then/0`` the first of its branch, ``3/1/0`` the first in the second
round of the fourth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

BRANCH, REPEAT, WAIT, STOP = "branch", "repeat", "wait", "stop"
CONTROL = (BRANCH, REPEAT, WAIT, STOP)
THEN, ELSE, STEPS = "then", "else", "steps"
UNITS: dict[str, timedelta] = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
    "weeks": timedelta(weeks=1),
}
Step = Mapping[str, Any]
Steps = Sequence[Step]


@dataclass(frozen=True, slots=True)
class Next:
    """Where a run goes."""

    path: str
    """Empty: it is over."""
    repeat: str = ""
    """The path of a repetition whose next round begins there, at its time."""


def at(steps: Steps, path: str) -> Step:
    """The step of a path. Raises LookupError where there is none."""
    found = _within(steps, path)
    place = int(path.rpartition("/")[2])
    return found[place]


def first(steps: Steps) -> str:
    """The path of the first step; empty where there is none."""
    return "0" if steps else ""


def into(steps: Steps, path: str, name: str) -> Next:
    """Into one of the lists that a step holds, or past the step where that list is empty."""
    inner = at(steps, path).get(_key(name)) or ()
    return Next(f"{path}/{name}/0") if inner else after(steps, path)


def after(steps: Steps, path: str) -> Next:
    """What follows a step: the next one, the next round, or what follows the step that holds it."""
    while path:
        parent, _parting, place = path.rpartition("/")
        if int(place) + 1 < len(_within(steps, path)):
            return Next(f"{parent}/{int(place) + 1}" if parent else str(int(place) + 1))
        if not parent:
            break
        holder, _parting, name = parent.rpartition("/")
        if name.isdigit():
            rounds = int(name) + 1
            if rounds < int(at(steps, holder)["times"]):
                return Next(f"{holder}/{rounds}/0", holder)
        path = holder
    return Next("")


def duration(step: Step, amount: str = "amount") -> timedelta:
    """How long a step says."""
    return int(step[amount]) * UNITS[step["unit"]]


def walk(steps: Steps, path: str = "") -> Iterator[tuple[str, Step]]:
    """Every step with its path, that of the first round."""
    for place, step in enumerate(steps):
        here = f"{path}/{place}" if path else str(place)
        yield here, step
        if step.get("do") == BRANCH:
            yield from walk(step.get(THEN) or (), f"{here}/{THEN}")
            yield from walk(step.get(ELSE) or (), f"{here}/{ELSE}")
        elif step.get("do") == REPEAT:
            yield from walk(step.get(STEPS) or (), f"{here}/0")


def _within(steps: Steps, path: str) -> Steps:
    """The list a path's last step is in."""
    *outer, _last = path.split("/")
    found = steps
    for place, name in zip(outer[::2], outer[1::2], strict=True):
        held = found[int(place)]
        found = held[_key(name)]
    return found


def _key(name: str) -> str:
    """Where a step keeps a list: under its name, or what a round repeats."""
    return name if name in {THEN, ELSE} else STEPS
