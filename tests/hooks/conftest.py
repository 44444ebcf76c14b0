"""An installation in which the dummy plugin runs; the other tests never meet it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from flask import Flask

from core.app import EXTENSION, create_app
from core.context import Context, Grants
from core.db.base import forget
from core.db.database import Database
from core.plugin import boot as booting
from core.plugin.boot import Registry
from core.plugin.health import Health
from core.settings import Settings
from core.testing.throwaway import SECRET, migrated_database
from core.testing.watch import WatchedHooks
from core.testing.web import enrol

TESTS = Path(__file__).parents[1]


@contextmanager
def booted(*plugins: str) -> Iterator[Registry]:
    """Core and these plugins of the tests, such as ``dummy``; they are forgotten at the end."""
    points = [EntryPoint(name, f"ghep_{name}", booting.GROUP) for name in plugins]
    with pytest.MonkeyPatch.context() as patch:
        for name in plugins:
            patch.syspath_prepend(str(TESTS / f"{name}_plugin"))
        patch.setattr(booting, "entry_points", lambda **_group: points)
        found = booting.boot()
        found.refuse_problems()
        yield found
    packages = {f"ghep_{name}" for name in plugins}
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]
    for package in sorted(packages, reverse=True):
        forget(package)


@pytest.fixture(scope="module")
def registry() -> Iterator[Registry]:
    """Core and the dummy."""
    with booted("dummy") as found:
        yield found


@pytest.fixture(scope="module")
def app(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database that has the dummy's tables."""
    with migrated_database(registry) as url:
        settings = Settings(
            var=tmp_path_factory.mktemp("var"),
            database_url=url,
            redis_url=os.environ.get("GHEP_TEST_REDIS_URL", ""),
            secret_key=SECRET,
        )
        made = create_app(settings, registry)
        yield made
        made.extensions[EXTENSION].database.close()
        made.extensions[EXTENSION].bell.close()


@pytest.fixture(scope="module")
def database(app: Flask) -> Database:
    """The application's own."""
    found: Database = app.extensions[EXTENSION].database
    return found


@pytest.fixture
def hooks(app: Flask, registry: Registry, database: Database, monkeypatch: pytest.MonkeyPatch) -> WatchedHooks:
    """The application's hooks, watched, with the dummy's to be let fail."""
    made = WatchedHooks(registry, Health(database.engine).report, watching="dummy")
    monkeypatch.setitem(app.extensions, EXTENSION, replace(app.extensions[EXTENSION], hooks=made))
    return made


@pytest.fixture
def context(context: Context, database: Database) -> Context:
    """An administrator whose company has the dummy on, also for the database."""
    return enrol(database, context)


@pytest.fixture
def limited_to(context: Context, make_context: Callable[..., Context], database: Database) -> Callable[..., Context]:
    """Somebody who does everything with slips, but for some of their fields."""

    def made(limits: dict[str, str]) -> Context:
        verbs = dict.fromkeys(("see", "create", "edit", "export", "import"), "all")
        grants = Grants(verbs={"*": verbs}, fields={"dummy.slip": limits})
        return enrol(database, make_context(context.company, grants=grants, name="Lê Thu"))

    return made
