"""Documents with lines as files, with the dummy's slips: a row for each line, out and in again, wrong ones, undone."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.context import Context
from core.entity import service
from core.entity.query import Query
from core.plugin.boot import Registry
from core.sheets.errors import Rejected
from core.sheets.exporter import by_lines, export_csv, rows_of
from core.sheets.importer import Outcome, begin, import_file, preview, propose_plan, run
from core.sheets.mend import reasons
from core.sheets.models import ImportRow
from core.sheets.plan import Plan, importable
from core.sheets.undo import undo
from core.testing.web import ApiClient

SHAMPOO = {"name": "Dầu gội", "quantity": Decimal(2), "price": Decimal(50_000)}
SOAP = {
    "name": "Sữa tắm",
    "price": Decimal(80_000),
    "cut": Decimal("12.5"),
    "colours": ["red", "blue"],
    "fragile": True,
}
TOWEL = {"name": "Khăn", "quantity": Decimal("1.5"), "price": Decimal(20_000)}


@pytest.fixture
def model(registry: Registry) -> Any:
    """The dummy's document."""
    return registry.resources["dummy.slip"].model


@pytest.fixture
def slips(context: Context, model: Any) -> list[Any]:
    """One with three lines, one with one, one without."""
    kinds = [[SHAMPOO, SOAP, TOWEL], [SHAMPOO], []]
    values = [{"note": f"Phiếu {number}", "goods": [dict(one) for one in some]} for number, some in enumerate(kinds)]
    made = service.create_many(context, model, values)
    context.session.commit()
    return made


def exported(context: Context) -> str:
    """All slips as a CSV."""
    file = io.BytesIO()
    export_csv(
        context, context.resource("dummy.slip"), file, by_lines(context, Query(context.resource("dummy.slip")), "goods")
    )
    return file.getvalue().decode("utf-8-sig")


def goods(context: Context, model: Any) -> dict[str, list[Any]]:
    """Names and quantities of the lines of the slips that there are, by their notes."""
    context.session.expire_all()
    found = sa.select(model).where(model.tenant_id == context.tenant, model.deleted_at.is_(None)).order_by(model.id)
    return {one.note: [(line.name, line.quantity) for line in one.goods] for one in context.session.scalars(found)}


def overwriting(context: Context, content: str, tmp_path: Path, **more: Any) -> tuple[Path, Plan]:
    """A file with the plan that it proposes, but to overwrite."""
    path = tmp_path / "slips.csv"
    path.write_text(content)
    plan = propose_plan(context, context.resource("dummy.slip"), path)
    return path, replace(plan, duplicates="overwrite", **more)


def test_an_export_with_lines_changes_nothing_when_it_is_imported(
    context: Context, model: Any, slips: list[Any], tmp_path: Path
) -> None:
    content, before = exported(context), goods(context, model)
    rows = content.splitlines()
    assert len(rows) == 1 + 3 + 1 + 1, "a row for each line, and one for a slip without any"
    assert '"Hàng hóa: Số lượng"' in rows[0]
    resource, query = context.resource("dummy.slip"), by_lines(context, Query(context.resource("dummy.slip")), "goods")
    assert rows_of(context, query) == 4
    path, plan = overwriting(context, content, tmp_path)
    assert plan.match == ("code",)
    assert {"goods.name", "goods.quantity", "goods.colours"} <= set(plan.columns.values()) | {"goods.colours"}
    outcome = run(context, begin(context, resource, "slips.csv", plan), path)
    assert outcome == Outcome(skipped=5, total=5)
    assert goods(context, model) == before
    assert {one.version for one in slips} == {1}


def test_the_rows_of_one_number_become_one_document(context: Context, model: Any) -> None:
    file = "Số phiếu;Ghi chú;Tên hàng;Quantity;Price\nA1;Một;Dầu gội;2;50.000\nA1;Một;Khăn;1,5;20.000\n;;Xà phòng;3;\nA2;Hai;Khăn;1;20000\n"
    plan = Plan(
        {0: "code", 1: "note", 2: "goods.name", 3: "goods.quantity", 4: "goods.price"}, "skip", ("code",), headers=()
    )
    outcome = import_file(context, context.resource("dummy.slip"), file.encode(), "phieu.csv", plan)
    assert outcome == Outcome(created=4, total=4)
    assert goods(context, model) == {
        "Một": [("Dầu gội", 2), ("Khăn", Decimal("1.5")), ("Xà phòng", 3)], "Hai": [("Khăn", 1)]
    }  # fmt: skip
    totals = context.session.scalars(sa.select(model.total).where(model.tenant_id == context.tenant).order_by(model.id))
    assert list(totals) == [Decimal(130_000), Decimal(20_000)]


def test_one_wrong_line_keeps_its_document_out_and_is_named_by_row_and_column(context: Context, model: Any) -> None:
    file = (
        "Code;Note;Name;Quantity;Cut\n"
        "A1;Một;Dầu gội;2;\nA1;Một;Khăn;nhiều;\nA2;Hai;Khăn;1;\nA2;Khác;Khăn;1;\nA3;Ba;Khăn;1;\nA3;Ba;;1;\nA4;Bốn;Khăn;1;10\nA5;Năm;Khăn;1;\n"
    )
    columns = {0: "code", 1: "note", 2: "goods.name", 3: "goods.quantity", 4: "goods.cut"}
    resource = context.resource("dummy.slip")
    outcome = import_file(context, resource, file.encode(), "phieu.csv", Plan(columns, "skip", ("code",)))
    assert outcome == Outcome(created=1, wrong=7, total=8)
    assert list(goods(context, model)) == ["Năm"]
    wrong = context.session.scalars(
        sa.select(ImportRow)
        .where(ImportRow.tenant_id == context.tenant, ImportRow.verdict == "wrong")
        .order_by(ImportRow.number)
    ).all()
    assert [(row.number, list(row.errors)) for row in wrong] == [
        (2, [""]), (3, ["goods.quantity"]), (4, [""]), (5, ["note"]), (6, [""]), (7, ["goods.name"]), (8, ["goods.cut"])
    ]  # fmt: skip
    (said,) = reasons(importable(context, resource), wrong[1].errors)
    assert ": " in said
    assert str(resource.lines["goods"].title) in said


def test_overwriting_knows_lines_by_their_names_and_undo_brings_them_back(
    context: Context, model: Any, slips: list[Any], tmp_path: Path
) -> None:
    before = goods(context, model)
    kept = {line.id for line in slips[0].goods if line.name == "Khăn"}
    code = slips[0].code
    file = f"Code,Name,Quantity\n{code},Khăn,4\n{code},Lược,1\n"
    plan = {0: "code", 1: "goods.name", 2: "goods.quantity"}
    path = tmp_path / "slips.csv"
    path.write_text(file)
    resource = context.resource("dummy.slip")
    batch = begin(context, resource, "slips.csv", Plan(plan, "overwrite", ("code",)))
    assert run(context, batch, path) == Outcome(updated=2, total=2)
    assert goods(context, model)["Phiếu 0"] == [("Khăn", 4), ("Lược", 1)]
    assert kept <= {line.id for line in slips[0].goods}
    assert slips[0].goods[0].price == Decimal(20_000), "what the file does not say stays"
    taken = undo(context, batch)
    assert (taken.undone, taken.kept) == (2, [])
    assert goods(context, model) == before
    assert [line.cut for line in slips[0].goods] == [None, Decimal("12.5"), None]


def test_undo_takes_documents_back(context: Context, model: Any, slips: list[Any], tmp_path: Path) -> None:
    content, before = exported(context), goods(context, model)
    for one in slips:
        content = content.replace(one.code, f"X{one.code}")
    path, plan = overwriting(context, content, tmp_path)
    batch = begin(context, context.resource("dummy.slip"), "slips.csv", plan)
    assert run(context, batch, path).created == 5
    assert len(context.session.scalars(sa.select(model.id).where(model.tenant_id == context.tenant)).all()) == 6
    assert undo(context, batch).undone == 5
    assert goods(context, model) == before


def test_a_large_file_is_read_in_parts_that_end_with_a_document(
    context: Context, model: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sheets.importer.CHUNK", 4)
    rows = "".join(f"P{number},Phiếu {number},Khăn {line},1\n" for number in range(5) for line in range(3))
    path = tmp_path / "slips.csv"
    path.write_text(f"Code,Note,Name,Quantity\n{rows}")
    plan = Plan({0: "code", 1: "note", 2: "goods.name", 3: "goods.quantity"}, "skip", ("code",))
    resource = context.resource("dummy.slip")
    tried = preview(context, resource, path, plan)
    assert (tried.outcome, tried.complete) == (Outcome(created=6, total=6), False)
    assert run(context, begin(context, resource, "slips.csv", plan), path) == Outcome(created=15, total=15)
    assert {len(lines) for lines in goods(context, model).values()} == {3}
    path.write_text(f"Code,Note,Name,Quantity\n{rows}P1,Phiếu 1,Nữa,1\n")
    with pytest.raises(Rejected, match="P1"):
        run(context, begin(context, resource, "slips.csv", plan), path)


def test_whoever_may_not_know_a_field_of_lines_neither_exports_nor_imports_it(
    context: Context, make_context: Callable[..., Context], slips: list[Any], limited_to: Callable[..., Context]
) -> None:
    somebody = limited_to({"goods.price": "hidden", "goods.quantity": "readonly"})
    fields = importable(somebody, somebody.resource("dummy.slip"))
    assert "goods.name" in fields
    assert not {"goods.price", "goods.quantity"} & fields.keys()
    assert "50000" in exported(context)
    assert "50000" not in exported(somebody)


def test_the_pages_ask_for_lines_and_match_them(
    context: Context, slips: list[Any], client: Any, api: ApiClient
) -> None:
    del api
    path = context.resource("dummy.slip").path
    dialog = client.get(f"/{path}/export").get_data(as_text=True)
    assert 'name="lines" value="goods"' in dialog
    file = client.get(f"/{path}/export?format=csv&lines=goods").data
    assert file.count(b"\n") == 6
    assert client.get(f"/{path}/export?format=csv&lines=none").status_code == 422
    taken = client.post(f"/{path}/import", data={"file": (io.BytesIO(file), "slips.csv")})
    page = client.get(taken.headers["Location"]).get_data(as_text=True)
    assert 'value="goods.name" selected' in page
    assert 'name="match" value="code" checked' in page
    example = client.get(f"/{path}/import/example")
    assert example.status_code == 200
