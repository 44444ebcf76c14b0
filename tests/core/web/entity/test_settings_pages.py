"""Settings: the tiles people may use, a role's permissions, a person's new password."""

from collections.abc import Callable

import pytest

from core.access.models import Role, User
from core.context import Context
from core.entity import service
from tests.core.web.entity.conftest import Pages


def test_people_see_the_settings_they_may_use(pages: Pages, pages_of: Callable[..., Pages]) -> None:
    page = pages.get("/settings")
    for url in (
        "/users",
        "/roles",
        "/settings/fields",
        "/sources",
        "/tags",
        "/settings/modules",
        "/imports",
        "/jobs",
        "/recycle",
    ):
        assert f'href="{url}"' in page, url
    colleague = pages_of(core_tag=["see"]).get("/settings")
    assert 'href="/tags"' in colleague
    assert 'href="/users"' not in colleague
    pages_of(kennel_stay=["see"]).get("/settings", 403)


def test_a_role_is_given_verbs_on_entities(pages: Pages, context: Context) -> None:
    role = service.create(context, Role, {"name": "Lễ tân"})
    context.session.commit()
    page = pages.get(f"/roles/{role.id}/permissions")
    assert 'name="scope.core.customer.transfer"' in page
    assert 'name="scope.core.user.edit"' not in page
    assert f'href="/roles/{role.id}/permissions"' in pages.get(f"/roles/{role.id}")
    pages.post(
        f"/roles/{role.id}/permissions",
        **{
            "version": "1",
            "scope.core.customer.create": "all",
            "scope.core.customer.edit": "own",
            "scope.*.see": "department",
            "scope.core.contact.see": "nobody",
        },
    )
    context.session.refresh(role)
    assert role.grants == {
        "*": {"see": "department"},
        "core.contact": {"see": ""},
        "core.customer": {"create": "all", "edit": "own"},
    }
    line = pages.part(f"/roles/{role.id}/timeline")
    assert "Sửa: Khách hàng" in line
    assert "Của mình" in line
    assert "core.customer" not in line


def test_a_role_that_somebody_else_changed_is_shown_again(pages: Pages, context: Context) -> None:
    role = service.create(context, Role, {"name": "Lễ tân"})
    service.update(context, role, {"note": "mới"})
    context.session.commit()
    pages.post(f"/roles/{role.id}/permissions", 409, version="1", **{"scope.core.customer.see": "all"})
    context.session.refresh(role)
    assert role.grants == {}


@pytest.mark.parametrize(
    "form", [{"scope.core.customer.see": "fly"}, {"scope.core.tag.see": "own"}, {"scope.*.create": "below"}]
)
def test_permissions_that_do_not_exist_are_refused(pages: Pages, context: Context, form: dict[str, str]) -> None:
    role = service.create(context, Role, {"name": "Lễ tân"})
    context.session.commit()
    pages.post(f"/roles/{role.id}/permissions", 422, version="1", **form)
    context.session.refresh(role)
    assert role.grants == {}


def test_a_new_password_is_shown_once_and_works(pages: Pages, context: Context, app: object) -> None:
    user = service.create(context, User, {"name": "Lan", "email": "lan@example.com"})
    context.session.commit()
    assert f'hx-get="/users/{user.id}/password"' in pages.get(f"/users/{user.id}")
    page = pages.send(f"/users/{user.id}/password").get_data(as_text=True)
    password = page.split('id="new-password" value="')[1].split('"')[0]
    context.session.refresh(user)
    from core.app import EXTENSION

    doors = app.extensions[EXTENSION].doors  # type: ignore[attr-defined] # a Flask application
    assert doors.passwords.matches(password, user.password_hash)
    assert password not in pages.get(f"/users/{user.id}")


def test_only_an_administrator_sets_them(pages_of: Callable[..., Pages], context: Context) -> None:
    role = service.create(context, Role, {"name": "Lễ tân"})
    context.session.commit()
    colleague = pages_of(core_role=["see", "edit"], core_user=["see", "edit"])
    assert context.user is not None
    colleague.get(f"/roles/{role.id}/permissions", 403)
    colleague.send(f"/roles/{role.id}/permissions", 403, version="1", **{"verbs.*": "see"})
    colleague.send(f"/users/{context.user.id}/password", 403)
    assert "/permissions" not in colleague.get(f"/roles/{role.id}")
