"""Records as HTML documents: templates of core and the plugins, filled in, escaped, in the company's language."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from markupsafe import Markup

from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.files.content import safe_name
from core.files.storage import Storage
from core.i18n import use_locale
from core.messages import writing
from core.printing.contract import Print
from core.printing.environment import environment_of
from core.printing.letterhead import Head, head_of
from core.printing.views import Reader, RecordView
from core.printing.wording import text_of
from core.printing.written import write
from core.public.links import signed
from core.words import amount_in_words

WRITTEN = "print/written.html"
"""What a text that people wrote stands in."""
Write = Callable[[Head, Entity, RecordView], Markup]


def print_of(resource: Resource, name: str) -> Print:
    """A print by its name. Raises :class:`MissingError`."""
    for one in resource.prints:
        if one.name == name:
            return one
    raise MissingError("print", name)


def file_name(chosen: Print, record: Entity) -> str:
    """What a document's file is called, without its ending."""
    return safe_name(f"{chosen.title} {record.title}".strip().replace("/", "-"))


def documents(
    context: Context, storage: Storage, resource: Resource, chosen: Print, records: Sequence[Entity]
) -> list[str]:
    """The documents of records, in this order. Raises :class:`MissingError` where one of them may not be seen."""
    with use_locale(context.company.locale):
        if chosen.editable:
            return written(context, storage, resource, chosen, records, text_of(context, resource, chosen))
        besides = list(chosen.gives(context, records)) if chosen.gives else ()
        return filled(
            context,
            storage,
            resource,
            chosen.template,
            records,
            None,
            besides,
            title=str(chosen.title),
            size=chosen.size,
        )


def written(
    context: Context, storage: Storage, resource: Resource, chosen: Print, records: Sequence[Entity], source: str
) -> list[str]:
    """The documents of records with a text that people wrote. Raises :class:`InvalidError` for one that goes wrong."""
    fill = partial(write, context, resource, source)
    return filled(context, storage, resource, WRITTEN, records, fill, title=str(chosen.title), size=chosen.size)


def filled(
    context: Context,
    storage: Storage,
    resource: Resource,
    name: str,
    records: Sequence[Entity],
    fill: Write | None = None,
    besides: Sequence[Mapping[str, Any]] = (),
    *,
    title: str,
    size: str,
) -> list[str]:
    """A template filled in for each of these records, with what ``fill`` gives as ``text``, and ``besides`` of each.

    Raises :class:`MissingError` where one may not be seen.
    """
    ids = [one.id for one in records]
    views, by_whom = Reader(context, storage).views(resource, ids), signed(context, ids)
    if len(views) < len(records):
        raise MissingError(resource.name, name)
    template = environment_of(context, resource).get_template(name)
    head = head_of(context, storage)
    given = {**given_to(context, head), "title": title, "size": size}
    return [
        template.render(
            {**given, **own}, record=view, signed=by_whom.get(record.id), text=fill(head, record, view) if fill else "",
            payments=partial(context.hooks.payment_details, context, resource.name, record),
        )
        for view, record, own in zip(views, records, besides or ({} for _one in records), strict=True)
    ]  # fmt: skip


def given_to(context: Context, head: Head) -> dict[str, Any]:
    """What every document may say, beside its record."""
    words = partial(amount_in_words, currency=context.company.currency, odd=head.odd)
    return {
        "letterhead": head,
        "company": context.company,
        "today": context.today(),
        "words": words,
        writing.RUN: writing.Run(context),
    }
