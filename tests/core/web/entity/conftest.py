"""What the tests of pages share: records made quickly, and requests as htmx sends them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.context import Context
from core.customers.models import Contact, Customer
from core.entity import service
from core.testing import limited

HTMX = {"HX-Request": "true"}


class Pages:
    """A browser that asks for whole pages or, like htmx, for parts of them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, url: str, status: int = 200, **options: Any) -> str:
        answer = self.client.get(url, **options)
        assert answer.status_code == status, (url, answer.status_code, answer.get_data(as_text=True)[:2000])
        # Amounts are kept on one line by a space that does not break.
        return answer.get_data(as_text=True).replace("\xa0", " ")

    def part(self, url: str, status: int = 200) -> str:
        return self.get(url, status, headers=HTMX)

    def post(self, url: str, status: int = 302, /, **form: Any) -> TestResponse:
        answer = self.client.post(url, data=form)
        assert answer.status_code == status, (url, answer.status_code, answer.get_data(as_text=True)[:2000])
        return answer

    def send(self, url: str, status: int = 200, /, **form: Any) -> TestResponse:
        """Post as htmx does."""
        answer = self.client.post(url, data=form, headers=HTMX)
        assert answer.status_code == status, (url, answer.status_code, answer.get_data(as_text=True)[:2000])
        return answer

    def titles(self, url: str) -> list[str]:
        """The titles of a list's rows, in their order."""
        return row_titles(self.get(url))


def row_titles(page: str) -> list[str]:
    return re.findall(r'<td class="key"><a href="[^"]*">([^<]*)</a>', page)


@pytest.fixture
def pages(client: FlaskClient) -> Pages:
    """The administrator's browser."""
    return Pages(client)


@pytest.fixture
def pages_of(
    make_client: Callable[..., FlaskClient], make_context: Callable[..., Context], context: Context
) -> Callable[..., Pages]:
    """The browser of a colleague who may do just this: ``pages_of(core_customer=["see"])``."""

    def make(**verbs: list[str]) -> Pages:
        grants = limited(**verbs)
        return Pages(make_client(make_context(context.company, grants=grants, name="Lê Văn Nhân Viên"), grants=grants))

    return make


@pytest.fixture
def strangers_pages(make_client: Callable[..., FlaskClient], stranger: Context) -> Pages:
    """The browser of another company's administrator."""
    return Pages(make_client(stranger))


@pytest.fixture
def customer(context: Context) -> Callable[..., Customer]:
    """Make a customer: ``customer("Nguyễn Văn An", mobile=…)``."""

    def make(name: str = "Nguyễn Văn An", **values: Any) -> Customer:
        made = service.create(context, Customer, {"name": name, **values})
        context.session.commit()
        return made

    return make


@pytest.fixture
def contact(context: Context) -> Callable[..., Contact]:
    """Make a contact of a customer."""

    def make(of: Customer, name: str = "Trần Thị Bé", **values: Any) -> Contact:
        made = service.create(context, Contact, {"name": name, "customer": of.id, **values})
        context.session.commit()
        return made

    return make


@pytest.fixture
def again(context: Context) -> Callable[[Any], Any]:
    """Read a record once more, as it is now in the database."""

    def read(record: Any, *, deleted: bool = False) -> Any:
        model, record_id = type(record), record.id
        context.session.rollback()
        context.session.expire_all()
        return service.get(context, model, record_id, deleted=deleted)

    return read
