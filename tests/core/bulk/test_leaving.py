"""Somebody leaves: nobody gets in with their keys, and what they owned goes to others (OWN-08)."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.access.models import ApiToken, User, UserSession
from core.access.organisation import Department
from core.access.shares import Share
from core.access.sharing import Targets, Terms
from core.bulk import leaving, undoing
from core.bulk.sharing import share, transfer
from core.context import CompanyInfo, Context, ForbiddenError, Grants, UserInfo
from core.customers.models import Contact, Customer
from core.entity import service
from core.entity.errors import InvalidError
from core.testing.web import ApiClient

Make = Callable[..., Context]


def _owner_of(context: Context, record: UUID) -> UUID | None:
    table = Customer.__table__
    found: UUID | None = (
        context.session.connection()
        .execute(sa.select(table.c.owner_id).where(table.c.tenant_id == context.tenant, table.c.id == record))
        .scalar_one()
    )
    return found


def _me(turn: Context) -> UUID:
    assert isinstance(turn.user, UserInfo)
    return turn.user.id


@pytest.fixture
def colleague(make_context: Make, company: CompanyInfo) -> Callable[[str], Context]:
    rights = Grants(verbs={"*": dict.fromkeys(("see", "create", "edit", "share", "transfer"), "own")})
    return lambda name: make_context(company, grants=rights, name=name)


def test_everything_goes_to_others_evenly_and_can_be_taken_back(
    context: Context, colleague: Callable[[str], Context]
) -> None:
    gone, an, binh = colleague("Nghỉ Việc"), colleague("An"), colleague("Bình")
    customers = [service.create(gone, Customer, {"name": f"K{n}"}).id for n in range(5)]
    service.create(gone, Contact, {"name": "Lan", "customer": customers[0]})
    department = service.create(context, Department, {"name": "Bán hàng", "head": _me(gone)})
    gone.session.commit()
    context.session.commit()
    user = service.get(context, User, _me(gone))
    found = leaving.estate(context, user.id)
    assert {one.resource.name: one.count for one in found.belongings} == {"core.customer": 5, "core.contact": 1}
    assert found.heads == ("Bán hàng",)
    operations = leaving.hand_over(context, user, Targets([_me(an), _me(binh)]), even=True)
    owners = [_owner_of(context, one) for one in customers]
    assert sorted(map(owners.count, (_me(an), _me(binh)))) == [2, 3]
    context.session.expire_all()
    head = context.session.get_one(Department, (context.tenant, department.id)).head
    assert head is not None
    assert head.id == _me(an)
    assert not leaving.estate(context, user.id).belongings
    operation = next(one for one in operations if one.entity == "core.customer")
    undoing.undo(context, operation.id)
    assert {_owner_of(context, one) for one in customers} == {_me(gone)}


def test_what_is_ticked_goes_along_to_whoever_receives_the_customer(
    context: Context, colleague: Callable[[str], Context]
) -> None:
    gone, an, binh = colleague("Nghỉ Việc"), colleague("An"), colleague("Bình")
    customers = [service.create(gone, Customer, {"name": f"K{n}"}).id for n in range(3)]
    contacts = [service.create(gone, Contact, {"name": f"Lan {n}", "customer": customers[0]}).id for n in range(4)]
    gone.session.commit()
    user, targets = service.get(context, User, _me(gone)), Targets([_me(an), _me(binh)])
    with pytest.raises(InvalidError) as refused:
        leaving.hand_over(context, user, targets, options={"core.customer": ["nothing"]})
    assert set(refused.value.errors) == {"options"}
    leaving.hand_over(context, user, targets, even=True, options={"core.customer": ["belongings"]})
    table = Contact.__table__
    owners = sa.select(table.c.owner_id).where(table.c.tenant_id == context.tenant, table.c.id.in_(contacts))
    assert set(context.session.connection().execute(owners).scalars()) == {_owner_of(context, customers[0])}


def test_what_somebody_else_received_meanwhile_stays_theirs(
    context: Context, colleague: Callable[[str], Context]
) -> None:
    gone, an, binh = colleague("Nghỉ Việc"), colleague("An"), colleague("Bình")
    customers = [service.create(gone, Customer, {"name": f"K{n}"}).id for n in range(2)]
    gone.session.commit()
    transfer(context, Customer, customers[:1], Targets([_me(binh)]))
    operation = transfer(context, Customer, customers, Targets([_me(an)]), owner=_me(gone))
    assert [_owner_of(context, one) for one in customers] == [_me(binh), _me(an)]
    undoing.undo(context, operation.id)
    assert [_owner_of(context, one) for one in customers] == [_me(binh), _me(gone)]


def test_what_belongs_to_somebody_needs_a_receiver_who_stays(
    context: Context, colleague: Callable[[str], Context]
) -> None:
    gone = colleague("Nghỉ Việc")
    service.create(gone, Customer, {"name": "K"})
    gone.session.commit()
    user = service.get(context, User, _me(gone))
    for targets in (Targets(), Targets([_me(gone)])):
        with pytest.raises(InvalidError) as refused:
            leaving.hand_over(context, user, targets)
        assert set(refused.value.errors) == {"users"}


def test_from_then_on_no_key_opens_anything(
    context: Context, make_api: Callable[..., ApiClient], colleague: Callable[[str], Context]
) -> None:
    gone, an = colleague("Nghỉ Việc"), colleague("An")
    program = make_api(gone)
    gone.session.add(UserSession(user_id=_me(gone), key_hash=b"x" * 32, expires_at=sa.func.now()))
    customer = service.create(an, Customer, {"name": "K"}).id
    share(an, Customer, [customer], Targets([_me(gone)]), "add", Terms())
    department = service.create(context, Department, {"name": "Bán hàng", "members": [_me(gone), _me(an)]})
    for turn in (gone, an, context):
        turn.session.commit()
    assert program.get("/api/v1/customers").status_code == 200
    user = service.get(context, User, _me(gone))
    leaving.deactivate(context, user)
    context.session.commit()
    assert program.get("/api/v1/customers").status_code == 401
    leaving.reactivate(context, user)
    context.session.commit()
    assert program.get("/api/v1/customers").status_code == 401, "a revoked token stays revoked"
    context.session.expire_all()
    assert user.active
    assert (user.roles, user.department) == ([], None)
    assert [one.id for one in context.session.get_one(Department, (context.tenant, department.id)).members] == [_me(an)]
    left = (Share, UserSession)
    assert [context.session.scalar(sa.select(sa.func.count()).where(one.user_id == user.id)) for one in left] == [0, 0]
    live = sa.select(sa.func.count()).where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
    assert context.session.scalar(live) == 0


def test_nobody_deactivates_themselves_or_without_being_an_administrator(
    context: Context, colleague: Callable[[str], Context]
) -> None:
    me = service.get(context, User, _me(context))
    with pytest.raises(InvalidError):
        leaving.deactivate(context, me)
    with pytest.raises(ForbiddenError):
        leaving.deactivate(colleague("An"), me)
