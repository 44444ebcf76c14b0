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


def test_overwriting_changes_what_is_the_same_and_wrong_rows_come_back_to_be_mended(
    ghep: Ghep, company: str, tmp_path: Path
) -> None:
    first, second, wrong = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "wrong.csv"
    first.write_text("Tên,SĐT,Ngành\nLan,0912345678,Hoa\n", encoding="utf-8")
    second.write_text("Tên,SĐT,Ngành\nLan,0912345678,Trà\nMai,12,Trà\n", encoding="utf-8")
    ghep("import", "--company", company, str(first))
    again = ("import", "--company", company, "--duplicates", "overwrite", "--match", "name", "--wrong", str(wrong))
    counts = json.loads(ghep(*again, str(second), "--json").stdout)
    assert (counts["created"], counts["updated"], counts["wrong"]) == (0, 1, 1)
    assert "Mobile: Not a telephone number" in wrong.read_text(encoding="utf-8-sig")
    out = ghep("export", "--company", company).stdout
    assert "Trà" in out
    assert "Hoa" not in out


def test_what_cannot_be_is_refused_before_anything_is_done(
    ghep: Ghep, company: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    file = tmp_path / "a.csv"
    file.write_text('Tên,Ghi chú\nLan,"mở\n', encoding="utf-8")
    assert "quotation mark" in refused("import", "--company", company, str(file))
    assert "does not fill the field mobile" in refused("import", "--company", company, "--match", "mobile", ACCOUNTS)
    assert "There is no" in refused("import", "--company", company, "--undo", str(uuid4()))
    file.write_text("x,y\n1,2\n", encoding="utf-8")
    assert "None of the columns" in refused("import", "--company", company, str(file))
    assert json.loads(ghep("export", "--company", company, "-o", str(tmp_path / "o.csv"), "--json").stdout)["rows"] == 0


def test_an_import_is_undone_once(ghep: Ghep, company: str, refused: Callable[..., str]) -> None:
    made = json.loads(ghep("import", "--company", company, ACCOUNTS, "--json").stdout)["import"]
    ghep("import", "--company", company, "--undo", made)
    assert "it is undone" in refused("import", "--company", company, "--undo", made)


def test_a_folder_goes_in_by_a_profile_and_the_dirt_is_told(
    ghep: Ghep, company: str, tmp_path: Path, refused: Callable[..., str]
) -> None:
    profile = tmp_path / "shop.yaml"
    profile.write_text(
        "format: 1\nclean: {trade: {tee: tea}}\nsteps:\n  - {file: a.csv, entity: core.customer, match: [name], "
        "fields: {name: who, sector: trade}}\n",
        encoding="utf-8",
    )
    by = ("import", "--company", company, "--profile", str(profile), str(tmp_path))
    assert "a.csv" in refused(*by)
    (tmp_path / "a.csv").write_text("who,trade\nLan,tee\nMai,tea\n", encoding="utf-8")
    assert "2 created" in (said := ghep(*by).stdout)
    assert "trade: “tee” is read as “tea”" in said
    [again] = json.loads(ghep(*by, "--json").stdout)
    assert (again["created"], again["skipped"], again["findings"][0]["count"]) == (0, 2, 1)
    assert "no profile" in refused("import", "--company", company, "--profile", "nothing", str(tmp_path))
    made = ("--name", "Hoa Sen", "--bundle", "starter", "--admin", "lan@example.com")
    assert ghep("company", "create", company, *made, "--once").stdout == ""
