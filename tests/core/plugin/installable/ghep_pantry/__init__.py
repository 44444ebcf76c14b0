"""A plugin to plan for and purge: jars of a customer, with labels, numbers and recurring work."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.orm import Mapped

from core.access.models import User
from core.context import Context
from core.customers.models import Customer, Tag
from core.entity.entity import Entity, Resource
from core.entity.fields import field, link, links, number
from core.jobs.work import Work
from core.plugin.manifest import Bundle, Handler, Manifest, Schedule
from hooks import hookimpl

MANIFEST = Manifest(name="pantry", title="Pantry", version="2.1.0", api=">=1,<2", icon="jar")


class Jar(Entity):
    """What was put up for a customer."""

    __tablename__ = "pantry_jar"
    name: Mapped[str] = field("Jar", search=True)
    number: Mapped[str | None] = number("Number", prefix="J-")
    customer: Mapped[Customer | None] = link("Customer")
    cook: Mapped[User | None] = link("Cook")
    labels: Mapped[list[Tag]] = links("Labels")


def count(context: Context, work: Work) -> None:
    """Look at the shelves."""


@hookimpl
def entities() -> Iterable[Resource]:
    """Jars."""
    return [Resource(model=Jar, title="Jar", plural="Jars")]


@hookimpl
def handlers() -> Iterable[Handler]:
    """Counting."""
    return [Handler(topic="pantry.count", run=count)]


@hookimpl
def schedules() -> Iterable[Schedule]:
    """Counting, every day."""
    return [Schedule(name="daily", topic="pantry.count", every=timedelta(days=1))]


@hookimpl
def bundles() -> Iterable[Bundle]:
    """The pantry alone."""
    return [Bundle(name="larder", title="Larder", plugins=("pantry",))]
