"""A field of lines that a role hides or only shows, with the dummy's slips: wherever a value could leave, it does not."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.access.grants import limitable, set_fields
from core.access.models import Role
from core.context import Context
from core.entity import service
from core.entity.entity import Resource
from core.entity.errors import InvalidError
from core.entity.query import compared_fields
from core.plugin.boot import Registry
from core.reports.offered import dimensions_of, measured_of
from core.testing.web import ApiClient

SECRET = Decimal(778_899)


@pytest.fixture
def resource(context: Context, registry: Registry) -> Resource:
    """The dummy's document."""
    return context.resource(registry.resources["dummy.slip"].model)


@pytest.fixture
def slip(context: Context, resource: Resource) -> Any:
    """A slip whose line has a price that nothing else does."""
    found: Any = service.create(
        context, resource.model, {"note": "Phiếu", "goods": [{"name": "Khăn", "price": SECRET}]}
    )
    service.update(context, found, {"goods": [{"id": found.goods[0].id, "price": SECRET + 1, "name": "Khăn tắm"}]})
    service.update(context, found, {"goods": [{"id": found.goods[0].id, "price": SECRET + 2}]})
    context.session.commit()
    return found


@pytest.fixture
def somebody(limited_to: Callable[..., Context]) -> Context:
    """Whoever knows no prices and sets no quantities."""
    return limited_to(
        {
            "goods.price": "hidden",
            "goods.gross": "hidden",
            "goods.amount": "hidden",
            "total": "hidden",
            "goods.quantity": "readonly",
        }
    )


def is_told(text: str) -> bool:
    """Whether a text says the price, in any way of writing it."""
    digits = text.replace(".", "").replace(",", "").replace("\u00a0", "")
    return any(str(SECRET + more) in digits for more in range(3))


@pytest.mark.parametrize("path", ["/{id}", "/{id}/edit", "/{id}/timeline", "/{id}/copy", "/{id}/print/slip", "/new"])
def test_no_page_says_a_hidden_value_of_lines(
    somebody: Context, slip: Any, resource: Resource, make_client: Callable[..., FlaskClient], path: str
) -> None:
    page = make_client(somebody).get(f"/{resource.path}{path.format(id=slip.id)}")
    assert page.status_code == 200
    assert not is_told(page.get_data(as_text=True))
    assert "goods.0.price" not in page.get_data(as_text=True)
    assert 'name="goods.0.quantity"' not in page.get_data(as_text=True)


def test_the_api_neither_tells_nor_takes_it(
    context: Context,
    somebody: Context,
    slip: Any,
    resource: Resource,
    api: ApiClient,
    make_api: Callable[..., ApiClient],
) -> None:
    path, programs = f"/api/v1/{resource.path}/{slip.id}", make_api(somebody)
    assert is_told(api.get(path).get_data(as_text=True))
    (line,) = programs.get(path).get_json()["goods"]
    assert "price" not in line
    assert line["quantity"] == "1.0000"
    changes = programs.get(f"{path}/changes").get_data(as_text=True)
    assert not is_told(changes)
    assert "Khăn tắm" in changes
    for name, value in (("price", "5"), ("quantity", "5"), ("nothing", "5")):
        answer = programs.patch(path, json={"goods": [{"id": line["id"], name: value}]}, headers={"If-Match": "*"})
        assert answer.status_code == 422, name
        assert list(answer.get_json()["errors"]) == [f"goods.0.{name}"]
    kept = {"goods": [{"id": line["id"], "name": "Khăn mặt"}, {"name": "Lược"}]}
    assert programs.patch(path, json=kept, headers={"If-Match": "*"}).status_code == 200
    context.session.expire_all()
    assert [(one.name, one.price) for one in slip.goods] == [("Khăn mặt", SECRET + 2), ("Lược", 0)]
    for condition in ("goods.price__gt=1", "fields=goods.price"):
        assert programs.get(f"/api/v1/{resource.path}?{condition}").status_code == 422


def test_no_report_adds_it_up_and_no_list_is_narrowed_by_it(somebody: Context, slip: Any, resource: Resource) -> None:
    seen = somebody.resource(resource.model)
    assert "goods.price" in measured_of(somebody, resource)
    assert "goods.price" not in measured_of(somebody, seen)
    assert "goods.quantity" in measured_of(somebody, seen)
    assert "goods.price" not in dimensions_of(somebody, seen)
    compared = compared_fields(somebody, seen)
    assert "goods.quantity" in compared
    assert "goods.price" not in compared


def test_a_role_is_told_of_fields_of_lines_but_not_of_what_lines_are_called(
    context: Context, resource: Resource
) -> None:
    known = limitable(context, resource)
    assert "goods.price" in known
    assert "goods.name" not in known
    role = service.create(context, Role, {"name": "Kho"})
    role.grants = {resource.name: {"see": "all", "edit": "all"}}
    context.session.flush()
    assert set_fields(context, role, resource, {"goods.price": "hidden"}, version=role.version)
    with pytest.raises(InvalidError) as refused:
        set_fields(context, role, resource, {"goods.name": "hidden"}, version=role.version)
    assert list(refused.value.errors) == ["goods.name"]
