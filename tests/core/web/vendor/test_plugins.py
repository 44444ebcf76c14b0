"""Plugins in the console: which run, which do not and why, what they cost, and what taking one away would touch."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.app import EXTENSION
from core.context import CompanyInfo, Context
from core.db.database import Database
from core.plugin.models import Entitlement, PluginError, Quarantine
from core.testing import SECRET
from core.web.vendor.door import PATH
from tests.core.plugin.test_broken_plugins import BROKEN, WHY

PAGE = f"{PATH}/plugins"
SHOW = """
import json, os, sys
from pathlib import Path
from core.access.passwords import Passwords
from core.app import EXTENSION, create_app
from core.settings import Settings
from core.vendor.operators import create_operator
app = create_app(Settings.from_env())
found = app.extensions[EXTENSION]
with found.database.vendor_session() as session, session.begin():
    made = create_operator(session, os.environ["OPERATOR"], passwords=Passwords())
browser = app.test_client()
browser.post("/vendor/login", data={"email": made.operator.email, "password": made.password})
pages = {"list": browser.get("/vendor/plugins").text, "home": str(app.test_client().get("/login").status_code)}
pages |= {name: browser.get(f"/vendor/plugins/{name}").text for name in sys.argv[1:]}
found.database.close()
print(json.dumps(pages))
"""


@pytest.fixture
def english(console: FlaskClient) -> FlaskClient:
    """The operator's browser, in English."""
    console.set_cookie("locale", "en")
    return console


@pytest.fixture
def kennel_is_ours(database: Database) -> Iterator[None]:
    """What is kept of the plugin for all companies is removed again; no other test of this process runs meanwhile."""
    yield
    with database.vendor_session() as session, session.begin():
        for model in (Quarantine, PluginError):
            session.execute(sa.delete(model).where(model.plugin == "kennel"))


def _row(page: str, name: str) -> str:
    """The line of a plugin in the table."""
    return page.partition(f"<code>{name}</code>")[2].partition("</tr>")[0]


def test_the_console_names_every_plugin_that_cannot_run_and_says_why(tmp_path: Path, database_url: str) -> None:
    for name, source in BROKEN.items():
        package, information = tmp_path / f"ghep_{name}", tmp_path / f"ghep_{name}-1.0.0.dist-info"
        package.mkdir()
        (package / "__init__.py").write_text(source)
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: ghep-{name}\nVersion: 1.0.0\n")
        (information / "entry_points.txt").write_text(f"[ghep.plugins]\n{name} = ghep_{name}\n")
    root = str(Path(__file__).parents[4])
    given = {
        **os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), root]), "GHEP_VAR": str(tmp_path / "var"),
        "GHEP_DATABASE_URL": database_url, "GHEP_SECRET_KEY": SECRET, "GHEP_REDIS_URL": "", "GHEP_LOCALE": "en",
        "OPERATOR": f"{uuid4().hex}@vendor.example.com",
    }  # fmt: skip
    command = [sys.executable, "-c", SHOW, *BROKEN]
    done = subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    pages = json.loads(done.stdout)
    assert pages["home"] == "200", "core starts without them"
    for name, (_phase, reason) in WHY.items():
        said = reason.replace("'", "&#39;").replace(">", "&gt;").replace('"', "&#34;")
        line = _row(pages["list"], name)
        assert "Left out" in line
        assert said in line
        assert said in pages[name]
        assert f"ghep-{name}" in pages[name]


def test_a_running_plugin_shows_its_version_range_and_cost(
    english: FlaskClient, client: FlaskClient, app: Flask
) -> None:
    client.get("/")
    timing = app.extensions[EXTENSION].hooks.timings["core"]
    page = english.get(PAGE).text
    assert timing.calls
    assert "&gt;=1,&lt;2" in _row(page, "kennel")
    assert "1.0.0" in _row(page, "kennel")
    assert "Running" in _row(page, "kennel")
    assert " ms</td>" in _row(page, "core")
    assert english.get(f"{PAGE}/core").status_code == 200


@pytest.mark.usefixtures("kennel_is_ours")
def test_errors_of_the_last_day_are_shown_with_place_and_company(
    english: FlaskClient, company: CompanyInfo, database: Database
) -> None:
    with database.engine.begin() as connection:
        row = {"plugin": "kennel", "place": "cards", "company_id": company.id, "message": "KeyError: <room>"}
        connection.execute(sa.insert(PluginError).values(row))
    assert 'data-label="Errors in 24 hours">1<' in _row(english.get(PAGE).text, "kennel")
    page = english.get(f"{PAGE}/kennel").text
    assert "<code>cards</code>" in page
    assert f'href="{PATH}/companies/{company.slug}"' in page
    assert "KeyError: &lt;room&gt;" in page


@pytest.mark.usefixtures("kennel_is_ours")
def test_setting_a_plugin_aside_switches_it_off_for_everybody_until_it_is_released(
    english: FlaskClient, client: FlaskClient
) -> None:
    assert client.get("/kennel/stays").status_code == 200
    aside = english.post(f"{PAGE}/kennel/quarantine", data={"reason": "It barks <all> night."})
    assert aside.headers["Location"] == f"{PAGE}/kennel"
    assert client.get("/kennel/stays").status_code == 404
    page = english.get(f"{PAGE}/kennel").text
    assert "It barks &lt;all&gt; night." in page
    assert "@vendor.example.com" in page
    assert "Set aside" in _row(english.get(PAGE).text, "kennel")
    assert english.post(f"{PAGE}/kennel/release").status_code == 302
    assert client.get("/kennel/stays").status_code == 200


@pytest.mark.usefixtures("kennel_is_ours")
def test_a_very_long_reason_is_cut_and_none_is_needed(english: FlaskClient, database: Database) -> None:
    for reason in ("", "x" * 100_000, "a\0b"):
        assert english.post(f"{PAGE}/kennel/quarantine", data={"reason": reason}).status_code == 302
        assert english.get(f"{PAGE}/kennel").status_code == 200
        english.post(f"{PAGE}/kennel/release")


def test_core_can_neither_be_set_aside_nor_planned_away(english: FlaskClient) -> None:
    assert english.post(f"{PAGE}/core/quarantine").status_code == 404
    assert english.get(f"{PAGE}/core/plan").status_code == 404
    assert f"{PAGE}/core/quarantine" not in english.get(f"{PAGE}/core").text


@pytest.mark.parametrize("action", ["disable", "purge"])
def test_a_plan_counts_rows_and_changes_nothing(
    english: FlaskClient, client: FlaskClient, context: Context, action: str, make_stay: Callable[[], str]
) -> None:
    pet = make_stay()
    page = english.get(f"{PAGE}/kennel/plan?action={action}").text
    assert "kennel_stay" in page
    assert f'{context.company.slug} <b class="num">1</b>' in page
    assert pet not in page, "numbers, and no company's rows"
    command = {"purge": "ghep plugin purge kennel --confirm kennel", "disable": "ghep plugin disable kennel"}[action]
    assert f"<code>{command}</code>" in page
    assert pet in client.get("/kennel/stays").text


@pytest.fixture
def make_stay(context: Context, client: FlaskClient) -> Callable[[], str]:
    """A pet that stays in this test's company."""
    from core.customers.models import Customer
    from core.entity import service

    def make() -> str:
        pet = f"Vàng {uuid4().hex[:6]}"
        customer = service.create(context, Customer, {"name": "Nguyễn Văn Nuôi", "kind": "individual"})
        stay = context.hooks.registry.resources["kennel.stay"].model
        day = context.today()
        values = {"pet": pet, "customer": customer.id, "arrives": day, "leaves": day, "state": "booked"}
        service.create(context, stay, values)
        context.session.commit()
        return pet

    return make


def test_nothing_can_be_purged_from_a_page(english: FlaskClient) -> None:
    assert english.post(f"{PAGE}/kennel/purge").status_code == 404
    assert english.post(f"{PAGE}/kennel/plan?action=purge").status_code == 404
    assert english.get(f"{PAGE}/kennel/plan?action=burn").status_code == 404


def test_a_plugin_that_is_entitled_and_not_installed_is_listed_and_can_be_planned(
    english: FlaskClient, company: CompanyInfo, database: Database
) -> None:
    name = f"gone_{uuid4().hex[:8]}"
    with database.vendor_session() as session, session.begin():
        session.add(Entitlement(company_id=company.id, plugin=name))
    assert "Not installed" in _row(english.get(PAGE).text, name)
    assert english.get(f"{PAGE}/{name}").status_code == 200
    assert company.slug in english.get(f"{PAGE}/{name}/plan").text
    listed = english.get(f"{PATH}/companies/{company.slug}").text
    assert f"/modules/{name}" in listed
    english.post(f"{PATH}/companies/{company.slug}/modules/{name}", data={"active": "0"})
    assert f"<code>{name}</code>" not in english.get(PAGE).text
