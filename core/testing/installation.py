"""What tests live in: an installation with some plugins, on a database of this test process."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from core.app import EXTENSION, create_app
from core.db.database import Database
from core.plugin.boot import Registry, boot
from core.settings import Settings
from core.testing.throwaway import SECRET, migrated_database


def installation(*plugins: str) -> tuple[Any, Any, Any, Any]:
    """The fixtures ``registry``, ``database_url``, ``database`` and ``app`` of an installation with these plugins.

    A ``conftest.py`` that gives them these names has one for the tests of its folder: smaller than the whole, and
    without the companies of others, where a test looks at every company there is.
    """

    @pytest.fixture(scope="session")
    def registry() -> Registry:
        """The plugins that are installed; a broken one is an error here."""
        found = boot(plugins)
        found.refuse_problems()
        return found

    @pytest.fixture(scope="session")
    def database_url(registry: Registry) -> Iterator[str]:
        """A database of this test process, migrated as a real one is, on the server the run was given."""
        with migrated_database(registry) as url:
            yield url

    @pytest.fixture(scope="session")
    def database(database_url: str) -> Iterator[Database]:
        """The engines of the test database."""
        found = Database(database_url, SECRET)
        yield found
        found.close()

    @pytest.fixture(scope="session")
    def app(database_url: str, registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
        """The application, as a server would load it."""
        settings = Settings(
            var=tmp_path_factory.mktemp("var"),
            database_url=database_url,
            redis_url=os.environ.get("GHEP_TEST_REDIS_URL", ""),
            secret_key=SECRET,
        )
        made = create_app(settings, registry)
        yield made
        made.extensions[EXTENSION].database.close()
        made.extensions[EXTENSION].bell.close()

    return registry, database_url, database, app
