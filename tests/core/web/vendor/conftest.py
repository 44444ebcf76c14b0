"""An operator, and a browser they are signed in with."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.app import EXTENSION
from core.db.database import Database
from core.testing.installation import installation
from core.vendor.operators import OperatorCreated, create_operator
from core.web.vendor.door import COOKIE, PATH

registry, database_url, database, app = installation("kennel")  # the console looks at every company there is


@pytest.fixture
def make_operator(app: Flask, database: Database) -> Callable[[], OperatorCreated]:
    """Make operators."""

    def make() -> OperatorCreated:
        with database.vendor_session() as session, session.begin():
            email = f"{uuid4().hex[:12]}@vendor.example.com"
            return create_operator(session, email, "Trần Vận Hành", passwords=app.extensions[EXTENSION].doors.passwords)

    return make


@pytest.fixture
def operator(make_operator: Callable[[], OperatorCreated]) -> OperatorCreated:
    """An operator and their password."""
    return make_operator()


@pytest.fixture
def console(app: Flask, operator: OperatorCreated) -> FlaskClient:
    """A browser that the operator signed in with."""
    browser = app.test_client()
    answer = browser.post(f"{PATH}/login", data={"email": operator.operator.email, "password": operator.password})
    assert answer.status_code == 302, answer.text
    assert browser.get_cookie(COOKIE, path=PATH)
    return browser
