"""Records as HTML documents: templates of core and the plugins, filled in, escaped, in the company's language."""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.files.content import safe_name
from core.files.storage import Storage
from core.i18n import translator, use_locale
from core.messages import writing
from core.plugin.boot import Registry
from core.printing.contract import Print
from core.printing.letterhead import Head, head_of
from core.printing.views import Reader
from core.public.links import signed
from core.words import amount_in_words

CORE = Path(__file__).resolve().parent.parent / "templates"


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
        more = {"title": str(chosen.title), "size": chosen.size}
        return filled(context, storage, resource, chosen.template, records, **more)


def filled(
    context: Context, storage: Storage, resource: Resource, name: str, records: Sequence[Entity], **more: Any
) -> list[str]:
    """A template filled in for each of these records. Raises :class:`MissingError` where one may not be seen."""
    ids = [one.id for one in records]
    views, by_whom = Reader(context).views(resource, ids), signed(context, ids)
    if len(views) < len(records):
        raise MissingError(resource.name, name)
    template = environment_of(context, resource).get_template(name)
    given = {**given_to(context, head_of(context, storage)), **more}
    return [
        template.render(
            given, record=view, signed=by_whom.get(record.id),
            payments=partial(context.hooks.payment_details, context, resource.name, record),
        )
        for view, record in zip(views, records, strict=True)
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


def environment_of(context: Context, resource: Resource) -> Environment:
    """Where the templates of an entity's documents are found, and what they can say."""
    registry = context.hooks.registry
    return _environment(_folders(registry), registry.plugins[resource.plugin].package)


def _folders(registry: Registry) -> tuple[Path, ...]:
    """Where templates lie: core's, then each plugin's."""
    places = (Path(one.module.__file__ or "").parent / "templates" for one in registry.plugins.values())
    return (CORE, *(place for place in places if place != CORE and place.is_dir()))


@lru_cache(maxsize=64)
def _environment(folders: tuple[Path, ...], domain: str) -> Environment:
    """Jinja for documents: everything is escaped and a name that is none is an error. No request, no addresses."""
    made = Environment(
        loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, finalize=writing.finalize,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals["_"] = _gettext(domain)
    made.filters |= {name: one.function for name, one in writing.FILTERS.items()}
    return made


def _gettext(domain: str) -> Callable[..., Markup]:
    """Text of a plugin's own catalogue, or of core's where that has none; what is filled in is escaped."""
    own, common = translator(domain), translator("core")

    def gettext(message: str, **arguments: Any) -> Markup:
        said = str(own(message))
        text = Markup(said if said != message else str(common(message)))  # noqa: S704 # text of our catalogues
        return text % {name: escape(value) for name, value in arguments.items()} if arguments else text

    return gettext
