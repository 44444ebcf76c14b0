"""Points for what customers are and do (SCO-02 … SCO-11), entered once, taken back when it no longer holds."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import sqlalchemy as sa

from core.db.database import Database
from core.sdk import Context, Customer, Transaction, TransactionType, create, delete, enqueue, restore, update
from plugins.sales.selling import new_version
from plugins.scoring import api, ledger, levels, recomputing
from plugins.scoring.chapters import chapters
from plugins.scoring.models import Entry, Score, Signal
from tests.plugins.scoring.conftest import MILLION, Board

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)


def test_a_quote_gives_points_for_its_value_and_for_being_there(board: Board) -> None:
    board.rules(("quote_value", "", 20 * MILLION, 10), ("quote_value", "", 80 * MILLION, 30), ("quote_count", "", 0, 5))
    small, large = board.quote(20 * MILLION), board.quote(81 * MILLION)
    board.quote(19 * MILLION)
    board.work()
    assert board.score()[0] == 10 + 30 + 3 * 5
    update(board.context, small, {"goods": [{"name": "Máy", "quantity": Decimal(1), "price": Decimal(90 * MILLION)}]})
    newer = new_version(board.context, large.id)
    board.work()
    assert newer is not None
    assert board.score()[0] == 30 + 30 + 3 * 5
    assert ("quote_value", -10) in board.entries()
    delete(board.context, [small])
    board.work()
    assert board.score()[0] == 30 + 2 * 5
    restore(board.context, [small])
    board.work()
    assert board.score()[0] == 30 + 30 + 3 * 5


def test_an_opportunity_gives_the_points_of_the_stage_it_is_in(board: Board) -> None:
    first, second, *_rest, lost = board.stages()
    board.rules(
        *(("opportunity_stage", str(one.id), 0, points) for one, points in ((first, 10), (second, 25), (lost, -5)))
    )
    opportunity = board.opportunity(first)
    board.work()
    assert board.entries() == [("opportunity_stage", 10)]
    for stage, score in ((second, 25), (first, 10), (second, 25), (lost, -5)):
        update(board.context, opportunity, {"stage": stage.id}, answered=True)
        board.work()
        assert board.score()[0] == score
    other = create(board.context, Customer, {"name": "Anh Nam"})
    update(board.context, opportunity, {"customer": other.id})
    board.work()
    assert (board.score()[0], board.score(other)[0]) == (0, -5)


def test_groups_and_transactions_give_points(board: Board) -> None:
    vip, shop = board.group("Nhóm 1", 20), board.group("Cửa hàng", 5)
    advice = create(board.context, TransactionType, {"name": "Tư vấn"})
    board.rules(("transaction_type", str(advice.id), 0, 15))
    update(board.context, board.lan, {"groups": [vip.id, shop.id]})
    said = {"name": "Gọi tư vấn", "customer": board.lan.id, "type": advice.id, "starts": MONDAY, "ends": MONDAY}
    transaction = create(board.context, Transaction, said)
    board.work()
    assert board.score()[0] == 25
    update(board.context, transaction, {"state": "carried_out"})
    update(board.context, board.lan, {"groups": [shop.id]})
    board.work()
    assert board.score()[0] == 5 + 15
    update(board.context, shop, {"points": 7})
    board.work()
    assert board.score()[0] == 7 + 15
    delete(board.context, [shop])
    board.work()
    assert board.score()[0] == 15


def test_what_was_entered_is_not_entered_again(board: Board) -> None:
    board.rules(("quote_count", "", 0, 5))
    quotes = [board.quote(MILLION) for _time in range(3)]
    board.work()
    before = board.entries()
    for _time in range(2):
        enqueue(board.context, "sales.quote.changed", {"entity": "sales.quote", "id": str(quotes[0].id), "values": {}})
        recomputing.ask(board.context)
        board.work()
    assert board.entries() == before == [("quote_count", 5)] * 3
    board.rules(("quote_count", "", 0, 8))
    board.work()
    assert board.score()[0] == 24


def test_two_workers_at_once_enter_each_point_once(board: Board, database: Database) -> None:
    board.rules(("quote_count", "", 0, 5))
    others = [create(board.context, Customer, {"name": f"Khách {number}"}) for number in range(4)]
    quotes = [board.quote(MILLION, one.id) for one in others for _time in range(3)]
    board.context.session.commit()
    ids, customers = [one.id for one in quotes], [one.id for one in others]

    def settle(who: int) -> None:
        for one in ids if who else reversed(ids):
            with database.session(board.context.tenant) as session:
                turn = replace(board.context, session=session, cache={})
                ledger.settle_records(turn, "sales.quote", [one])
                if who:
                    ledger.settle_customers(turn, customers)
                session.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(settle, (0, 1, 0, 1)))
    assert len(board.entries()) == len(quotes)
    assert [board.score(one)[0] for one in others] == [15] * 4


def test_other_modules_tell_what_customers_did(board: Board, stranger: Context) -> None:
    board.rules(
        ("email_open", "", 0, 2), ("email_click", "", 0, 5), ("campaign_status", "opened", 0, 3),
        ("campaign_status", "unsubscribed", 0, -20), ("campaign_action", "Submitform", 0, 10), ("web_time", "", 3, 4),
        ("web_time", "", 10, 9), ("web_page", "/bang-gia", 0, 6),
    )  # fmt: skip
    context, lan = board.context, board.lan.id
    for _time in range(2):
        api.record(context, api.EMAIL_OPEN, lan, "thư 1", about="Thư mời")
    api.record(context, api.EMAIL_CLICK, lan, "thư 1")
    api.record(context, api.CAMPAIGN_ACTION, lan, "chiến dịch 1/form", value="Submitform")
    api.record(context, api.WEB_PAGE, lan, "lượt 1", value="https://example.com/bang-gia/?utm=1")
    api.record(context, api.WEB_TIME, lan, "lượt 1", minutes=4)
    api.record(context, api.CAMPAIGN_STATUS, lan, "chiến dịch 1", value="opened", at=MONDAY)
    board.work()
    assert board.score()[0] == 2 + 5 + 10 + 6 + 4 + 3
    api.record(context, api.WEB_TIME, lan, "lượt 1", minutes=12)
    api.record(context, api.CAMPAIGN_STATUS, lan, "chiến dịch 1", value="unsubscribed", at=MONDAY + timedelta(hours=1))
    api.record(context, api.CAMPAIGN_STATUS, lan, "chiến dịch 1", value="opened", at=MONDAY)  # late
    for nobody in (uuid4(), create(stranger, Customer, {"name": "Người lạ"}).id):
        api.record(context, api.EMAIL_OPEN, nobody, f"thư của {nobody}")
    stranger.session.commit()
    board.work()
    assert board.score()[0] == 2 + 5 + 10 + 6 + 9 - 20
    signals = context.session.scalars(sa.select(Signal.customer_id).where(Signal.tenant_id == context.tenant))
    assert set(signals) == {lan}
    with pytest.raises(ValueError, match="fax"):
        api.record(context, "fax", lan, "một")


def test_a_score_that_nothing_moves_fades_once(board: Board) -> None:
    board.rules(("quote_count", "", 0, 50))
    quote = board.quote(MILLION)
    board.work()
    levels.save(board.context, (10, 20, 30, 40, 50), decay_percent=10, decay_days=30)
    board.work()
    assert board.score() == (50, "5")
    assert ledger.fade(board.context) == 0
    long_ago = sa.func.now() - timedelta(days=31)
    board.context.session.execute(
        sa.update(Score).where(Score.tenant_id == board.context.tenant).values(moved_at=long_ago)
    )
    for _time in range(2):
        enqueue(board.context, "scoring.fade")
        board.work()
    assert board.score() == (45, "4")
    assert board.entries() == [("quote_count", 50), ("decay", -5)]
    delete(board.context, [quote])
    board.work()
    assert board.score() == (0, None)
    recomputing.ask(board.context)
    board.work()
    assert board.score() == (0, None)


def test_without_sales_the_rest_gives_points_and_what_sales_gave_stays(board: Board) -> None:
    vip = board.group("Nhóm 1", 20)
    board.rules(("quote_count", "", 0, 5), ("email_open", "", 0, 2))
    board.quote(MILLION)
    update(board.context, board.lan, {"groups": [vip.id]})
    board.work()
    without = replace(board.context, active=board.context.active - {"sales"}, cache={})
    ledger.settle_customers(without, [board.lan.id])
    assert board.score()[0] == 25
    found = {kind for one in chapters(without) for kind in one.kinds}
    assert "opportunity_stage" not in found


def test_scores_are_the_sum_of_the_ledger_however_things_went(board: Board) -> None:
    chance = random.Random(7)  # the same walk each time
    stages = board.stages()
    board.rules(*(("opportunity_stage", str(one.id), 0, 10 * place - 15) for place, one in enumerate(stages)))
    groups = [board.group(f"Nhóm {number}", number * 3) for number in range(1, 4)]
    people = [board.lan, create(board.context, Customer, {"name": "Anh Nam"})]
    board.context.session.commit()
    deals = [board.opportunity(chance.choice(stages), chance.choice(people).id) for _time in range(4)]
    for _time in range(25):
        deal, person = chance.choice(deals), chance.choice(people)
        values = chance.choice(({"stage": chance.choice(stages).id}, {"customer": person.id}))
        update(board.context, deal, values, answered=True)
        update(board.context, person, {"groups": [one.id for one in groups if chance.random() < 0.5]})
        if chance.random() < 0.6:
            ledger.settle_records(board.context, "sales.opportunity", [deal.id])
            ledger.settle_records(board.context, "core.customer", [person.id])
    ledger.settle_customers(board.context, [one.id for one in people])
    worth = {one.id: 10 * place - 15 for place, one in enumerate(stages)}
    links = Customer.__links__["groups"]
    for person in people:
        mine = set(
            board.context.session.scalars(
                sa.select(links.c.right_id).where(
                    links.c.tenant_id == board.context.tenant, links.c.left_id == person.id
                )
            )
        )
        wanted = sum(worth[one.stage_id] for one in deals if one.customer_id == person.id)
        wanted += sum(one.points for one in groups if one.id in mine)
        assert board.score(person)[0] == wanted == sum(points for _kind, points in board.entries(person))
    lines = len(board.entries())
    ledger.settle_customers(board.context, [one.id for one in people])
    assert len(board.entries()) == lines
    turns = sa.select(sa.func.count()).select_from(Entry).where(Entry.tenant_id == board.context.tenant)
    assert board.context.session.scalar(turns) == lines
