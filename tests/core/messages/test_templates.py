"""Message templates: what they can say, and that hostile ones are refused in words."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from core.access.scopes import HIDDEN
from core.context import CompanyInfo, Context, Grants
from core.customers.models import Contact, Customer
from core.entity import service
from core.entity.errors import InvalidError
from core.i18n import use_locale
from core.messages import fields, templates
from core.messages.compose import compose
from core.messages.language import MOST_SOURCE, TemplateError
from core.messages.models import MessageTemplate
from core.messages.writing import MOST_OUTPUT, MOST_SECONDS, Amount, Value
from core.testing.entities import EntityTests

VALUES: dict[str, Value] = {
    "record.name": "<b>An & Bình</b>",
    "record.price": Amount("1250000"),
    "record.weight": Decimal("2.5"),
    "record.day": date(2026, 3, 1),
    "record.at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    "record.ready": True,
    "record.phones": ["0912 345 678", "024 3822 3344"],
    "record.items": "x" * 20_000,
    "record.many": ["x"] * 1000,
    "record.nothing": None,
}

HOSTILE = {
    "the class of a text": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "the class of a field": "{{ record.name.__class__ }}",
    "an attribute by filter": "{{ record.name|attr('__class__') }}",
    "a method of a field": "{{ record.name.upper() }}",
    "an item": "{{ record['name'] }}",
    "globals of a function": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "globals of a joiner": "{{ joiner.__init__.__globals__ }}",
    "globals of lipsum": "{{ lipsum.__globals__['os'] }}",
    "a namespace": "{% set ns = namespace(x=1) %}{{ ns }}",
    "the template itself": "{{ self._TemplateReference__context }}",
    "the frame of a generator": "{{ (record.phones|map('upper')).gi_frame.f_back }}",
    "format with attributes": "{{ '{0.__class__}'.format(record.name) }}",
    "format by filter": "{{ '%s'|format(record.name) }}",
    "the percent sign": "{{ '%1000000000s' % record.name }}",
    "our own variables": "{{ _run.context.session }}",
    "all values": "{{ values }}",
    "a bare group": "{{ record }}",
    "debugging": "{% debug %}",
    "a huge text": "{{ 'x' * 10**9 }}",
    "a huge number": "{{ 10**10**10 }}",
    "a number too long to be read": "{{ " + "1" * 5000 + " }}",
    "infinity": "{{ 1e999 }}",
    "a wide field": "{{ record.name|center(1000000000) }}",
    "a huge range": "{% for i in range(1000000000) %}x{% endfor %}",
    "letters of a text": "{% for i in 'xxxxxxxxxx' %}x{% endfor %}",
    "loops in loops": "{% for a in record.many %}{% for b in record.many %}{% for c in record.many %}x{% endfor %}{% endfor %}{% endfor %}",
    "a loop that never writes": "{% for a in record.many %}{% for b in record.many %}{% endfor %}{% endfor %}",
    "a loop into itself": "{% for a in record.many recursive %}{{ loop(record.many) }}{% endfor %}",
    "a macro that calls itself": "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "a block": "{% block a %}{{ self.a() }}{% endblock %}",
    "a text that doubles": "{% set x = 'xx' %}{% set x = x ~ x %}",
    "joining": "{{ record.many|join(record.items) }}",
    "replacing": "{{ record.items|replace('x', record.items) }}",
    "much output": "{{ record.items }}" * 20,
    "another file": "{% include '/etc/passwd' %}",
    "a template to inherit from": "{% extends 'base.html' %}",
    "an import": "{% import 'macros/ui.html' as ui %}",
    "HTML that is called safe": "{{ record.name|safe }}",
    "escaping switched off": "{% autoescape false %}{{ record.name }}{% endautoescape %}",
    "brackets in brackets": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "not not not": "{{ " + "not " * 4000 + "1 }}",
    "blocks in blocks": "{% if record.ready %}" * 200 + "{% endif %}" * 200,
    "a long source": "x" * (MOST_SOURCE + 1),
    "an open end": "{% if record.ready %}",
    "half a tag": "{{ record.name",
    "words of different sorts": "{% if record.name > record.price %}x{% endif %}",
}


@pytest.mark.parametrize("html", [True, False], ids=["html", "text"])
@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_templates_are_refused_in_words(context: Context, source: str, html: bool) -> None:
    began = time.process_time()
    with use_locale("vi"), pytest.raises(TemplateError) as refusal:
        templates.render(context, source, VALUES, html=html)
    assert time.process_time() - began < 2 * MOST_SECONDS
    assert str(refusal.value).startswith("Dòng ")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Chào {{ record.name }}", "Chào <b>An & Bình</b>"),
        ("{{ record.price }}, {{ record.price|number }}, {{ record.weight }}", "1.250.000 đ, 1.250.000, 2,5"),
        ("{{ record.day }} {{ record.at }}", "01/03/2026 02/03/2026 06:30"),
        ("{{ record.at|date }} lúc {{ record.at|time }}", "02/03/2026 lúc 06:30"),
        ("{{ record.phones }}", "0912 345 678, 024 3822 3344"),
        ("{% for one in record.phones %}{{ loop.index }}. {{ one }}; {% endfor %}", "1. 0912 345 678; 2. 024 3822 3344; "),
        ("{{ record.nothing }}{{ record.nothing|default('quý khách')|capitalize }}", "Quý khách"),
        ("{% if record.price >= 1000000 and record.ready %}VIP{% else %}thường{% endif %}", "VIP"),
        ("{{ 'có' if record.nothing }}{{ record.items|truncate(5) }}", "xxxx…"),
        ("{{ record.phones|join(' / ')|upper }}", "0912 345 678 / 024 3822 3344"),
    ],
)  # fmt: skip
def test_values_stand_there_as_the_company_writes_them(context: Context, source: str, text: str) -> None:
    with use_locale("vi"):
        assert templates.render(context, source, VALUES) == text


def test_in_html_a_value_is_never_markup(context: Context) -> None:
    source = "<p>{{ record.name }} {{ record.nothing|default('<i>') }}</p>"
    assert templates.render(context, source, VALUES, html=True) == "<p>&lt;b&gt;An &amp; Bình&lt;/b&gt; &lt;i&gt;</p>"


def test_a_field_may_be_called_like_a_method_of_a_mapping(context: Context) -> None:
    assert templates.render(context, "{{ record.items|truncate(2) }}", VALUES) == "x…"


def test_what_is_wrong_is_named_with_its_line_and_what_was_meant() -> None:
    with use_locale("vi"):
        found = [
            str(one) for one in templates.check("Chào {{ record.nmae }}\n{{ record.name.x }}\n{{ 1 + 1 }}", VALUES)
        ]
    assert found == [
        "Dòng 1: Không có trường “record.nmae”. Có phải bạn muốn ghi “record.name”?",
        "Dòng 2: Không có trường “record.name.x”. Có phải bạn muốn ghi “record.name”?",
        "Dòng 3: Không dùng được “+” trong mẫu.",
    ]


def test_a_message_is_never_longer_than_a_message_may_be(context: Context) -> None:
    assert len(templates.render(context, "{{ record.items }}" * 5, VALUES)) <= MOST_OUTPUT


def customer(context: Context, **values: Any) -> Customer:
    given = {"name": "Chị Lê Thị <Hoa>", "mobile": "+84912345678", "birthday": date(1990, 5, 1), **values}
    made = service.create(context, Customer, given)
    context.session.commit()
    return made


def draft(**values: Any) -> MessageTemplate:
    return MessageTemplate(**{"channel": "email", "subject": "Chào\n{{ record.name }}", "body": "…", **values})


class TestRecords:
    """Templates filled in for records."""

    def test_an_email_is_filled_in_with_record_owner_and_company(
        self, context: Context, make_user: Callable[..., Context]
    ) -> None:
        make_user(context)
        body = "Kính gửi {{ record.name }},\n\n{{ owner.name }} – {{ company.name }}, {{ record.mobile }}"
        found = compose(context, draft(body=body), customer(context))
        assert found.subject == "Chào Chị Lê Thị <Hoa>"
        assert found.text.endswith(f"Nguyễn Thị Hạnh – {context.company.name}, 0912 345 678")
        assert "Chị Lê Thị &lt;Hoa&gt;" in found.html

    def test_an_email_that_is_html_says_the_same_as_text(self, context: Context) -> None:
        found = compose(context, draft(body="<p>Chào <b>{{ record.name }}</b></p><p>Hẹn gặp</p>"), customer(context))
        assert found.html == "<p>Chào <b>Chị Lê Thị &lt;Hoa&gt;</b></p><p>Hẹn gặp</p>"
        assert found.text == "Chào Chị Lê Thị <Hoa>\nHẹn gặp"

    def test_a_short_message_is_plain_text(self, context: Context) -> None:
        found = compose(context, draft(channel="text", subject=None, body="Chào {{ record.name }}"), customer(context))
        assert (found.subject, found.text, found.html) == ("", "Chào Chị Lê Thị <Hoa>", "")

    def test_a_record_brings_its_customer_along(self, context: Context) -> None:
        contact = service.create(context, Contact, {"name": "Minh", "customer": customer(context).id})
        found = compose(context, draft(channel="text", body="{{ record.name }} ở {{ customer.name }}"), contact)
        assert found.text == "Minh ở Chị Lê Thị <Hoa>"

    def test_of_a_customer_that_may_not_be_seen_nothing_is_told(
        self, context: Context, make_context: Callable[..., Context], company: CompanyInfo
    ) -> None:
        contact = service.create(context, Contact, {"name": "Minh", "customer": customer(context).id})
        context.session.commit()
        grants = Grants(verbs={"core.contact": {"see": "all"}, "core.customer": {"see": "own"}})
        clerk = make_context(company, grants=grants)
        found = compose(
            clerk, draft(channel="text", body="[{{ customer.name }}]"), service.get(clerk, Contact, contact.id)
        )
        assert found.text == "[]"
        blind = make_context(company, grants=Grants(verbs={"core.contact": {"see": "all"}}))
        assert not {one for one in fields.known(blind, blind.resource(Contact)) if one.startswith("customer.")}


class TestMessageTemplate(EntityTests):
    model = MessageTemplate
    values: ClassVar[dict[str, Any]] = {
        "name": "Chúc mừng sinh nhật",
        "channel": "email",
        "entity": "core.customer",
        "subject": "Chúc mừng {{ record.name }}",
        "body": "Kính gửi {{ record.name }}",
    }
    change: ClassVar[dict[str, Any]] = {"body": "Thân gửi {{ record.name }}"}
    wrong: ClassVar[dict[str, Any]] = {"subject": None}


def saved(context: Context, **values: Any) -> MessageTemplate:
    return service.create(context, MessageTemplate, {**TestMessageTemplate.values, "name": uuid4().hex, **values})


@pytest.fixture
def clerk(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    """Writes templates, and may not know of a customer's e-mail."""
    every = dict.fromkeys(("see", "create", "edit"), "all")
    limits = {"core.customer": {"email": HIDDEN}}
    return make_context(company, grants=Grants(verbs={"*": every}, fields=limits), name="Lê Thu")


class TestWriting:
    """Saving templates, and seeing how they read."""

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"body": "{{ record.nmae }}"}, "body"),
            ({"subject": "{{ 1 + 1 }}"}, "subject"),
            ({"entity": "core.nothing"}, "entity"),
            ({"entity": "core.contact", "body": "{{ record.tax_code }}"}, "body"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, context: Context, values: dict[str, str], field: str) -> None:
        with pytest.raises(InvalidError) as refusal:
            saved(context, **values)
        assert list(refusal.value.errors) == [field]

    def test_a_field_that_is_hidden_from_the_writer_is_no_field(self, context: Context, clerk: Context) -> None:
        source = "{{ record.email }}"
        assert saved(context, body=source).body == source
        with pytest.raises(InvalidError):
            saved(clerk, body=source)
        assert "record.email" not in fields.known(clerk, clerk.resource(Customer))

    def test_whoever_may_not_know_a_field_may_still_rename_the_template(self, context: Context, clerk: Context) -> None:
        made = saved(context, body="{{ record.email }}")
        context.session.commit()
        same = service.get(clerk, MessageTemplate, made.id)
        assert service.update(clerk, same, {"name": "Tên khác", "body": same.body})
        with pytest.raises(InvalidError):
            service.update(clerk, same, {"body": "Mới: {{ record.email }}"})

    def test_the_form_shows_how_it_reads(
        self, context: Context, clerk: Context, make_client: Callable[..., FlaskClient]
    ) -> None:
        chosen = customer(context, email="hoa@example.com")
        form = {
            "entity": "core.customer",
            "channel": "text",
            "body": "Chào {{ record.name }}",
            "preview": str(chosen.id),
        }
        admin, other = make_client(context), make_client(clerk)
        assert "Chị Lê Thị &lt;Hoa&gt;" in _preview(admin, form)
        assert "hoa@example.com" in _preview(admin, {**form, "body": "{{ record.email }}"})
        hidden = _preview(other, {**form, "body": "{{ record.email }}"})
        assert "hoa@example.com" not in hidden
        assert "record.email" in hidden
        assert "Chị Lê" not in _preview(admin, {**form, "preview": str(uuid4())})

    def test_records_that_may_not_be_seen_are_not_previewed(
        self, context: Context, make_context: Callable[..., Context], make_client: Callable[..., FlaskClient]
    ) -> None:
        chosen = customer(context)
        every = dict.fromkeys(("see", "create", "edit"), "own")
        client = make_client(make_context(context.company, grants=Grants(verbs={"*": every})))
        form = {"entity": "core.customer", "channel": "text", "body": "{{ record.name }}", "preview": str(chosen.id)}
        assert "Chị Lê" not in _preview(client, form)
        assert client.get("/message-templates/fields?entity=core.nothing").status_code == 404

    def test_whoever_writes_no_templates_previews_none(
        self, make_context: Callable[..., Context], company: CompanyInfo, make_client: Callable[..., FlaskClient]
    ) -> None:
        client = make_client(make_context(company, grants=Grants(verbs={"core.customer": {"see": "all"}})))
        assert client.post("/message-templates/preview", data={"entity": "core.customer"}).status_code == 403
        assert client.get("/message-templates/fields?entity=core.customer").status_code == 403


def _preview(client: FlaskClient, form: dict[str, str]) -> str:
    answer = client.post("/message-templates/preview", data=form)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_values_are_plain_data(context: Context) -> None:
    """Whatever a record holds, a template gets texts, numbers, days, and lists of texts."""
    resource = context.resource(Customer)
    found = fields.values(context, resource, customer(context), fields.known(context, resource))
    plain = (str, int, Decimal, date, type(None))
    assert set(found) == fields.known(context, resource)
    for value in found.values():
        assert isinstance(value, plain) or (isinstance(value, list) and all(isinstance(one, str) for one in value))
        assert not isinstance(value, UUID)
