"""``ghep import`` and ``ghep export``: the command-line twins of the wizard."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.core.cli.conftest import Ghep

ACCOUNTS = str(Path(__file__).parents[2] / "data" / "accounts.csv")


@pytest.fixture
def company(ghep: Ghep) -> str:
    """A company with nothing but core."""
    slug = f"files-{uuid4().hex[:10]}"
    ghep("company", "create", slug, "--name", "Hoa Sen", "--bundle", "starter", "--admin", "lan@example.com")
    return slug


def test_a_real_file_goes_in_once_comes_out_and_is_taken_back(ghep: Ghep, company: str, tmp_path: Path) -> None:
    first = json.loads(ghep("import", "--company", company, ACCOUNTS, "--json").stdout)
    second = json.loads(ghep("import", "--company", company, ACCOUNTS, "--json").stdout)
    assert (first["created"], second["created"], second["skipped"]) == (85, 0, 85)
    out = tmp_path / "out.csv"
    assert json.loads(ghep("export", "--company", company, "-o", str(out), "--json").stdout)["rows"] == 85
    undone = json.loads(ghep("import", "--company", company, "--undo", first["import"], "--json").stdout)
    assert (undone["undone"], undone["kept"]) == (85, [])


def test_a_file_that_is_not_what_it_says_is_refused_in_words(
    ghep: Ghep, company: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    file = tmp_path / "customers.xlsx"
    file.write_bytes(b"%PDF-1.7\n" + bytes(200))
    assert refused("import", "--company", company, str(file))
    assert refused("import", "--company", company, "--entity", "core.nothing", ACCOUNTS)
