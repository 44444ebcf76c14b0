"""``ghep module`` and ``ghep plugin``."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.core.cli.conftest import Ghep

Refused = Callable[..., str]


@pytest.fixture
def company(ghep: Ghep) -> str:
    """A company with nothing but core."""
    slug = f"lotus-{uuid4().hex[:10]}"
    ghep("company", "create", slug, "--name", "Hoa Sen", "--bundle", "starter", "--admin", "lan@example.com")
    return slug


@pytest.fixture
def state(ghep: Ghep, company: str) -> Callable[[], str]:
    """The state of the plugin in the company."""

    def ask() -> str:
        rows = json.loads(ghep("module", "list", "--company", company, "--json").stdout)
        return {row["name"]: str(row["state"]) for row in rows}["pantry"]

    return ask


def test_a_module_is_booked_switched_on_off_and_taken_back(ghep: Ghep, company: str, state: Callable[[], str]) -> None:
    seen = [state()]
    for verb in ("entitle", "on", "off", "on", "withdraw"):
        result = ghep("module", verb, "--company", company, "pantry")
        assert (result.exit_code, result.output) == (0, "")
        seen.append(state())
    assert seen == ["not_entitled", "off", "on", "off", "on", "not_entitled"]


def test_a_program_is_told_what_was_switched(ghep: Ghep, company: str) -> None:
    assert json.loads(ghep("module", "entitle", "--company", company, "pantry", "--json").stdout) == ["pantry"]
    assert json.loads(ghep("module", "on", "--company", company, "pantry", "--json").stdout) == ["pantry"]
    assert json.loads(ghep("module", "on", "--company", company, "pantry", "--json").stdout) == []


@pytest.mark.parametrize("verb", ["on", "off", "entitle"])
def test_what_cannot_be_switched_is_refused(refused: Refused, company: str, verb: str) -> None:
    assert "unicorn" in refused("module", verb, "--company", company, "unicorn")
    assert "nothing-here" in refused("module", verb, "--company", "nothing-here", "pantry")


def test_what_was_not_booked_is_refused(refused: Refused, company: str) -> None:
    assert "Pantry" in refused("module", "on", "--company", company, "pantry")


def test_a_plugin_is_listed(ghep: Ghep) -> None:
    rows = json.loads(ghep("plugin", "list", "--strict", "--json").stdout)
    assert [(row["name"], row["version"], row["state"]) for row in rows][1:] == [("pantry", "2.1.0", "running")]


def test_a_plugin_is_disabled_for_everybody_and_enabled_again(
    ghep: Ghep, refused: Refused, company: str, state: Callable[[], str]
) -> None:
    ghep("module", "entitle", "--company", company, "pantry")
    ghep("module", "on", "--company", company, "pantry")
    assert ghep("plugin", "disable", "pantry").exit_code == 0
    assert state() == "quarantined"
    assert ghep("plugin", "enable", "pantry").exit_code == 0
    assert state() == "on"
    assert "pantry" in refused("plugin", "enable", "pantry")
    assert "unicorn" in refused("plugin", "disable", "unicorn")
    assert "core" in refused("plugin", "disable", "core")


def test_a_plan_and_a_purge(ghep: Ghep, refused: Refused, company: str, environment: dict[str, str]) -> None:
    ghep("module", "entitle", "--company", company, "pantry")
    ghep("module", "on", "--company", company, "pantry")
    text = ghep("plugin", "plan", "pantry", "--purge").stdout
    assert "pantry_jar" in text
    assert company in text
    data = json.loads(ghep("plugin", "plan", "pantry", "--purge", "--json").stdout)
    assert (data["plugin"], data["action"], data["rows"]) == ("pantry", "purge", 0)
    assert json.loads(ghep("plugin", "plan", "pantry", "--json").stdout)["action"] == "disable"
    assert "--confirm" not in refused("plugin", "purge", "pantry")
    assert "unicorn" in refused("plugin", "plan", "unicorn")
    result = ghep("plugin", "purge", "pantry", "--confirm", "pantry")
    export = Path(result.stdout.strip())
    assert export.parent == Path(environment["GHEP_VAR"]) / "exports"
    assert export.exists()
    assert "db upgrade" in refused("module", "entitle", "--company", company, "pantry")
    assert ghep("db", "upgrade").exit_code == 0
    assert ghep("module", "entitle", "--company", company, "pantry").exit_code == 0
