"""The page of requests for access."""

from collections.abc import Callable

from flask.testing import FlaskClient

from core.access.requests import ask_by_key
from core.context import Context
from core.customers.models import Customer
from core.db.database import Database
from core.entity import service
from core.testing import limited_to
from core.testing.web import enrol


def test_a_number_is_written_as_everywhere_else(
    client: FlaskClient, context: Context, make_context: Callable[..., Context], database: Database
) -> None:
    service.create(context, Customer, {"name": "Công ty A", "mobile": "+84912345678"})
    context.session.commit()
    asker = enrol(database, make_context(context.company, grants=limited_to("own", core_customer=["see"])))
    ask_by_key(asker, asker.resource(Customer), ("party.phone", "+84912345678"))
    asker.session.commit()
    page = client.get("/requests").get_data(as_text=True)
    assert "0912 345 678" in page
    assert "+84912345678" not in page
