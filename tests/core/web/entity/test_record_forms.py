"""Making and changing records in forms: what is wrong is said beside the field, and what was typed stays."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
import sqlalchemy as sa

from core.context import Context
from core.customers.models import Contact, Customer, Source, Tag
from core.entity import service
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]


def error_of(page: str, name: str) -> str:
    """What stands below a field."""
    found = re.search(rf'<div class="form-error" id="h-{re.escape(name)}">(.*?)</div>', page, re.DOTALL)
    return re.sub(r"<[^>]+>", " ", found[1]).strip() if found else ""


def only(context: Context, name: str) -> Customer:
    context.session.rollback()
    context.session.expire_all()
    return context.session.scalars(sa.select(Customer).where(Customer.name == name)).one()


def test_a_record_is_made_from_what_people_type(pages: Pages, context: Context) -> None:
    source = service.create(context, Source, {"name": "Zalo"})
    tags = service.create_many(context, Tag, [{"name": "a"}, {"name": "b"}])
    context.session.commit()
    answer = pages.post(
        "/customers/new",
        **{
            "name": "  Công ty Bưởi ", "kind": "individual", "mobile": "0912 345 678", "email": "AN@Example.com",
            "birthday": "31/12/1990", "founded": "1999", "employees": "1.200", "revenue": "2tr5", "source": str(source.id),
            "tags": ["", *(str(one.id) for one in tags)], "address.street": "12 Nguyễn Huệ", "address.province": "Huế",
            "note": "dòng một\ndòng hai",
        },
    )  # fmt: skip
    made = only(context, "Công ty Bưởi")
    assert answer.headers["Location"] == f"/customers/{made.id}"
    assert (made.kind, made.mobile, made.email, made.employees) == (
        "individual",
        "+84912345678",
        "an@example.com",
        1200,
    )
    assert (f"{made.birthday:%d/%m/%Y}", made.revenue, made.source_id) == ("31/12/1990", Decimal(2500000), source.id)  # type: ignore[attr-defined] # the link's column
    assert made.address == {"street": "12 Nguyễn Huệ", "province": "Huế"}
    assert {one.name for one in made.tags} == {"a", "b"}


def test_whoever_may_pass_records_on_says_whose_a_new_one_is(
    pages: Pages,
    pages_of: Callable[..., Pages],
    context: Context,
    make_context: Callable[..., Context],
    stranger: Context,
) -> None:
    colleague, foreigner = make_context(context.company, name="Trần Bình").user, stranger.user
    assert colleague is not None
    assert foreigner is not None
    assert 'name="owner"' in pages.get("/customers/new")
    pages.post("/customers/new", name="Của Bình", owner=str(colleague.id))
    assert only(context, "Của Bình").owner_id == colleague.id
    page = pages.post("/customers/new", 422, name="Của ai", owner=str(foreigner.id)).get_data(as_text=True)
    assert error_of(page, "owner")
    assert "Trần Bình" in pages.post("/customers/new", 422, name="", owner=str(colleague.id)).get_data(as_text=True)
    alone = pages_of(core_customer=["see", "create"])
    assert 'name="owner"' not in alone.get("/customers/new")
    alone.post("/customers/new", name="Của mình", owner=str(colleague.id))
    assert only(context, "Của mình").owner_id != colleague.id


def test_everything_that_is_wrong_is_said_at_once_beside_its_field_and_what_was_typed_stays(pages: Pages) -> None:
    form = {"name": "", "mobile": "12", "birthday": "mai", "revenue": "nhiều", "employees": "-1", "note": "giữ lại"}
    page = pages.post("/customers/new", 422, **form).get_data(as_text=True)
    for name in ("name", "mobile", "birthday", "revenue", "employees"):
        assert error_of(page, name), name
    for text in ('value="12"', 'value="nhiều"', 'value="-1"', ">giữ lại</textarea>"):
        assert text in page, text


def test_a_rule_of_the_trade_speaks_beside_its_field(pages: Pages) -> None:
    page = pages.send("/customers/new", 422, name="An", tax_code="12").get_data(as_text=True)
    assert error_of(page, "tax_code")
    assert "<html" not in page, "htmx gets the form alone"


def test_a_value_that_another_record_has_is_named(pages: Pages) -> None:
    pages.post("/tags/new", name="VIP")
    assert error_of(pages.post("/tags/new", 422, name="VIP").get_data(as_text=True), "name")


def test_a_link_to_nothing_or_to_another_companys_record_is_refused_beside_its_field(
    pages: Pages, stranger: Context
) -> None:
    foreign = service.create(stranger, Customer, {"name": "Của người khác"})
    stranger.session.commit()
    for value in (str(foreign.id), "00000000-0000-0000-0000-000000000000", "không"):
        page = pages.post("/contacts/new", 422, name="Lan", customer=value).get_data(as_text=True)
        assert error_of(page, "customer"), value
        assert "Của người khác" not in page


def test_saving_and_adding_another_begins_anew(pages: Pages) -> None:
    assert pages.post("/customers/new", name="An", again="1").headers["Location"] == "/customers/new"


def test_a_form_is_filled_in_by_its_address(pages: Pages, customer: Made) -> None:
    one = customer("Công ty Sao Mai")
    page = pages.get(f"/contacts/new?customer={one.id}&name=Lan&mobile=tào-lao")
    assert f'<option value="{one.id}" selected>Công ty Sao Mai</option>' in page
    assert 'value="Lan"' in page
    assert "tào-lao" not in page


def test_a_copy_begins_with_the_values_of_another(pages: Pages, customer: Made) -> None:
    one = customer("An", sector="Nông nghiệp", revenue=Decimal(5000))
    page = pages.get(f"/customers/{one.id}/copy")
    assert 'value="Nông nghiệp"' in page
    assert 'action="/customers/new"' in page


def test_what_is_changed_is_saved_and_what_was_not_sent_stays(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("An", sector="Nông nghiệp", employees=3)
    pages.post(f"/customers/{one.id}/edit", version=1, name="Bình", employees="")
    changed = again(one)
    assert (changed.name, changed.sector, changed.employees, changed.version) == ("Bình", "Nông nghiệp", None, 2)


def test_opening_a_form_and_saving_it_changes_nothing(
    pages: Pages, customer: Made, again: Callable[..., Customer], context: Context
) -> None:
    tag = service.create(context, Tag, {"name": "VIP"})
    one = customer(
        "An", revenue=Decimal(1234567), tags=[tag.id], mobile="+84912345678", birthday=None, founded=1999,
        address={"street": "1 Lê Lợi"},
    )  # fmt: skip
    page = pages.get(f"/customers/{one.id}/edit")
    form: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', page):
        if not re.search(rf'type="radio"[^>]*name="{re.escape(name)}"', page):
            form.setdefault(name, []).append(value)
    form["kind"], form["note"], form["tags"] = ["organisation"], [""], ["", str(tag.id)]
    form["do_not_contact"] = [""]  # boxes that nobody ticked
    pages.post(f"/customers/{one.id}/edit", **form)
    assert again(one).version == 1


@pytest.mark.parametrize(("typed", "kept"), [("2,125", "2.125"), ("1.250,5", "1250.5"), ("0,5", "0.5"), ("7", "7")])
def test_decimals_are_read_with_the_comma_of_the_language(
    pages: Pages, context: Context, typed: str, kept: str
) -> None:
    from core.entity.customize import add_field

    add_field(context, context.resource(Customer), "Diện tích", "decimal")
    context.session.commit()
    pages.post("/customers/new", name="Nhà", **{"custom.dien_tich": typed})
    made = only(context, "Nhà")
    assert Decimal(made.custom["dien_tich"]) == Decimal(kept)
    page = pages.get(f"/customers/{made.id}/edit")
    assert f'value="{kept.replace(".", ",")}"' in page


def test_a_field_with_a_default_never_goes_without_a_value(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("An", kind="individual")
    pages.post(f"/customers/{one.id}/edit", version=1, kind="")
    assert again(one).kind == "organisation"


def test_a_record_is_made_in_passing_for_a_link(pages: Pages) -> None:
    dialog = pages.part("/customers/new?quick=1&field=customer&title=Sao+Mai")
    assert 'value="Sao Mai"' in dialog
    assert 'name="note"' not in dialog, "only what is needed"
    refused = pages.send("/customers/new", 422, quick="1", field="customer", name="")
    assert error_of(refused.get_data(as_text=True), "dialog-name")
    answer = pages.send("/customers/new", quick="1", field="customer", name="Sao Mai")
    events = answer.headers["HX-Trigger"]
    assert '"field": "customer"' in events
    assert '"title": "Sao Mai"' in events
    assert "closeDialog" in events


def test_a_form_without_its_version_is_not_trusted(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("An")
    pages.post(f"/customers/{one.id}/edit", 422, name="Bình")
    assert again(one).name == "An"


def test_fields_that_people_may_not_set_are_not_set_by_sending_them(
    pages: Pages, context: Context, make_context: Callable[..., Context]
) -> None:
    other = make_context(context.company)
    assert other.user is not None
    pages.post("/customers/new", name="An", owner_id=str(other.user.id), version="9", search_norm="x", tenant_id="1")
    made = only(context, "An")
    assert context.user is not None
    assert (made.owner_id, made.version, made.search_norm) == (context.user.id, 1, "an")


def test_a_contact_of_a_record_that_was_just_deleted_is_refused(pages: Pages, customer: Made, context: Context) -> None:
    one = customer("An")
    service.delete(context, [one])
    context.session.commit()
    assert error_of(
        pages.post("/contacts/new", 422, name="Lan", customer=str(one.id)).get_data(as_text=True), "customer"
    )
    assert context.session.scalars(sa.select(Contact)).all() == []
