"""A view that the people of a role begin a list with."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from core.access.models import Role, User
from core.context import Context, ForbiddenError
from core.customers.models import Customer
from core.entity import service
from core.entity.views import save_view
from core.testing import limited_to


@pytest.fixture
def colleague(
    context: Context, make_user: Callable[..., Context], make_context: Callable[..., Context]
) -> Callable[[UUID], Context]:
    """Somebody of the company with one role."""

    def make(role: UUID) -> Context:
        grants = limited_to("all", **{"*": ["see"]})
        other = make_user(make_context(context.company, grants=grants, name="Lê Chi"), grants=grants)
        assert other.user is not None
        pairs = User.__links__["roles"]
        row = {"tenant_id": context.tenant, "left_id": other.user.id, "right_id": role}
        context.session.execute(sa.insert(pairs), row)
        context.session.commit()
        return other

    return make


def test_people_of_the_role_begin_with_it_and_others_do_not(
    context: Context, colleague: Callable[[UUID], Context], make_client: Callable[[Context], FlaskClient]
) -> None:
    role, another = (service.create(context, Role, {"name": name}).id for name in ("Bán lẻ", "Kho"))
    view = save_view(context, context.resource(Customer), "Khách lẻ", {"kind__eq": "individual"}, roles=[role])
    assert view.shared
    inside, outside = make_client(colleague(role)), make_client(colleague(another))
    answer = inside.get("/customers")
    assert answer.status_code == 302
    assert str(view.id) in answer.headers["Location"]
    assert inside.get("/customers?view=all").status_code == 200
    page = outside.get("/customers")
    assert page.status_code == 200
    assert "Khách lẻ" in page.get_data(as_text=True)


def test_only_an_administrator_says_so(context: Context, colleague: Callable[[UUID], Context]) -> None:
    role = service.create(context, Role, {"name": "Bán lẻ"}).id
    other = colleague(role)
    with pytest.raises(ForbiddenError):
        save_view(other, other.resource(Customer), "Của tôi", {}, roles=[role])


def test_ctrl_k_finds_views_by_name_and_opens_them(
    context: Context,
    stranger: Context,
    colleague: Callable[[UUID], Context],
    make_client: Callable[[Context], FlaskClient],
) -> None:
    role = service.create(context, Role, {"name": "Bán lẻ"}).id
    customers = context.resource(Customer)
    begins = save_view(context, customers, "Khách ở Huế", {"kind__eq": "individual"}, roles=[role])
    shared = save_view(context, customers, "Công ty Huế", {"kind__eq": "company"}, shared=True)
    hidden = save_view(context, customers, "Huế của sếp", {})
    save_view(stranger, customers, "Huế nhà khác", {}, shared=True)
    stranger.session.commit()
    person = colleague(role)
    own = save_view(person, customers, "Khách Huế của tôi", {})
    person.session.commit()
    client = make_client(person)
    page = client.get("/search?q=hue khach", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert all(f"view={one.id}" in page for one in (begins, shared, own))
    assert f"view={hidden.id}" not in page
    assert "nhà khác" not in page
    assert client.get(f"/customers?kind__eq=individual&view={begins.id}").status_code == 200
    # The name of the entity alone does not find all its views.
    page = client.get("/search?q=khach hang", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert f"view={shared.id}" not in page
