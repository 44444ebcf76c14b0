"""One record is read by a statement known as text; the session keeps it as if the mapper had read it."""

import sqlalchemy as sa

from core.context import Context
from core.customers.models import Customer, Tag
from core.db.database import Database
from core.entity import service


def test_it_is_the_sessions_own_and_is_written_like_any_other(context: Context, database: Database) -> None:
    made = service.create(context, Customer, {"name": "An", "phones": [{"value": "+84912345678", "label": "Nhà"}]})
    key, version = made.id, made.version
    context.session.commit()
    with database.session(context.tenant) as session:
        assert not session.has(Customer, key)
    context.session.expunge_all()
    read = service.get(context, Customer, key)
    assert context.session.has(Customer, key)
    assert service.get(context, Customer, key) is read
    assert not context.session.dirty
    assert (read.name, read.phones, read.version) == ("An", [{"value": "+84912345678", "label": "Nhà"}], version)
    service.update(context, read, {"name": "An Phát"})
    context.session.commit()
    assert context.session.scalar(sa.select(Customer.version).where(Customer.id == key)) == version + 1


def test_what_is_waiting_to_be_written_is_found(context: Context) -> None:
    key = service.create(context, Customer, {"name": "An"}).id
    context.session.commit()
    context.session.expunge_all()
    tag = Tag(name="Mới", version=1)
    context.session.add(tag)
    assert service.get(context, Customer, key).name == "An"
    assert context.session.scalar(sa.select(Tag.name).where(Tag.id == tag.id)) == "Mới"


def test_one_that_was_read_before_a_commit_is_read_anew(context: Context, database: Database) -> None:
    made = service.create(context, Customer, {"name": "An"})
    key = made.id
    context.session.commit()
    with database.session(context.tenant) as session:
        session.execute(sa.update(Customer).where(Customer.id == key).values(name="Bình"))
        session.commit()
    assert service.get(context, Customer, key) is made
    assert made.name == "Bình"
