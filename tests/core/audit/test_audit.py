"""Who did what in the company: what is written, how it is narrowed and paged, who may read it, and that it stays."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.exc import ProgrammingError

from core.access.attempts import Attempts
from core.access.login import Gate, SignInError, sign_in
from core.access.models import Role, User
from core.access.passwords import Passwords
from core.access.tokens import create_token
from core.audit.kinds import KINDS
from core.audit.log import Wanted, count, read
from core.context import Context, ForbiddenError, Grants
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service
from core.entity.customize import add_field
from core.entity.errors import InvalidError
from core.entity.tables import Change
from core.entity.timeline import ACTIONS
from core.sheets.exporter import export_csv
from core.sheets.importer import import_file

EVERYTHING = Wanted()
PASSWORD = "một mật khẩu đủ dài"  # of somebody who exists for one test


def actions(context: Context, wanted: Wanted = EVERYTHING) -> list[str]:
    return [one.change.action for one in read(context, wanted)]


def made(context: Context, name: str = "Chị Sáu") -> Customer:
    record = service.create(context, Customer, {"name": name})
    context.session.commit()
    return record


def test_daily_work_is_not_in_it_and_what_somebody_answers_for_is(context: Context) -> None:
    customer = made(context)
    service.update(context, customer, {"sector": "Chè"})
    export_csv(context, context.resource(Customer), io.BytesIO())
    service.delete(context, [customer])
    service.create(context, Role, {"name": "Thủ kho"})
    add_field(context, context.resource(Customer), "Biệt danh", "text")
    assert context.user is not None
    create_token(context, context.user.id, name="Kho")
    import_file(context, context.resource(Customer), "Tên khách hàng\nBa\nTư\n".encode(), "kh.csv")
    assert actions(context) == ["import_done", "token_made", "field_added", "created", "deleted", "exported"]
    newest = read(context, Wanted(kind="import"))[0]
    assert [(str(title), new) for title, _old, new in newest.details][1][1] == "2"


def test_it_is_narrowed_by_sort_person_entity_and_day(context: Context, make_context: Callable[..., Context]) -> None:
    other = make_context(context.company, name="Lê Văn Hai")
    service.delete(context, [made(context)])
    service.delete(other, [made(other, "Anh Ba")])
    context.session.commit()
    other.session.commit()
    assert other.user is not None
    assert actions(context, Wanted(kind="deletion")) == ["deleted", "deleted"]
    assert [one.change.record_title for one in read(context, Wanted(person=other.user.id))] == ["Anh Ba"]
    assert actions(context, Wanted(entity="core.role")) == []
    today = context.today()
    assert len(actions(context, Wanted(first=today, last=today))) == 2
    assert actions(context, Wanted(last=today - timedelta(days=2))) == []
    assert actions(context, Wanted(first=today + timedelta(days=2))) == []
    assert count(context, Wanted(kind="deletion"), 1) == 1


def test_pages_follow_one_another_without_a_gap(context: Context) -> None:
    for number in range(7):
        service.delete(context, [made(context, f"Khách {number}")])
    context.session.commit()
    seen, before = [], None
    while found := read(context, Wanted(), limit=3, before=before):
        seen += [one.change.record_title for one in found]
        before = found[-1].change.id
    assert seen == [f"Khách {number}" for number in reversed(range(7))]


@pytest.mark.parametrize("wanted", [Wanted(kind="gossip"), Wanted()])
def test_conditions_that_mean_nothing_are_named(context: Context, wanted: Wanted) -> None:
    today = context.today()
    wrong = wanted if wanted.kind else Wanted(first=today, last=today - timedelta(days=1))
    with pytest.raises(InvalidError):
        read(context, wrong)


def test_sign_ins_are_written_and_those_that_failed(context: Context, database: Database) -> None:
    gate = Gate(Passwords(), Attempts())
    user = service.create(context, User, {"name": "Phạm Cảnh", "email": "canh@example.com"})
    user.password_hash = gate.passwords.hash(PASSWORD)
    context.session.commit()
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    given = {"gate": gate, "agent": agent, "address": "203.0.113.7"}
    with database.session(context.tenant) as session:
        sign_in(session, context.company, "canh@example.com", PASSWORD, **given)  # type: ignore[arg-type] # by name
        session.commit()
        for email in ("canh@example.com", "một-mật-khẩu-gõ-nhầm", "la@example.com"):
            with pytest.raises(SignInError):
                sign_in(session, context.company, email, "sai", **given)  # type: ignore[arg-type] # by name
    lines = read(context, Wanted(kind="sign_in"))
    found = [one.change for one in lines]
    assert [one.action for one in found] == ["sign_in_failed"] * 3 + ["signed_in"]
    assert {new for _title, _old, new in lines[-1].details} == {"203.0.113.7", "Firefox · Windows"}
    assert [one.values["email"][1] for one in found[:3]] == ["l…@example.com", "…", "canh@example.com"]
    assert (found[2].user_id, found[1].user_id) == (user.id, None)


def test_everything_it_can_be_narrowed_to_has_words() -> None:
    assert {action for kind in KINDS for action in kind.actions} - ACTIONS.keys() <= {
        "rule_made", "rule_changed", "rule_on", "rule_off", "rule_deleted", "rules_ordered"
    }  # fmt: skip


def test_nobody_can_change_or_remove_a_line(context: Context) -> None:
    made(context)
    for statement in (sa.update(Change).values(user_name="x"), sa.delete(Change)):
        with pytest.raises(ProgrammingError):
            context.session.execute(statement.where(Change.tenant_id == context.tenant))
        context.session.rollback()


def test_only_administrators_read_it(
    context: Context,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
    stranger: Context,
) -> None:
    service.delete(context, [made(context)])
    context.session.commit()
    nobody = make_context(context.company, grants=Grants())
    with pytest.raises(ForbiddenError):
        read(nobody, Wanted())
    colleague = make_client(nobody, grants=Grants())
    assert {colleague.get(f"/settings/audit{rest}").status_code for rest in ("", "/export", "?kind=x")} == {403}
    assert actions(stranger) == []


def test_the_page_shows_and_the_file_holds_the_same_lines(client: FlaskClient, context: Context) -> None:
    service.delete(context, [made(context, "=Chị Sáu")])
    context.session.commit()
    page = client.get("/settings/audit?kind=deletion").get_data(as_text=True)
    assert "=Chị Sáu" in page
    assert "đã chuyển vào thùng rác" in page.lower() or "thùng rác" in page
    file = client.get("/settings/audit/export?kind=deletion&format=csv").get_data(as_text=True)
    assert "'=Chị Sáu" in file
    assert client.get("/settings/audit/export?kind=deletion&format=xlsx").data.startswith(b"PK")
    assert actions(context, Wanted(entity="core.change")) == ["exported", "exported"]
    for bad in ("person=x", "kind=x", "first=x", "before=x"):
        assert client.get(f"/settings/audit?{bad}").status_code == 422
