"""What the log says of the lines of a document, in words: which were added, which went, what is different in others."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from core.entity.declaring import title_field
from core.entity.fields import Field
from core.i18n import Label, translator

_ = translator("core")

Told = Mapping[str, Any]
Say = Callable[[Field, Any], str]
"""A value of the log as text."""


def links_in(spec: Field, pair: Iterable[Sequence[Told] | None]) -> Iterator[tuple[Field, Any]]:
    """The links that lines of the log mention: the field and the id."""
    links = [one for one in spec.target.__fields__.values() if one.kind.name == "link"]
    for line in (line for side in pair for line in side or ()):
        yield from ((one, line[one.name]) for one in links if line.get(one.name))


def lines_said(
    spec: Field, old: Sequence[Told] | None, new: Sequence[Told] | None, say: Say
) -> Iterator[tuple[Label, str, str]]:
    """A change for each line: the table and the line, what it was, what it is now."""
    went, came = ({one["id"]: one for one in side or ()} for side in (old, new))
    if not went and not came:
        yield spec.title, "", "" if new is None else str(_("another order"))
    for key, line in went.items():
        if key not in came:
            yield _("%(table)s, line removed", table=spec.title), _described(spec, line, say), ""
    for key, line in came.items():
        if key not in went:
            yield _("%(table)s, line added", table=spec.title), "", _described(spec, line, say)
        else:
            fields = [one for one in _known(spec) if line.get(one.name) != went[key].get(one.name)]
            was, is_ = (_listed(fields, side[key], say) for side in (went, came))
            yield f"{spec.title} – {_name(spec, line, say)}", was, is_


def _known(spec: Field) -> list[Field]:
    return [one for one in spec.target.__fields__.values() if not one.expression]


def _name(spec: Field, line: Told, say: Say) -> str:
    title = title_field(spec.target)
    return say(spec.target.__fields__[title], line.get(title)) or "—"


def _described(spec: Field, line: Told, say: Say) -> str:
    title = title_field(spec.target)
    rest = _listed([one for one in _known(spec) if one.name != title and one.kind.name != "choice"], line, say)
    return f"{_name(spec, line, say)} ({rest})" if rest else _name(spec, line, say)


def _listed(fields: Iterable[Field], line: Told, say: Say) -> str:
    return ", ".join(f"{one.title}: {text}" for one in fields if (text := say(one, line.get(one.name))))
