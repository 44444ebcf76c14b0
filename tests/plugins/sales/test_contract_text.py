"""A company's own text of its contracts: written by administrators, looked at with a record, harmless whatever it says."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.context import ForbiddenError
from core.entity.tables import Change
from core.files.storage import DiskStorage
from core.printing import wording
from core.printing.contract import Print
from core.printing.documents import documents
from core.printing.written import known
from core.sdk import Context, Customer, InvalidError, MissingError, Resource, create
from core.testing import limited
from plugins.sales.documents import Contract
from plugins.sales.selling import contract_of
from tests.plugins.sales.conftest import Again

Say = Callable[..., str]
URL = "/settings/print-texts/sales.contract/contract"


@pytest.fixture
def contract(context: Context, make_quote: Callable[..., Any]) -> Contract:
    """Of a quote with two lines."""
    made = contract_of(context, make_quote(discount=Decimal(100_000)).id)
    made.note = "Ghi chú <b>đậm</b> & {{ record.total }}"
    context.session.commit()
    return made


@pytest.fixture
def resource(context: Context) -> Resource:
    return context.resource(Contract)


@pytest.fixture
def chosen(resource: Resource) -> Print:
    return next(one for one in resource.prints if one.name == "contract")


@pytest.fixture
def said(context: Context, resource: Resource, chosen: Print, contract: Contract, tmp_path: Any) -> Say:
    """The document's HTML, with a text that was just kept."""

    def say(text: str | None = None, reader: Context = context) -> str:
        if text is not None:
            wording.keep(context, resource, chosen, text)
            context.session.commit()
        (html,) = documents(reader, DiskStorage(tmp_path), reader.resource(Contract), chosen, [contract])
        return html.partition('<div class="written">')[2]

    return say


def test_the_given_text_names_only_what_there_is_in_both_languages(
    context: Context, resource: Resource, chosen: Print, said: Say
) -> None:
    from core.i18n import use_locale
    from core.messages import templates

    for locale in ("vi", "en"):
        with use_locale(locale):
            assert templates.check(wording.shipped(context, resource, chosen), known(context, resource)) == []
    html = said()
    for words in ("Hợp đồng kinh tế", "HD-", "Công ty Sao Mai", "Máy in laser", "3.490.000", "đồng", "&lt;b&gt;đậm"):
        assert words in html, words
    assert html.count('<tr><td class="middle">') == 2


def test_a_company_writes_its_own_and_goes_back_and_all_of_it_is_kept(
    context: Context, resource: Resource, chosen: Print, said: Say
) -> None:
    given = said()
    assert "Bên chúng tôi bán cho Công ty Sao Mai" in said(
        "Bên chúng tôi bán cho {{ record.customer }}\n\nSố {{ record.number }}"
    )
    assert "<p>Số HD-" in said()
    assert "<u>Khác</u>" in said("<p><u>Khác</u></p>")
    assert not wording.keep(context, resource, chosen, "<p><u>Khác</u></p>"), "nothing differs"
    first = wording.earlier(context, resource, chosen)[-1]
    assert wording.earlier_one(context, resource, chosen, first.id).body == first.body
    wording.keep(context, resource, chosen, None)
    assert said() == given
    assert [one.body is None for one in wording.earlier(context, resource, chosen)] == [True, False, False]
    log = sa.select(Change.action, Change.user_name).where(
        Change.tenant_id == context.tenant, Change.entity == "sales.contract", Change.action.startswith("print_text")
    )
    found = context.session.execute(log.order_by(Change.id)).all()
    assert [one.action for one in found] == ["print_text_changed"] * 2 + ["print_text_reset"]
    assert all(one.user_name for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "{{ record.__class__ }}", "{{ record.customer.__init__.__globals__ }}", "{% for a in record.goods %}{% for b in record.goods %}{% for c in record.goods %}x{% endfor %}{% endfor %}{% endfor %}",
        "{{ 9 ** 9 ** 9 }}", "{{ range(1000000) }}", "{% include 'print/document.html' %}", "{{ record.nothing }}", "{{ company.session }}",
        "{% set x = 1 %}", "{{ 'a' * 1000000 }}", "x" * 20_001, "{{ letterhead.logo }}", "{% for one in record.customer", "",
    ],
)  # fmt: skip
def test_a_text_that_is_no_such_text_is_refused(context: Context, resource: Resource, chosen: Print, text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        wording.keep(context, resource, chosen, text)
    assert set(refused.value.errors) == {"body"}
    assert wording.own_text(context, resource, chosen) is None


def test_nothing_in_it_runs_or_is_fetched(said: Say) -> None:
    html = said(
        '<script>alert(1)</script><p onclick="x()" style="background:url(//evil.example)">Một</p><img src="//evil.example/a.png">'
        '<a href="javascript:x()">hai</a><iframe src="//evil.example"></iframe><style>@import "//evil.example"</style>'
        '<table class="plain evil"><tr><td colspan="2" background="//evil.example">ba</td></tr></table><link href="//evil.example">'
        '<svg><image href="//evil.example"/></svg><h2 class="center">bốn {{ record.note }}</h2>\ue0000\ue001\ue0007\ue001'
    )  # fmt: skip
    assert "evil" not in html
    assert "alert" not in html
    assert "javascript" not in html
    for kept in ("<p>Một</p>", "hai", '<table class="plain">', '<td colspan="2">ba</td>', '<h2 class="center">bốn'):
        assert kept in html, kept
    assert "\ue000" not in html
    assert "&lt;b&gt;đậm" in html
    assert "{{ record.total }}" in html, "what people type into a record is no template"


def test_what_grows_without_end_is_stopped(said: Say, contract: Contract, context: Context) -> None:
    contract.note = "x" * 5000
    context.session.commit()
    with pytest.raises(InvalidError):
        said("{{ record.note }}" * 50)


def test_whoever_prints_reads_no_more_than_they_may_and_a_module_that_is_off_leaves_a_gap(
    context: Context, make_context: Callable[..., Context], said: Say
) -> None:
    from dataclasses import replace

    text = "Giá {{ record.total }} của {{ customer.tax_code }} {{ record.opportunity }}. {{ record.goods }}"
    assert "3.490.000" in said(text)
    grants = limited(**{"sales.contract": ["see"], "core.customer": ["see"]})
    somebody = make_context(
        context.company, grants=replace(grants, fields={"sales.contract": {"total": "hidden", "goods.price": "hidden"}})
    )
    html = said(reader=somebody)
    assert "Máy in laser" in html
    assert "3.490.000" not in html
    assert "Giá  của" in html


def test_only_administrators_write_and_others_find_nothing(
    context: Context,
    resource: Resource,
    chosen: Print,
    contract: Contract,
    make_context: Callable[..., Context],
    make_client: Callable[..., FlaskClient],
    again: Again,
) -> None:
    del again
    seller = make_context(context.company, grants=limited(**{"sales.contract": ["see", "edit", "create"]}))
    with pytest.raises(ForbiddenError):
        wording.keep(seller, seller.resource(Contract), chosen, "Một")
    pages = make_client(seller)
    for path in (URL, "/settings/print-texts"):
        assert pages.get(path).status_code == 403
    assert pages.post(URL, data={"body": "Một"}).status_code == 403
    assert pages.post(f"{URL}/preview", data={"body": "Một"}).status_code == 403
    with pytest.raises(MissingError):
        wording.find(context, "sales.quote", "quote")
    boss = make_client(context)
    page = boss.get(f"{URL}?record={contract.id}").get_data(as_text=True)
    for words in (
        "Hợp đồng kinh tế",
        'data-put-in="{{ record.goods }}"',
        'data-put-in="{{ letterhead.director }}"',
        "Mẫu có sẵn",
    ):
        assert words in page, words
    assert boss.get("/settings/print-texts/sales.quote/quote").status_code == 404
    shown = boss.post(f"{URL}/preview", data={"body": "Số {{ record.number }}", "record": str(contract.id)})
    assert "data:image/png;base64," in shown.get_data(as_text=True)
    wrong = boss.post(f"{URL}/preview", data={"body": "{{ record.nothing }}", "record": str(contract.id)})
    assert "record.nothing" in wrong.get_data(as_text=True)
    refused = boss.post(URL, data={"body": "{{ record.nothing }}"})
    assert (refused.status_code, "{{ record.nothing }}" in refused.get_data(as_text=True)) == (422, True)
    assert boss.post(URL, data={"body": "Của mình {{ record.number }}"}).status_code == 302
    assert "Của mình" in boss.get(URL).get_data(as_text=True)
    assert boss.post(URL, data={"reset": "1"}).status_code == 302
    assert "Hợp đồng kinh tế" in boss.get(URL).get_data(as_text=True)


def test_it_is_read_in_the_language_of_the_company_whatever_the_customer_is_called(
    context: Context, said: Say, contract: Contract
) -> None:
    contract.customer_id = create(context, Customer, {"name": "<img src=x> {{ company.name }}"}).id
    context.session.commit()
    html = said("{{ record.customer | upper }} – {{ record.total | words }}")
    assert "&lt;IMG SRC=X&gt; {{ COMPANY.NAME }}" in html
    assert "đồng" in html
