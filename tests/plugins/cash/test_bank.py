"""Transfers are known once, and find the document they pay."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core import sdk
from core.context import Context
from core.entity.errors import InvalidError
from core.files.storage import DiskStorage
from core.i18n import use_locale
from core.printing.documents import documents, print_of
from plugins.cash import bank
from plugins.cash.models import BankLine, Fund, Receipt, Terms

from .conftest import Till

SEPAY = {
    "id": 92704, "gateway": "Vietcombank", "transactionDate": "2026-03-02 14:02:37", "accountNumber": "0011001234567",
    "content": "MBVCB.3278907687.DH202600042 chuyen tien", "transferType": "in", "transferAmount": 2277000,
    "referenceCode": "FT26061123",
}  # fmt: skip
CASSO = {
    "error": 0,
    "data": [
        {"id": 1, "tid": "BANK_1", "description": "tra no", "amount": 79000, "when": "2026-03-02 00:34:57"},
        {"id": 2, "tid": "BANK_2", "description": "phi", "amount": -11000, "when": "2026-03-02 00:34:57"},
    ],
}


def _lines(context: Context) -> list[BankLine]:
    return list(context.session.scalars(sa.select(BankLine).where(BankLine.tenant_id == context.tenant)))


def test_the_messages_of_feed_services_are_read(till: Till) -> None:
    zone = till.context.company.zone
    assert [(one.reference, int(one.amount)) for one in bank.read_feed(SEPAY, zone)] == [("FT26061123", 2277000)]
    assert [(one.reference, int(one.amount)) for one in bank.read_feed(CASSO, zone)] == [("BANK_1", 79000)]
    assert not bank.read_feed({**SEPAY, "transferType": "out"}, zone)
    for wrong in (None, "x", [1], {}, {**SEPAY, "transferAmount": "NaN"}, {**SEPAY, "transactionDate": "hôm nay"}):
        with pytest.raises(InvalidError):
            bank.read_feed(wrong, zone)


def test_a_transfer_pays_the_document_its_note_names(till: Till, app: Flask, client: FlaskClient) -> None:
    stay, other = till.stay(2_277_000, name="DH-2026-00042"), till.stay(500_000, name="DH-2026-00043")
    till.context.session.commit()
    page = client.post(f"/cash/feed/{till.bank.id}").get_data(as_text=True)
    address = page.split("data-copy-text=")[1].split('"')[1].replace("http://localhost", "")
    service = app.test_client()
    for _turn in range(2):
        assert service.post(address, json=SEPAY).status_code == 200
    assert service.post(address, json={"hello": 1}).status_code == 422
    assert service.post(f"{address}x", json=SEPAY).status_code == 404
    till.context.session.rollback()
    till.context.session.expire_all()
    (line,) = _lines(till.context)
    assert (line.state, till.paid(stay), till.paid(other)) == ("matched", 2_277_000, 0)
    receipt = till.context.session.scalars(sa.select(Receipt).where(Receipt.tenant_id == till.context.tenant)).one()
    assert (receipt.state, receipt.fund_id, receipt.customer_id) == ("paid", till.bank.id, till.lan.id)
    client.post(f"/cash/feed/{till.bank.id}")
    assert service.post(address, json=SEPAY).status_code == 404  # another address was made


def test_what_fits_nothing_waits_for_a_click(till: Till, client: FlaskClient) -> None:
    stay = till.stay(900_000, name="DH-2026-00050")
    rows = [("A1", 900_000, "tien hang"), ("A2", 400_000, "DH 2026 00050 dot 1"), ("A3", 7, "lai")]
    at = datetime(2026, 3, 2, 7, tzinfo=UTC)
    told = [bank.Told(reference, at, Decimal(amount), text) for reference, amount, text in rows]
    lines = {one.reference: one for one in bank.receive(till.context, till.bank, told)}
    till.context.session.commit()
    assert {one.state for one in lines.values()} == {"unmatched"}
    assert [one.number for one in bank.suggestions(till.context, lines["A2"])] == ["DH-2026-00050"]
    place = f"/cash/match/{lines['A2'].id}"
    assert "DH-2026-00050" in client.get(place).get_data(as_text=True)
    assert client.post(place, data={"document": f"kennel.stay/{stay.id}"}).status_code == 302
    assert client.post(place, data={"document": f"kennel.stay/{stay.id}"}).status_code == 422  # it is done
    client.post(f"/cash/match/{lines['A3'].id}", data={"document": ""})
    till.context.session.rollback()
    till.context.session.expire_all()
    assert till.paid(stay) == 400_000
    assert {one.reference: one.state for one in _lines(till.context)} == {
        "A1": "unmatched", "A2": "matched", "A3": "ignored",
    }  # fmt: skip


def test_told_by_eight_at_once_a_transfer_counts_once(
    till: Till, make_context: Callable[..., Context], context: Context
) -> None:
    stay = till.stay(2_277_000, name="DH-2026-00042")
    till.context.session.commit()
    people, fund_id = [make_context(context.company, name=f"Cổng {n}") for n in range(8)], till.bank.id
    told = bank.read_feed(SEPAY, context.company.zone)

    def tell(person: Context) -> None:
        bank.receive(person, sdk.get(person, Fund, fund_id), told)
        person.session.commit()

    with ThreadPoolExecutor(len(people)) as pool:
        list(pool.map(tell, people))
    till.context.session.rollback()
    assert (len(_lines(till.context)), till.paid(stay)) == (1, 2_277_000)


def paper(context: Context, receipt: Receipt, folder: Path) -> str:
    """A receipt on form 01-TT, before it is drawn."""
    resource = context.resource(Receipt)
    with use_locale("vi"):
        return documents(context, DiskStorage(folder), resource, print_of(resource, "form"), [receipt])[0]


def test_pages_show_books_debts_and_papers(till: Till, client: FlaskClient, tmp_path: Path) -> None:
    stay = till.stay(800_000, name="DH-2026-00060")
    receipt = till.receipt(300_000, stay, on=till.context.today(), reason="Đặt cọc")
    sdk.create(till.context, Terms, {"customer": till.lan.id, "limit": Decimal(100_000)})
    till.context.session.commit()

    def text(url: str, **given: Any) -> str:
        answer = client.get(url, **given)
        assert answer.status_code == 200, url
        return answer.get_data(as_text=True)

    book = text(f"/cash/book?fund={till.box.id}")
    assert all(one in book for one in (receipt.number, "1.000.000", "1.300.000"))
    ledger = text("/cash/debts")
    assert all(one in ledger for one in ("Chị Lan", "500.000", "Vượt hạn mức"))
    assert "DH-2026-00060" in text(f"/cash/debts/{till.lan.id}")
    assert "amount=500000" in text(f"/kennel/stays/{stay.id}")
    assert "DH-2026-00060" in text(f"/cash/voucher/receipt/{receipt.id}/divide")
    printed = paper(till.context, receipt, tmp_path)
    assert all(one in printed for one in ("Mẫu số 01-TT", "Người nộp tiền", "Ba trăm nghìn đồng", receipt.number))
    assert client.get(f"/cash/receipts/{receipt.id}/print/form/pdf").data.startswith(b"%PDF")
    part = f"part.kennel.stay/{stay.id}"
    assert client.post(f"/cash/voucher/receipt/{receipt.id}/divide", data={part: "900000"}).status_code == 422
    assert client.post(f"/cash/voucher/receipt/{receipt.id}/divide", data={part: "200000"}).status_code == 302
    assert client.post("/cash/closing", data={"until": "2999-01-01"}).status_code == 422
    assert client.post(f"/cash/voucher/receipt/{receipt.id}/cancel").status_code == 302
    till.context.session.rollback()
    till.context.session.expire_all()
    assert (receipt.state, till.paid(stay)) == ("cancelled", 0)


def test_the_demo_is_a_month_of_money(context: Context) -> None:
    context.hooks.module_on(context, "cash")
    sdk.create_many(context, sdk.Customer, [{"name": f"Khách {n}"} for n in range(3)])
    context.hooks.demo(context, "cash")
    assert len(_lines(context)) == 2
