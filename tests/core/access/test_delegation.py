"""Delegates of the administrators look after people as far as their own rights go (ADM-05)."""

from collections.abc import Callable

import pytest

from core.access.delegation import looks_after
from core.access.grants import set_grants
from core.access.models import Role, User
from core.access.organisation import Department
from core.context import CompanyInfo, Context, ForbiddenError, Grants
from core.entity import service
from core.entity.errors import InvalidError

OWN_RIGHTS = {"core.customer": {"see": "department", "edit": "own"}}


@pytest.fixture
def delegate(make_context: Callable[..., Context], company: CompanyInfo) -> Context:
    return make_context(company, grants=Grants(verbs=OWN_RIGHTS, delegate=True), name="Phó phòng")


def _role(context: Context, name: str, grants: dict[str, dict[str, str]], *, admin: bool = False) -> Role:
    role = service.create(context, Role, {"name": name, "admin": admin})
    role.grants = grants
    context.session.flush()
    context.session.commit()
    return role


def test_a_delegate_adds_people_with_no_more_rights_than_their_own(context: Context, delegate: Context) -> None:
    less = _role(context, "Học việc", {"core.customer": {"see": "own"}})
    more = [
        _role(context, "Giám đốc", {"core.customer": {"see": "all"}}),
        _role(context, "Kho", {"core.contact": {"see": "own"}}),
        _role(context, "Chủ", {}, admin=True),
    ]
    made = service.create(delegate, User, {"name": "Lan", "email": "lan@example.com", "roles": [less.id]})
    assert looks_after(delegate, made.id)
    for role in more:
        with pytest.raises(InvalidError) as refused:
            service.update(delegate, made, {"roles": [role.id]})
        assert set(refused.value.errors) == {"roles"}


def test_whoever_may_do_more_is_not_a_delegates_to_touch(context: Context, delegate: Context) -> None:
    role = _role(context, "Giám đốc", {"*": {"see": "all"}})
    head = service.create(context, User, {"name": "Sếp", "email": "sep@example.com", "roles": [role.id]})
    context.session.commit()
    with pytest.raises(InvalidError):
        service.update(delegate, service.get(delegate, User, head.id), {"email": "mine@example.com"})
    assert not looks_after(delegate, head.id)


def test_a_delegate_makes_roles_within_their_own_rights(delegate: Context) -> None:
    role = service.create(delegate, Role, {"name": "Nhóm tôi"})
    assert set_grants(delegate, role, {"core.customer": {"see": "own"}}, version=role.version)
    for grants in ({"core.customer": {"see": "all"}}, {"*": {"see": "own"}}, {"core.customer": {"delete": "own"}}):
        with pytest.raises(ForbiddenError):
            set_grants(delegate, role, grants, version=role.version)
    for name in ("admin", "delegate"):
        with pytest.raises(InvalidError) as refused:
            service.update(delegate, role, {name: True})
        assert set(refused.value.errors) == {name}


def test_a_delegate_puts_people_into_their_own_departments_alone(context: Context, delegate: Context) -> None:
    assert delegate.user is not None
    mine = service.create(context, Department, {"name": "Miền Bắc", "head": delegate.user.id}).id
    below = service.create(context, Department, {"name": "Hà Nội", "parent": mine}).id
    other = service.create(context, Department, {"name": "Miền Nam"}).id
    context.session.commit()
    made = service.create(delegate, User, {"name": "Lan", "email": "lan@example.com", "department": below})
    assert service.update(delegate, made, {"department": mine})
    with pytest.raises(InvalidError) as refused:
        service.update(delegate, made, {"department": other})
    assert set(refused.value.errors) == {"department"}
    with pytest.raises(ForbiddenError):
        service.update(delegate, service.get(delegate, Department, other), {"head": delegate.user.id})


def test_a_delegate_administers_nothing_else(delegate: Context) -> None:
    assert delegate.can("*", "people")
    assert not delegate.can("*", "admin")
    assert not delegate.can("core.customer", "delete")
