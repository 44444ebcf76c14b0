"""A field of a record is changed where it stands."""

import re
from collections.abc import Callable

from core.context import Context
from core.customers.models import Customer
from core.entity import service
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]


def test_a_value_becomes_a_control_and_a_value_again(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    one = customer("An", mobile="+84912345678")
    url = f"/customers/{one.id}/field?field=mobile"
    control = pages.part(url)
    assert 'name="mobile"' in control
    assert 'name="version" value="1"' in control
    answer = pages.send(url, version=1, mobile="0987 000 111")
    assert "0987 000 111" in answer.get_data(as_text=True)
    assert "recordChanged" in answer.headers["HX-Trigger"]
    assert again(one).mobile == "+84987000111"
    assert "<form" not in pages.part(f"{url}&show=1")


def test_the_head_of_the_page_follows(pages: Pages, customer: Made) -> None:
    one = customer("An")
    answer = pages.send(f"/customers/{one.id}/field?field=name", version=1, name="Bình").get_data(as_text=True)
    assert 'id="record-head" hx-swap-oob="true"' in answer
    assert "<h1>Bình</h1>" in answer


def test_what_is_wrong_is_said_in_place(pages: Pages, customer: Made) -> None:
    one = customer("An")
    for field, text in (("mobile", "12"), ("name", ""), ("tax_code", "12"), ("revenue", "nhiều")):
        page = pages.send(f"/customers/{one.id}/field?field={field}", 422, version=1, **{field: text}).get_data(
            as_text=True
        )
        assert 'class="form-error"' in page, field
        assert f'value="{text}"' in page, field


def test_a_stale_value_is_said_and_saving_again_is_a_decision(
    pages: Pages, customer: Made, context: Context, again: Callable[..., Customer]
) -> None:
    one = customer("An", sector="Nông nghiệp")
    url = f"/customers/{one.id}/field?field=sector"
    service.update(context, one, {"sector": "Thủy sản"})
    context.session.commit()
    page = pages.send(url, 409, version=1, sector="Lâm nghiệp").get_data(as_text=True)
    assert "Thủy sản" in page
    assert 'value="Lâm nghiệp"' in page
    assert 'name="version" value="2"' in page
    pages.send(url, version=2, sector="Lâm nghiệp")
    assert again(one).sector == "Lâm nghiệp"


def test_a_ticked_box_can_be_unticked(pages: Pages, context: Context) -> None:
    from core.access.models import Role

    assert context.user is not None
    made = service.create(context, Role, {"name": "Trưởng phòng", "delegate": True})
    context.session.commit()
    pages.send(f"/roles/{made.id}/field?field=delegate", version=1, delegate="false")
    context.session.refresh(made)
    assert made.delegate is False
    pages.send(f"/roles/{made.id}/field?field=delegate", version=2, delegate=["true", "false"])
    context.session.refresh(made)
    assert made.delegate is True


def test_only_fields_that_exist_and_may_be_set_are_offered(pages: Pages, customer: Made) -> None:
    one = customer("An")
    for field in ("nothing", "owner", "created_at", "custom.nothing", "version", ""):
        pages.get(f"/customers/{one.id}/field?field={field}", 404)


def test_a_value_that_somebody_has_already_is_asked_about_before_it_is_saved(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    customer("Bình", mobile="+84912345678")
    one = customer("An", mobile="+84987000111")
    url = f"/customers/{one.id}/field?field=mobile"
    asked = pages.send(url, 422, version=1, mobile="0912345678").get_data(as_text=True)
    assert "Bình" in asked
    assert "Vẫn lưu" in asked
    despite = re.search(r'name="despite" value="([^"]+)"', asked)
    assert despite is not None
    assert again(one).mobile == "+84987000111"
    pages.send(url, version=1, mobile="0912345678", despite=despite[1])
    assert again(one).mobile == "+84912345678"
    pages.send(url, version=2, mobile="0912 345 678")  # asked once, settled since


def test_another_telephone_becomes_the_main_one_in_its_place(
    pages: Pages, customer: Made, again: Callable[..., Customer]
) -> None:
    others = [{"value": "+842838223344", "label": "Cơ quan"}, {"value": "+84987000111", "label": "Zalo"}]
    one = customer("An", mobile="+84912345678", phones=others)
    url = f"/customers/{one.id}/field?field=phones"
    typed = {"phones": ["", "028 3822 3344", "0987000111"], "phones.label": ["Cơ quan", "Zalo"]}
    assert 'data-several-main="mobile"' in pages.part(url)
    page = pages.send(url, version=1, main="0987000111", **typed).get_data(as_text=True)
    assert 'id="row-mobile" hx-swap-oob="true"' in page
    saved = again(one)
    assert saved.mobile == "+84987000111"
    assert saved.phones == [others[0], {"value": "+84912345678", "label": ""}]
    pages.send(url, version=2, main="0900000000", phones=["", "028 3822 3344"], **{"phones.label": "Cơ quan"})
    assert (again(one).mobile, again(one).phones) == ("+84987000111", others[:1])  # not one of them: nothing else
