"""What the checks work on: the plugin as it is installed, and a throw-away installation it runs in."""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Self
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask, got_request_exception
from flask.testing import FlaskClient

from core.app import EXTENSION, create_app
from core.context import CompanyInfo, Context, Grants
from core.db.base import package_of
from core.db.database import Database
from core.db.migrate import Unit, unit, units
from core.entity.entity import Resource
from core.plugin import health
from core.plugin.boot import GROUP, Plugin, Registry, boot
from core.plugin.manifest import Manifest
from core.settings import Settings
from core.testing import services
from core.testing.conformance.catalogue import Thing
from core.testing.throwaway import SECRET, found_company, join, migrated_database
from core.testing.values import Sampler
from core.testing.watch import StatementWatch, WatchedHooks
from core.testing.web import ApiClient, browser, enrol, program

EACH = 3
"""Records of each entity in each company."""
_OK = 200
Values = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a company, with what they come in by."""

    context: Context
    api: ApiClient
    browser: FlaskClient


class Bench:
    """One plugin under examination. What a check needs is made when it is asked for, and cleared away at the end."""

    def __init__(self, name: str, values: Values | None = None) -> None:
        self.name = name
        self.values = values or {}
        self.cleanup = ExitStack()
        self.before: dict[Thing, str] = {}
        """What the database held before the plugin's tables came."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.cleanup.close()

    @cached_property
    def points(self) -> dict[str, EntryPoint]:
        """Every plugin that is installed, by its entry point's name."""
        return {point.name: point for point in entry_points(group=GROUP)}

    @property
    def point(self) -> EntryPoint:
        """The plugin's own entry point."""
        return self.points[self.name]

    @cached_property
    def module(self) -> ModuleType:
        """The module with the manifest and the hooks; importing it may raise anything."""
        found: ModuleType = self.point.load()
        return found

    @property
    def manifest(self) -> Manifest:
        """What the plugin says of itself."""
        found: Manifest = self.module.MANIFEST
        return found

    @property
    def package(self) -> str:
        """The package its tables and messages belong to."""
        return package_of(self.point.module)

    @cached_property
    def folder(self) -> Path:
        """Where the package lies."""
        return Unit(self.name, self.package).versions.parent.parent

    @cached_property
    def registry(self) -> Registry:
        """The plugin with what it requires, and nothing else that may be installed."""
        return boot(tuple(self._requirements()))

    def _requirements(self) -> Iterator[str]:
        wanted, seen = [self.name], set[str]()
        while wanted:
            name = wanted.pop()
            if name in self.points and name not in seen:
                seen.add(name)
                yield name
                wanted += getattr(getattr(self.points[name].load(), "MANIFEST", None), "stands_on", ())

    @property
    def plugin(self) -> Plugin:
        """The plugin as it runs."""
        return self.registry.plugins[self.name]

    @property
    def resources(self) -> list[Resource]:
        """Its entities."""
        return [one for one in self.registry.resources.values() if one.plugin == self.name]

    @property
    def unit(self) -> Unit:
        """Its tables, as far as migrations go."""
        return unit(self.plugin)

    @property
    def units(self) -> list[Unit]:
        """Core, what it requires, and itself."""
        return units(self.registry)

    @cached_property
    def url(self) -> str:
        """A database with the tables of everything but the plugin."""
        self.cleanup.callback(services.stop, services.start())
        others = {name: plugin for name, plugin in self.registry.plugins.items() if name != self.name}
        return self.cleanup.enter_context(migrated_database(replace(self.registry, plugins=others)))

    @cached_property
    def owner(self) -> sa.Engine:
        """The database as the owner of its tables sees it."""
        return sa.create_engine(self.url, poolclass=sa.NullPool)

    @cached_property
    def trial(self) -> "Trial":
        """An installation with two companies; the plugin's tables must be there."""
        return self.cleanup.enter_context(Trial(self))

    def calm(self) -> None:
        """Let no error of one check count in the next."""
        if "trial" in vars(self):
            self.trial.calm()


class Trial:
    """The plugin at work: the real application on a database of its own, and two companies that have it on."""

    def __init__(self, bench: Bench) -> None:
        self.name = bench.name
        self.mark = f"mark{uuid4().hex[:8]}"
        """Stands in every text of the first company's records."""
        self.records: dict[tuple[int, str], list[UUID]] = {}
        """Company and entity to the records that were made."""
        self.samplers: dict[int, Sampler] = {}
        self.broken = ""
        """The last error a request ended with."""
        self._cleanup = ExitStack()
        self._bench = bench

    def __enter__(self) -> Self:
        bench = self._bench
        self.var = Path(self._cleanup.enter_context(tempfile.TemporaryDirectory(prefix="ghep-check-")))
        settings = Settings(
            var=self.var,
            database_url=bench.url,
            redis_url=os.environ.get("GHEP_TEST_REDIS_URL", ""),
            secret_key=SECRET,
        )
        self.app: Flask = create_app(settings, bench.registry)
        platform = self.app.extensions[EXTENSION]
        self._cleanup.callback(platform.bell.close)
        self.database: Database = platform.database
        self._cleanup.callback(self.database.close)
        self.hooks = WatchedHooks(bench.registry, health.Health(self.database.engine).report, watching=self.name)
        self.app.extensions[EXTENSION] = replace(platform, hooks=self.hooks)
        self._watch_handlers(bench.registry)
        got_request_exception.connect(self._keep_error, self.app)
        self.statements = StatementWatch(bench.folder)
        self._cleanup.enter_context(self.statements.on(self.database.engine))
        self.ours = self.person(self.company())
        self.theirs = self.person(self.company())
        return self

    def __exit__(self, *error: object) -> None:
        self._cleanup.close()

    def _keep_error(self, _app: Flask, *, exception: BaseException, **_rest: Any) -> None:
        self.broken = f"{type(exception).__name__}: {exception}"

    def opened(self, client: FlaskClient, path: str) -> str:
        """Open a page; what went wrong, empty where it opened."""
        self.broken = ""
        status = client.get(path).status_code
        return "" if status == _OK else f"answers {status}{f' ({self.broken})' if self.broken else ''}"

    def _watch_handlers(self, registry: Registry) -> None:
        for topic, handlers in registry.handlers.items():
            registry.handlers[topic] = tuple(
                replace(one, run=self.hooks.watched(f"job {topic}", one.run)) if one.plugin == self.name else one
                for one in handlers
            )

    def company(self) -> CompanyInfo:
        """A new company."""
        return found_company(self.database)

    def person(self, company: CompanyInfo, grants: Grants | None = None) -> Person:
        """Somebody new in a company, where every module is on: its administrator, or with these grants."""
        context = join(self.database, self.hooks, company, grants=grants)
        self._cleanup.callback(context.session.close)
        enrol(self.database, context)
        return Person(context, program(self.app, context), browser(self.app, context))

    def settle(self) -> Person:
        """The administrator of a new company with records of each entity. Raises NoSampleError."""
        person = self.person(self.company())
        self.fill(person)
        return person

    def fill(self, person: Person, mark: str = "") -> None:
        """Make records of each entity in a company."""
        mark = mark or f"more{uuid4().hex[:8]}"
        sampler = self.samplers[person.context.tenant] = Sampler(person.context, mark, self._bench.values)
        for resource in self._bench.resources:
            made = [sampler.make(resource.model).id for _number in range(EACH)]
            person.context.session.commit()
            self.records[person.context.tenant, resource.name] = made

    def calm(self) -> None:
        """Forget errors that were provoked, before they add up to a quarantine."""
        with self.database.vendor_session() as session, session.begin():
            health.take_away(session, self.name)
            health.release(session, self.name)
