"""An old value of one field, back again: as a change like any other."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.context import Context, ForbiddenError, Grants
from core.customers.models import Customer, Tag
from core.entity import service
from core.entity.errors import MissingError, StaleError
from core.entity.restoring import restore_value
from core.entity.tables import Change
from core.testing import limited


def changed(context: Context, **values: object) -> tuple[Customer, UUID]:
    """A customer who was changed once, and the line that tells of it."""
    record = service.create(context, Customer, {"name": "Chị Sáu", "sector": "Chè", "mobile": "+84912345678"})
    service.update(context, record, values or {"sector": "Trà", "mobile": None})
    context.session.commit()
    return record, last(context, record).id


def last(context: Context, record: Customer) -> Change:
    statement = sa.select(Change).where(Change.tenant_id == context.tenant, Change.record_id == record.id)
    return context.session.scalars(statement.order_by(Change.id.desc()).limit(1)).one()


def test_one_field_gets_its_old_value_and_the_log_says_so(context: Context) -> None:
    record, line = changed(context)
    assert str(restore_value(context, record, line, "mobile", version=2)) == "Di động"
    assert (record.mobile, record.sector) == ("+84912345678", "Trà")
    assert last(context, record).values == {"mobile": [None, "+84912345678"]}
    assert restore_value(context, record, line, "mobile") is None  # it is so already


def test_links_come_back_too(context: Context) -> None:
    tags = [service.create(context, Tag, {"name": name}).id for name in ("Vip", "Nợ")]
    record = service.create(context, Customer, {"name": "Chị Sáu", "tags": tags})
    service.update(context, record, {"tags": []})
    restore_value(context, record, last(context, record).id, "tags")
    context.session.expire_all()
    assert {one.name for one in record.tags} == {"Vip", "Nợ"}


def test_whoever_edited_meanwhile_is_not_overwritten(context: Context) -> None:
    record, line = changed(context)
    service.update(context, record, {"note": "mới"})
    with pytest.raises(StaleError):
        restore_value(context, record, line, "sector", version=2)


@pytest.mark.parametrize("field", ["name", "nothing", "owner", "version"])
def test_a_line_that_does_not_tell_of_a_field_restores_none(context: Context, field: str) -> None:
    record, line = changed(context)
    with pytest.raises(MissingError):
        restore_value(context, record, line, field)


def test_lines_of_other_records_and_companies_are_not_there(context: Context, stranger: Context) -> None:
    record, _line = changed(context)
    _other, elsewhere = changed(context)
    _theirs, foreign = changed(stranger)
    for line in (elsewhere, foreign, uuid4()):
        with pytest.raises(MissingError):
            restore_value(context, record, line, "sector")


def test_limits_of_roles_hold(context: Context, make_context: Callable[..., Context]) -> None:
    record, line = changed(context)
    looker = make_context(context.company, grants=limited(core_customer=["see"]))
    with pytest.raises(ForbiddenError):
        restore_value(looker, service.get(looker, Customer, record.id), line, "sector")
    verbs = limited(core_customer=["see", "edit"]).verbs
    blind = make_context(context.company, grants=Grants(verbs=verbs, fields={"core.customer": {"sector": "hidden"}}))
    with pytest.raises(MissingError):
        restore_value(blind, service.get(blind, Customer, record.id), line, "sector")


def test_the_timeline_offers_it_to_whoever_may_edit(
    context: Context, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient], client: FlaskClient
) -> None:
    record, line = changed(context)
    url = f"/customers/{record.id}/changes/{line}/restore?field=sector"
    assert url in client.get(f"/customers/{record.id}").get_data(as_text=True)
    assert client.post(url, data={"version": "2"}).status_code == 302
    assert client.post(url, data={"version": "2"}).status_code == 409
    grants = limited(core_customer=["see"])
    looker = make_client(make_context(context.company, grants=grants), grants=grants)
    assert "/restore?field" not in looker.get(f"/customers/{record.id}").get_data(as_text=True)
    assert looker.post(url).status_code == 403
