"""A stocktake from the list to the ledger: filled, counted by two with their telephones, approved, and cut off half way."""

import io
import time
from collections.abc import Callable
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdf
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.db.database import Database
from core.entity.service import insert_many
from core.jobs.drain import Drain
from core.jobs.models import Job
from core.plugin.boot import boot
from core.plugin.facade import Hooks
from core.sdk import Context, InvalidError, create, update
from core.testing import SECRET, limited
from core.testing.automation import have_modules, work_off
from plugins.catalog.api import Group, Product
from plugins.warehouse import adjusting, ledger, taking_stock
from plugins.warehouse.counting import Count, Stocktake
from plugins.warehouse.ledger import Movement
from plugins.warehouse.models import Entry, Rule, Stock, StockPart, Warehouse

Move = Callable[..., Any]
Client = Callable[..., FlaskClient]
MANY = 5000


@pytest.fixture
def stocktake(context: Context, warehouse: Warehouse) -> Stocktake:
    return create(
        context, Stocktake, {"warehouse": warehouse.id, "reason": "Cuối quý", "committee": "Ông Ba, trưởng ban"}
    )


def on_hand(context: Context, product: Product) -> Any:
    context.session.expire_all()
    return context.session.scalar(sa.select(Stock.on_hand).where(Stock.product_id == product.id)) or Decimal(0)


def counts(context: Context, stocktake: Stocktake) -> dict[str, Count]:
    context.session.expire_all()
    found = context.session.scalars(
        sa.select(Count).where(Count.tenant_id == context.tenant, Count.stocktake_id == stocktake.id)
    )
    return {str(one.name): one for one in found}


def test_counted_scanned_approved_and_taken_back(
    context: Context, warehouse: Warehouse, oil: Product, stocktake: Stocktake, receive: Move, issue: Move,
    make_client: Client, database: Database, tmp_path: Path,
) -> None:  # fmt: skip
    group = create(context, Group, {"name": "Lọc"})
    below = create(context, Group, {"name": "Lọc gió", "parent": group.id})
    make = {"name": "Lọc gió Vios", "code": "LG-VIOS", "barcode": "8931234567895", "group": below.id}
    filter_ = create(context, Product, make)
    battery = create(context, Product, {"name": "Ắc quy", "code": "AQ-60"})
    create(context, Rule, {"product": battery.id, "tracked": "serial"})
    receive(oil, 10, 100_000)
    receive(filter_, 8, 50_000)
    receive(battery, 2, 1_500_000, line={"lot": "S1, S2"})
    context.session.commit()
    client, here = make_client(context), f"/warehouse/stocktake/{stocktake.id}"
    head = {"HX-Request": "true"}
    client.post(f"{here}/fill", data={"group": str(group.id)}, headers=head)
    assert list(counts(context, stocktake)) == ["Lọc gió Vios"]
    client.post(f"{here}/fill", headers=head)
    listed = counts(context, stocktake)
    assert len(listed) == 3
    assert [listed[name].book for name in ("Lọc gió Vios", "Dầu máy 5W-30")] == [8, 10]

    def scan(code: str) -> str:
        return str(client.post(f"{here}/scan", data={"code": code}, headers=head).get_data(as_text=True))

    assert "Không hàng hóa nào có mã" in scan("không-có")
    assert "Lọc gió Vios" in scan("8931234567895")
    scan("lg-vios")
    scan("S1")
    assert "Lọc gió Vios" not in scan("DAU-5W30")[:600]  # what was scanned last stands first
    lines = counts(context, stocktake)
    assert [lines[name].counted for name in ("Lọc gió Vios", "Dầu máy 5W-30")] == [2, 1]
    line = f"{here}/counts/{lines['Dầu máy 5W-30'].id}"
    assert "Đây không phải là số lượng" in client.post(line, data={"counted": "nhiều"}, headers=head).get_data(
        as_text=True
    )
    client.post(line, data={"counted": "11,5"}, headers=head)
    client.post(line, data={"counted": "11,5", "by": "1"}, headers=head)
    issue(oil, 3)  # what leaves after it was counted is no difference
    context.session.commit()
    page = client.get(f"{here}/count?show=different", headers=head).get_data(as_text=True)
    assert "+2,5" in page
    assert client.get(f"{here}/count?show=todo&q=ac+quy", headers=head).get_data(as_text=True).count("count-row") == 1

    client.post(f"{here}/approve", headers=head)
    with pytest.raises(InvalidError, match="kiểm kê"):
        update(context, counts(context, stocktake)["Lọc gió Vios"], {"counted": Decimal(3)})
    context.session.rollback()
    work_off(context, database, tmp_path)
    assert (on_hand(context, oil), on_hand(context, filter_), on_hand(context, battery)) == (Decimal("9.5"), 2, 2)
    assert {name: one.value for name, one in counts(context, stocktake).items()} == {
        "Dầu máy 5W-30": 250_000, "Lọc gió Vios": -300_000, "Ắc quy": 0,
    }  # fmt: skip
    said = " ".join(
        pypdf.PdfReader(io.BytesIO(client.get(f"/warehouse/stocktakes/{stocktake.id}/print/form/pdf").data))
        .pages[0]
        .extract_text()
        .split()
    )
    for words in ("Mẫu số 05 - VT", "BIÊN BẢN KIỂM KÊ", "Ông Ba", "Lọc gió Vios", "300.000", "250.000"):
        assert words in said, words
    client.post(f"{here}/cancel", headers=head)
    assert (on_hand(context, oil), on_hand(context, filter_)) == (7, 8)
    assert client.post(f"{here}/adjust", headers=head).status_code == 404


def test_what_cannot_be_adjusted_stays_open_and_says_why(
    context: Context,
    oil: Product,
    stocktake: Stocktake,
    receive: Move,
    issue: Move,
    make_client: Client,
    database: Database,
    tmp_path: Path,
) -> None:
    other = create(context, Product, {"name": "Bugi", "code": "BG"})
    receive(oil, 10, 100_000)
    receive(other, 4, 1_000)
    taking_stock.fill(context, stocktake)
    for name, n in (("Dầu máy 5W-30", 2), ("Bugi", 3)):
        update(context, counts(context, stocktake)[name], {"counted": Decimal(n)})
    issue(oil, 9)  # more than was found: eight are missing and one is left
    update(context, stocktake, {"state": "approved"})
    context.session.commit()
    work_off(context, database, tmp_path)
    assert (on_hand(context, oil), on_hand(context, other)) == (1, 3)
    job = context.session.scalars(
        sa.select(Job).where(Job.topic == adjusting.ADJUST, Job.tenant_id == context.tenant)
    ).one()
    assert "Dầu máy 5W-30" in str(job.result)
    client = make_client(context)
    page = f"/warehouse/stocktakes/{stocktake.id}"
    assert "1 dòng chênh lệch" in client.get(page).get_data(as_text=True)
    receive(oil, 20, 100_000)
    context.session.commit()
    client.post(f"/warehouse/stocktake/{stocktake.id}/adjust")
    work_off(context, database, tmp_path)
    assert on_hand(context, oil) == 13
    assert "chênh lệch" not in client.get(page).get_data(as_text=True)


def test_what_is_found_of_goods_that_are_gone_is_worth_what_they_cost_last(
    context: Context, oil: Product, stocktake: Stocktake, receive: Move, issue: Move, database: Database, tmp_path: Path,
) -> None:  # fmt: skip
    never = create(context, Product, {"name": "Bugi", "code": "BG", "cost": Decimal(70_000)})
    unknown = create(context, Product, {"name": "Quà tặng", "code": "QT"})
    receive(oil, 5, 100_000)
    receive(oil, 5, 120_000)
    mistaken = receive(oil, 1, 999_000)
    update(context, mistaken, {"state": "cancelled"})
    issue(oil, 10)
    for product in (oil, never, unknown):
        create(context, Count, {"stocktake": stocktake.id, "product": product.id, "counted": Decimal(2)})
    update(context, stocktake, {"state": "approved"})
    context.session.commit()
    work_off(context, database, tmp_path)
    worth = {one.name: one.value for one in counts(context, stocktake).values()}
    assert worth == {"Dầu máy 5W-30": 240_000, "Bugi": 140_000, "Quà tặng": 0}


def test_who_may_not_count_and_what_is_not_there(
    context: Context, oil: Product, stocktake: Stocktake, warehouse: Warehouse, receive: Move, make_client: Client
) -> None:
    receive(oil, 1, 1)
    taking_stock.fill(context, stocktake)
    other = create(context, Stocktake, {"warehouse": warehouse.id})
    (line,) = counts(context, stocktake).values()
    context.session.commit()
    reader = make_client(context, grants=limited(warehouse_stocktake=["see"], warehouse_count=["see"]))
    for path in ("count", "fill", "approve", "cancel"):
        assert reader.get(f"/warehouse/stocktake/{stocktake.id}/{path}").status_code == 403
    assert reader.post(f"/warehouse/stocktake/{stocktake.id}/scan", data={"code": "DAU-5W30"}).status_code == 403
    client = make_client(context)
    assert client.get(f"/warehouse/stocktake/{uuid4()}/count").status_code == 404
    assert client.post(f"/warehouse/stocktake/{other.id}/counts/{line.id}", data={"counted": "1"}).status_code == 404


def _work(url: str, tenant: int) -> None:
    """A worker of its own process, for being killed."""
    Drain(Database(url, SECRET), Hooks(boot()), lease=0.5).company(tenant, seconds=600)


def test_a_worker_killed_in_five_thousand_lines_loses_nothing_and_does_nothing_twice(
    context: Context,
    warehouse: Warehouse,
    stocktake: Stocktake,
    database: Database,
    database_url: str,
    tmp_path: Path,
) -> None:
    products = insert_many(context, Product, [{"name": f"Phụ tùng {n:05}", "code": f"PT-{n:05}"} for n in range(MANY)])
    came = [
        Movement(product=one.id, warehouse=warehouse.id, quantity=Decimal(5), value=Decimal(5_000)) for one in products
    ]
    ledger.post(context, ("warehouse.goods_receipt", uuid4()), "NK-1", context.today(), came)
    assert taking_stock.fill(context, stocktake) == MANY
    table = Count.__table__
    context.session.execute(sa.update(table).where(table.c.tenant_id == context.tenant).values(counted=3))
    update(context, stocktake, {"state": "approved"})
    have_modules(context, database)
    context.session.commit()
    worker = get_context("spawn").Process(target=_work, args=(database_url, context.tenant))
    worker.start()
    while (left := taking_stock.progress(context, stocktake.id).left) > MANY - 5 * adjusting.TOGETHER:
        assert worker.is_alive()
        context.session.rollback()
        time.sleep(0.02)
    worker.kill()
    worker.join()
    assert 0 < left < MANY
    context.session.execute(sa.update(Job).where(Job.tenant_id == context.tenant).values(available_at=sa.func.now()))
    context.session.commit()
    work_off(context, database, tmp_path)
    mine = (Entry.tenant_id == context.tenant, Entry.record_id == stocktake.id)
    entries = sa.select(sa.func.count(), sa.func.count(Entry.line_id.distinct()), sa.func.sum(Entry.quantity))
    assert list(context.session.execute(entries.where(*mine)).one()) == [MANY, MANY, -2 * MANY]
    stocks = sa.select(sa.func.min(Stock.on_hand), sa.func.max(Stock.on_hand), sa.func.sum(Stock.value))
    assert list(context.session.execute(stocks.where(Stock.tenant_id == context.tenant)).one()) == [3, 3, 3_000 * MANY]
    parts = sa.select(sa.func.sum(StockPart.quantity)).where(StockPart.tenant_id == context.tenant)
    assert context.session.scalar(parts) == 3 * MANY
