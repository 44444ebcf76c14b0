"""An operator's second factor: set up, asked for at the door, its recovery codes, and switched off."""

import html
import re
import time

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.access.codes import STEP
from core.db.database import Database
from core.vendor import second_factor
from core.vendor.operators import OperatorCreated
from core.web.vendor.door import PATH

HERE = f"{PATH}/second-factor"


def enrol(console: FlaskClient) -> tuple[str, list[str]]:
    """The secret of a second factor that the operator switches on, and the recovery codes."""
    page = console.get(HERE).text
    sealed = html.unescape(re.findall(r'name="sealed" value="([^"]+)"', page)[0])
    secret = re.findall(r'class="secret">([^<]+)<', page)[0].replace(" ", "")
    early = pyotp.TOTP(secret).generate_otp(int(time.time()) // STEP - 1)
    answer = console.post(HERE, data={"sealed": sealed, "code": early})
    assert answer.status_code == 200
    return secret, re.findall(r"<li><code>([^<]+)</code>", answer.text)


@pytest.fixture
def enrolled(console: FlaskClient) -> tuple[str, list[str]]:
    return enrol(console)


def halfway(app: Flask, operator: OperatorCreated) -> FlaskClient:
    """A browser after the right password."""
    browser = app.test_client()
    form = {"email": operator.operator.email, "password": operator.password, "next": f"{PATH}/plugins"}
    assert browser.post(f"{PATH}/login", data=form).headers["Location"] == f"{PATH}/login/code?next={PATH}/plugins"
    return browser


def test_the_password_alone_opens_nothing_and_the_code_does(
    app: Flask, operator: OperatorCreated, enrolled: tuple[str, list[str]]
) -> None:
    browser = halfway(app, operator)
    assert browser.get(f"{PATH}/companies").status_code == 302
    assert browser.post(f"{PATH}/login/code", data={"code": "000000"}).status_code == 422
    code = pyotp.TOTP(enrolled[0]).now()
    answer = browser.post(f"{PATH}/login/code", data={"code": code, "next": f"{PATH}/plugins"})
    assert answer.headers["Location"] == f"{PATH}/plugins"
    assert browser.get(f"{PATH}/companies").status_code == 200
    assert halfway(app, operator).post(f"{PATH}/login/code", data={"code": code}).status_code == 422


def test_a_recovery_code_lets_in_once(app: Flask, operator: OperatorCreated, enrolled: tuple[str, list[str]]) -> None:
    statuses = [
        halfway(app, operator).post(f"{PATH}/login/code", data={"code": enrolled[1][0]}).status_code for _ in range(2)
    ]
    assert statuses == [302, 422]


def test_without_a_right_password_there_is_nothing_to_give_a_code_for(visitor: FlaskClient) -> None:
    answer = visitor.post(f"{PATH}/login/code", data={"code": "123456"})
    assert answer.headers["Location"] == f"{PATH}/login"


def test_a_wrong_code_switches_nothing_on(console: FlaskClient) -> None:
    page = console.get(HERE).text
    sealed = html.unescape(re.findall(r'name="sealed" value="([^"]+)"', page)[0])
    assert console.post(HERE, data={"sealed": sealed, "code": "000000"}).status_code == 422
    assert console.post(HERE, data={"sealed": "x", "code": "000000"}).status_code == 422
    assert 'name="sealed"' in console.get(HERE).text


def test_new_codes_and_switching_off_ask_for_the_password(
    console: FlaskClient, operator: OperatorCreated, enrolled: tuple[str, list[str]]
) -> None:
    assert 'name="sealed"' not in console.get(HERE).text
    for page in ("codes", "off"):
        assert console.get(f"{HERE}/{page}").status_code == 200
        assert console.post(f"{HERE}/{page}", data={"password": "sai"}).status_code == 422
    renewed = console.post(f"{HERE}/codes", data={"password": operator.password}).text
    assert enrolled[1][0] not in renewed
    assert console.post(f"{HERE}/off", data={"password": operator.password}).headers["Location"] == HERE
    assert 'name="sealed"' in console.get(HERE).text
    log = console.get(f"{PATH}/log").text
    assert log.count(operator.operator.email) >= 4


def test_whoever_lost_phone_and_paper_is_helped_on_the_server(
    console: FlaskClient, database: Database, operator: OperatorCreated, enrolled: tuple[str, list[str]]
) -> None:
    assert enrolled
    with database.vendor_session() as session, session.begin():
        assert second_factor.reset(session, operator.operator.email.upper())
        assert not second_factor.reset(session, operator.operator.email)
    assert 'name="sealed"' in console.get(HERE).text
