"""Every statement of the request path on a company's table says ``tenant_id =``: a cluster routes by it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from sqlalchemy import event

from core.access import second_factor, tickets
from core.access.attempts import Attempts
from core.access.identify import enter, identify
from core.access.keys import read_key
from core.access.login import Gate, SignedIn, forget_expired, give_code, sessions, sign_in, sign_out
from core.access.password_links import set_by_link
from core.access.passwords import Passwords
from core.access.people import change_password, create_user
from core.access.tokens import company_tokens, create_token, revoke_token, tokens
from core.access.vault import Vault
from core.context import Context
from core.customers.models import Contact, Customer
from core.db.base import tenant_tables
from core.db.database import Database
from core.entity import service
from core.plugin.enablement import modules, switch_off, switch_on
from core.plugin.facade import Hooks
from core.vendor.overview import companies_overview
from core.vendor.service import create_company

NAMED = re.compile(r"tenant_id\s*=|\btenant_id\)? IN ", re.IGNORECASE)
TABLE = re.compile(rf"\b({'|'.join(table.name for table in tenant_tables())})\b")


@pytest.fixture
def unnamed(database: Database) -> Iterator[list[str]]:
    """The statements on companies' tables that did not name one."""
    found: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        text = " ".join(statement.split())
        if TABLE.search(text) and not NAMED.search(text) and not text.startswith("INSERT INTO"):
            found.append(text)

    event.listen(database.engine, "before_cursor_execute", look)
    yield found
    event.remove(database.engine, "before_cursor_execute", look)


def test_the_guard_sees_a_statement_without_a_company(database: Database, unnamed: list[str]) -> None:
    with database.reader() as connection:
        connection.execute(sa.text("SELECT id FROM core_customer"))
    assert unnamed == ["SELECT id FROM core_customer"]


def records(context: Context) -> None:
    source = service.create(context, Customer, {"name": "Khách quen"})
    contact = service.create(context, Contact, {"name": "Anh Tuấn", "customer": source.id})
    service.update(context, contact, {"name": "Anh Tú"}, version=contact.version)
    assert contact.customer.name == "Khách quen"
    service.delete(context, [contact])
    service.restore(context, [contact])
    context.session.commit()
    assert service.get(context, Contact, contact.id).name == "Anh Tú"


def people(context: Context) -> None:
    gate = Gate(Passwords(), Attempts())
    user = create_user(context, "lan@example.com", "mật khẩu dài", passwords=gate.passwords)
    context.session.commit()
    signed_in = sign_in(
        context.session, context.company, user.email, "mật khẩu dài", gate=gate, agent="", address="192.0.2.1"
    )
    context.session.commit()
    assert isinstance(signed_in, SignedIn)
    identity = identify(context.session, context.hooks.registry, read_key(signed_in.key))
    assert identity is not None
    own = identity.context(context.session, context.hooks)
    change_password(own, "mật khẩu dài", "mật khẩu mới", gate=gate, address="192.0.2.1", keep=identity.key_id)
    token = create_token(own, user.id)
    assert identify(context.session, context.hooks.registry, read_key(token.text))
    assert len(sessions(own, user.id)) == len(tokens(own, user.id)) == 1
    revoke_token(own, user.id, token.id)
    sign_out(context.session, signed_in.key)
    forget_expired(context)


def second_steps(context: Context) -> None:
    gate, vault = Gate(Passwords(), Attempts()), Vault("bí mật")
    assert context.user is not None
    enrolment = second_factor.begin(context, vault)
    codes = second_factor.switch_on(context, vault, enrolment, pyotp.TOTP(enrolment.secret).now())
    second_factor.require_of_everybody(context, on=True)
    assert second_factor.state(context, context.user.id).required
    assert second_factor.people_without(context) == []
    key = tickets.issue(context.session, context.user.id, tickets.CODE, timedelta(minutes=1))
    assert give_code(context.session, key, codes[0], gate=gate, vault=vault, agent="", address="192.0.2.1")
    link = tickets.issue(context.session, context.user.id, tickets.PASSWORD, timedelta(minutes=1))
    assert set_by_link(context, link, "mật khẩu mới", gate=gate)
    second_factor.renew_codes(context)
    second_factor.reset(context, context.user.id)
    tickets.forget_expired(context)
    company_tokens(context)


def switching(context: Context) -> None:
    assert enter(context.session, context.hooks, source="job")
    switch_on(context, "core")
    modules(context)
    with pytest.raises(RuntimeError):
        switch_off(context, "core")


@pytest.mark.parametrize("work", [records, people, second_steps, switching], ids=lambda work: work.__name__)
def test_each_statement_names_its_company(
    context: Context, unnamed: list[str], work: Callable[[Context], None]
) -> None:
    work(context)
    context.session.commit()
    assert unnamed == []


def test_the_vendors_work_in_a_company_names_it(database: Database, hooks: Hooks, unnamed: list[str]) -> None:
    create_company(
        database, hooks, "lotus-named", "Lotus", bundle="starter", admin_email="a@example.com", passwords=Passwords()
    )
    companies_overview(database, hooks.registry)
    assert unnamed == []
