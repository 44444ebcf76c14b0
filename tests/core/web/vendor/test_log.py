"""The log in the console: what was done, by whom, to which company."""

import html

import pytest
from flask.testing import FlaskClient

from core.context import CompanyInfo
from core.vendor.operators import OperatorCreated
from core.web.vendor.door import PATH

PAGE = f"{PATH}/log"


@pytest.fixture
def english(console: FlaskClient) -> FlaskClient:
    """The operator's browser, in English."""
    console.set_cookie("locale", "en")
    return console


def test_what_an_operator_does_to_a_company_stands_in_its_log(
    english: FlaskClient, operator: OperatorCreated, company: CompanyInfo
) -> None:
    here = f"{PATH}/companies/{company.slug}"
    english.post(f"{here}/suspend")
    english.post(f"{here}/resume")
    english.post(f"{here}/rename", data={"name": "Nhà thuốc <An>"})
    page = html.unescape(english.get(f"{PAGE}?company={company.slug}").text)
    renamed = page.index(f"Renamed the company {company.slug} to Nhà thuốc <An>")
    opened = page.index(f"Opened the company {company.slug} again")
    assert renamed < opened < page.index(f"Suspended the company {company.slug}"), "the last comes first"
    assert operator.operator.email in page
    assert "Nhà thuốc &lt;An&gt;" in english.get(PAGE).text
    assert f'href="{PAGE}?company={company.slug}"' in english.get(here).text


def test_the_log_comes_in_pages(english: FlaskClient, company: CompanyInfo) -> None:
    for number in range(51):
        english.post(f"{PATH}/companies/{company.slug}/rename", data={"name": f"Tên số {number}."})
    first = html.unescape(english.get(f"{PAGE}?company={company.slug}").text)
    assert "Tên số 50." in first
    assert "Tên số 0." not in first
    following = first.partition(f"{PAGE}?company={company.slug}&before=")[2].partition('"')[0]
    assert "Tên số 0." in english.get(f"{PAGE}?company={company.slug}&before={following}").text


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", "before=1e9", "before=" + "9" * 40, "company=a'b", "company=%00"]
)
def test_an_address_that_means_nothing_is_not_found(english: FlaskClient, query: str) -> None:
    assert english.get(f"{PAGE}?{query}").status_code == 404


def test_nobody_else_reads_it(visitor: FlaskClient, client: FlaskClient) -> None:
    for browser in (visitor, client):
        assert browser.get(PAGE).headers["Location"].startswith(f"{PATH}/login")
