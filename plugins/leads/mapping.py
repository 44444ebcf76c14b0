"""From the JSON of other programs to the values of a lead."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.sdk import Text, translator

_ = translator("plugins.leads")

TAKEN = ("name", "company", "mobile", "email", "position", "note")
"""The fields that others may fill in."""
NUMBER = "id"
"""By what the sender knows a lead, so that it is not taken twice."""
_FACEBOOK = {
    "full_name": "name", "phone_number": "mobile", "phone": "mobile", "email": "email", "work_email": "email",
    "company_name": "company", "job_title": "position",
}  # fmt: skip
Answers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Paths:
    """Where each field stands in the JSON."""

    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()
    """Lines that say nothing."""

    def problems(self) -> Iterator[Text]:
        """Why a mapping cannot be."""
        for line in self.wrong:
            names = ", ".join((*TAKEN, NUMBER))
            yield _("“%(line)s” is not “field = path”, with one of the fields %(names)s.", line=line, names=names)
        if "name" not in self.found or not {"mobile", "email"} & set(self.found):
            yield _("Say where the name stands, and the mobile or the e-mail.")


def paths_of(text: str) -> Paths:
    """Read a mapping as it is typed."""
    found: dict[str, tuple[str, ...]] = {}
    wrong: list[str] = []
    for line in filter(None, (one.strip() for one in text.splitlines())):
        name, _equals, path = (part.strip() for part in line.partition("="))
        if name in {*TAKEN, NUMBER} and path:
            found[name] = tuple(path.split("."))
        else:
            wrong.append(line)
    return Paths(found, tuple(wrong))


def mapped(paths: Paths, said: Any) -> Iterator[Answers]:
    """The leads of a body: one object, or a list of them."""
    for one in said if isinstance(said, list) else [said]:
        texts = {name: _text(_at(one, path)) for name, path in paths.found.items()}
        yield {name: text for name, text in texts.items() if text}


def of_facebook(said: Any) -> Iterator[Answers]:
    """The leads of a body with ``field_data``, however deep they lie; what has no field of its own goes into the note."""
    if isinstance(said, list):
        for one in said:
            yield from of_facebook(one)
    elif isinstance(said, Mapping) and isinstance(said.get("field_data"), list):
        yield _facebook_lead(said)
    elif isinstance(said, Mapping):
        for name in ("entry", "changes", "value", "data", "leads"):
            if name in said:
                yield from of_facebook(said[name])


def _facebook_lead(said: Mapping[str, Any]) -> Answers:
    found: Answers = {}
    rest: list[str] = []
    for one in said["field_data"]:
        if not isinstance(one, Mapping):
            continue
        asked, text = _text(one.get("name")), _text(one.get("values"))
        name = _FACEBOOK.get(asked)
        if name and text and name not in found:
            found[name] = text
        elif text:
            rest.append(f"{asked}: {text}")
    number = _text(said.get("id") or said.get("leadgen_id"))
    return {**found, **({"note": "\n".join(rest)} if rest else {}), **({NUMBER: number} if number else {})}


def _at(said: Any, path: tuple[str, ...]) -> Any:
    for part in path:
        if isinstance(said, Mapping):
            said = said.get(part)
        elif isinstance(said, list) and part.isdigit() and int(part) < len(said):
            said = said[int(part)]
        else:
            return None
    return said


def _text(said: Any) -> str:
    if isinstance(said, list):
        return ", ".join(filter(None, map(_text, said)))
    return str(said).strip() if isinstance(said, str | int | float) and not isinstance(said, bool) else ""
