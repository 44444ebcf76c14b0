"""Files into customers: what is new, what is the same, what is wrong and why, and taking it all back."""

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from core.context import EVERYTHING, Context
from core.customers.models import Contact, Customer, Source, Tag
from core.entity import service
from core.entity.query import Query, count
from core.sheets.errors import Rejected
from core.sheets.exporter import export_csv, export_xlsx
from core.sheets.importer import Outcome, begin, import_file, preview, propose_plan, run
from core.sheets.models import ImportBatch, ImportRow
from core.sheets.plan import Plan
from core.sheets.undo import undo

ACCOUNTS = Path(__file__).parents[2] / "data" / "accounts.csv"


def _customers(context: Context) -> int:
    return count(context, Query(context.resource(Customer)))[0]


def _import_accounts(context: Context) -> tuple[ImportBatch, Outcome]:
    resource = context.resource(Customer)
    batch = begin(context, resource, "accounts.csv", propose_plan(context, resource, ACCOUNTS))
    return batch, run(context, batch, ACCOUNTS)


def test_a_real_file_goes_in_once_and_comes_out_whole(context: Context) -> None:
    plan = propose_plan(context, context.resource(Customer), ACCOUNTS)
    assert plan.columns == {0: "name", 1: "sector", 2: "founded", 3: "revenue", 4: "employees", 5: "address"}
    batch, first = _import_accounts(context)
    assert (first.created, first.wrong, _customers(context)) == (85, 0, 85)
    _again, second = _import_accounts(context)
    assert (second.created, second.skipped, _customers(context)) == (0, 85, 85)
    taken = undo(context, batch)
    assert (taken.undone, taken.kept, _customers(context)) == (85, [], 0)


def test_foreign_keys_of_what_goes_in_are_not_planned_anew_for_each_row(context: Context) -> None:
    modes: dict[str, str] = {}

    def note(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO"):
            cursor = connection.connection.cursor()
            cursor.execute("SHOW plan_cache_mode")
            modes[statement.split()[2]] = str((cursor.fetchone() or [""])[0])

    engine = context.session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        _import_accounts(context)
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    assert {modes["core_customer"], modes["core_import_row"]} == {"auto"}


def test_undoing_keeps_and_names_what_was_edited_since(context: Context) -> None:
    batch, _outcome = _import_accounts(context)
    edited = context.session.scalars(sa.select(Customer).where(Customer.name == "Zoomit")).one()
    service.update(context, edited, {"sector": "Điện tử"})
    context.session.commit()
    taken = undo(context, batch)
    assert (taken.undone, taken.kept) == (84, ["Zoomit"])
    context.session.refresh(batch)
    assert (batch.state, batch.undone, batch.kept) == ("undone", 84, 1)


def test_a_preview_counts_like_the_import_and_saves_nothing(context: Context) -> None:
    found = preview(
        context, context.resource(Customer), ACCOUNTS, propose_plan(context, context.resource(Customer), ACCOUNTS)
    )
    assert found.outcome == Outcome(created=85, total=85)
    context.session.commit()
    assert _customers(context) == 0


def test_each_wrong_cell_has_its_reason_and_the_rest_goes_in(context: Context) -> None:
    file = "Tên khách hàng;SĐT;MST;Nguồn\nAn;0912345678;;\nBình;12;;\n;0987654321;;\nCúc;;999;\nDung;;;Chợ\n"
    resource = context.resource(Customer)
    outcome = import_file(context, resource, file.encode(), "khach.csv")
    assert (outcome.created, outcome.wrong) == (1, 4)
    rows = context.session.scalars(sa.select(ImportRow).where(ImportRow.verdict == "wrong").order_by(ImportRow.number))
    assert [list(row.errors) for row in rows] == [["mobile"], ["name"], ["tax_code"], ["source"]]


def test_overwriting_changes_what_the_file_says_and_undo_puts_it_back(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Lan", "sector": "Hoa"})
    context.session.commit()
    resource = context.resource(Customer)
    plan = Plan({0: "name", 1: "sector"}, "overwrite", ("name",))
    content = "Tên,Ngành\nLan,Trà\nMai,Cà phê\n".encode()
    outcome = import_file(context, resource, content, "x.csv", plan)
    assert (outcome.created, outcome.updated) == (1, 1)
    batch = context.session.scalars(sa.select(ImportBatch)).one()
    assert undo(context, batch).undone == 2
    context.session.refresh(customer)
    assert (customer.sector, _customers(context)) == ("Hoa", 1)


@pytest.mark.parametrize("limit", ["hidden", "readonly"])
def test_a_plan_that_compares_by_a_field_that_was_hidden_since_is_refused_in_words(
    context: Context, make_context: Callable[..., Context], limit: str
) -> None:
    service.create(context, Customer, {"name": "Lan", "mobile": "+84912345678"})
    context.session.commit()
    blind = make_context(context.company, grants=replace(EVERYTHING, fields={"core.customer": {"mobile": limit}}))
    plan = Plan({0: "name", 1: "mobile"}, "overwrite", ("mobile",))
    content = "Tên,SĐT\nLan,0912345678\n".encode()
    with pytest.raises(Rejected, match="Di động"):
        import_file(blind, blind.resource(Customer), content, "x.csv", plan)
    assert _customers(context) == 1


def test_the_same_record_twice_in_one_file_goes_in_once(context: Context) -> None:
    content = "Tên\nLan\nMai\nLan\n".encode()
    outcome = import_file(context, context.resource(Customer), content, "x.csv", Plan({0: "name"}, "skip", ("name",)))
    assert (outcome.created, outcome.skipped) == (2, 1)


def test_linked_records_are_found_by_name_without_accents_or_case(context: Context) -> None:
    service.create(context, Source, {"name": "Hội chợ"})
    service.create_many(context, Tag, [{"name": "VIP"}, {"name": "Sỉ"}])
    context.session.commit()
    content = 'Tên,Nguồn,Nhãn\nLan,hội chợ,"VIP, Sỉ"\n'.encode()
    plan = Plan({0: "name", 1: "source", 2: "tags"}, "skip", ("name",))
    assert import_file(context, context.resource(Customer), content, "x.csv", plan).created == 1
    lan = context.session.scalars(sa.select(Customer)).one()
    assert lan.source is not None
    assert (lan.source.name, {tag.name for tag in lan.tags}) == ("Hội chợ", {"VIP", "Sỉ"})


def test_another_companys_record_is_never_the_same(context: Context, stranger: Context) -> None:
    service.create(stranger, Customer, {"name": "Lan"})
    stranger.session.commit()
    content = "Tên\nLan\n".encode()
    plan = Plan({0: "name"}, "overwrite", ("name",))
    assert import_file(context, context.resource(Customer), content, "x.csv", plan).created == 1


def test_what_is_exported_can_be_imported_by_somebody_else(context: Context, stranger: Context) -> None:
    customer = service.create(context, Customer, {"name": "=1+1", "mobile": "+84912345678", "kind": "individual"})
    service.create(context, Contact, {"name": "Lê", "customer": customer.id})
    context.session.commit()
    for write in (export_csv, export_xlsx):
        file = io.BytesIO()
        write(context, context.resource(Customer), file)
        outcome = import_file(stranger, stranger.resource(Customer), file.getvalue(), "x")
        assert (outcome.created + outcome.skipped, outcome.wrong) == (1, 0)
    theirs = stranger.session.scalars(sa.select(Customer)).one()
    assert (theirs.name, theirs.mobile, theirs.kind) == ("=1+1", "+84912345678", "individual")
