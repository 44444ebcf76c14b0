"""The command, on an installation of its own with one plugin, run as a script would run it."""

import os
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from core.cli import make
from core.plugin.boot import boot
from core.testing.throwaway import SECRET, empty_database, migrate
from tests.core.plugin.registries import pantry_alone

Ghep = Callable[..., Result]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[dict[str, str]]:
    """What the command is told from outside; what other tests share is made before, with all that is installed."""
    assert database_url
    with pantry_alone(), empty_database() as url:
        migrate(url, boot())
        yield {
            "GHEP_VAR": str(tmp_path_factory.mktemp("var")),
            "GHEP_DATABASE_URL": url,
            "GHEP_REDIS_URL": os.environ["GHEP_TEST_REDIS_URL"],
            "GHEP_SECRET_KEY": SECRET,
        }


@pytest.fixture
def ghep(environment: dict[str, str]) -> Ghep:
    """Run the command: ``ghep("company", "list")``; names in capitals change the environment."""

    def run(*arguments: str, **changes: str) -> Result:
        result = CliRunner().invoke(make(), [*arguments], env={**environment, **changes})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def refused(ghep: Ghep) -> Callable[..., str]:
    """Run the command, see it refused with one line on stderr and nothing else, and give the line."""

    def run(*arguments: str, **changes: str) -> str:
        result = ghep(*arguments, **changes)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.count("\n") == 1, result.stderr
        return result.stderr

    return run
