"""Rules and the records there are: first counted, then done as a bulk operation that can be taken back."""

from collections import Counter

import pytest
import sqlalchemy as sa

from core.access.shares import Share
from core.bulk import parts
from core.bulk import service as operations
from core.bulk.sharing import received
from core.bulk.undoing import undo
from core.context import ForbiddenError
from core.customers.models import Customer
from core.entity import service
from core.jobs.drain import Drain
from core.rules import reading
from core.rules.bulk import apply_now
from core.rules.preview import Preview, preview
from tests.core.rules.conftest import Office, me


def counted(office: Office, kind: str = "owner") -> Preview:
    office.fresh()
    resource = office.admin.resource(Customer)
    return preview(office.admin, resource, reading.active(office.admin, resource, kind))


def owners(office: Office) -> Counter[object]:
    office.fresh()
    found = sa.select(Customer.owner_id).where(Customer.tenant_id == office.admin.tenant)
    return Counter(office.admin.session.scalars(found))


@pytest.fixture
def customers(office: Office) -> int:
    """Seven of Facebook and three of Zalo, one of which is An's already."""
    rows = [{"name": f"F{n}", "source": office.facebook} for n in range(7)]
    rows += [{"name": f"Z{n}", "source": office.zalo} for n in range(3)]
    made = service.create_many(office.seller, Customer, rows)
    office.seller.session.commit()
    office.admin.session.execute(
        sa.update(Customer).where(Customer.id == made[-1].id).values(owner_id=office.people["An"])
    )
    office.commit()
    return len(rows)


def rules_of(office: Office) -> None:
    office.rule(name="Facebook", departments=(office.department,), conditions=[("source__eq", str(office.facebook))])
    office.rule(name="Còn lại", users=(office.people["An"],))


def test_the_preview_says_who_would_receive_how_many_and_does_nothing(office: Office, customers: int) -> None:
    rules_of(office)
    found = counted(office)
    assert [(one.rule.name, one.matching, one.acting) for one in found.effects] == [
        ("Facebook", 7, 7),
        ("Còn lại", 3, 2),
    ]
    assert found.people == {office.people["An"]: 3 + 2, office.people["Bình"]: 2, office.people["Chi"]: 2}
    assert owners(office)[me(office.seller)] == customers - 1


def test_applying_them_now_does_what_the_preview_said_and_can_be_taken_back(office: Office, customers: int) -> None:
    rules_of(office)
    said = counted(office).people
    operation = apply_now(office.admin, office.admin.resource(Customer), "owner")
    assert (operation.state, operation.done) == ("done", 9)
    assert received(office.admin, operation) == dict(said)
    office.commit()
    assert owners(office) == said + Counter({office.people["An"]: 1})
    assert counted(office).acting == 0
    undo(office.admin, operation.id)
    office.commit()
    assert owners(office) == {me(office.seller): customers - 1, office.people["An"]: 1}


def test_many_are_a_jobs(office: Office, customers: int, drain: Drain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "AT_ONCE", 2)
    monkeypatch.setattr(parts, "PART", 2)
    rules_of(office)
    said = counted(office).people
    operation = apply_now(office.admin, office.admin.resource(Customer), "owner")
    assert operation.state == "waiting"
    office.commit()
    drain.company(office.admin.tenant)
    office.fresh()
    assert operations.get(office.admin, operation.id).state == "done"
    assert owners(office) == said + Counter({office.people["An"]: 1})
    assert customers == sum(said.values()) + 1


def test_what_somebody_changed_since_stays(office: Office, customers: int) -> None:
    rules_of(office)
    operation = apply_now(office.admin, office.admin.resource(Customer), "owner")
    office.commit()
    some = office.admin.session.scalars(
        sa.select(Customer.id).where(Customer.owner_id == office.people["Bình"])
    ).first()
    office.admin.session.execute(sa.update(Customer).where(Customer.id == some).values(owner_id=me(office.admin)))
    office.commit()
    undone = undo(office.admin, operation.id)
    assert (undone.undone, undone.kept) == (customers - 2, 1)


def test_shares_are_previewed_applied_and_taken_back_likewise(office: Office, customers: int) -> None:
    office.rule("share", users=(office.people["An"],), departments=(office.department,))
    found = counted(office, "share")
    assert (found.effects[0].matching, found.effects[0].acting) == (customers, 2 * customers - 1)
    assert found.people == {office.people["An"]: customers - 1, office.department: customers}
    operation = apply_now(office.admin, office.admin.resource(Customer), "share")
    office.commit()
    mine = sa.select(sa.func.count()).select_from(Share).where(Share.tenant_id == office.admin.tenant)
    assert office.admin.session.scalar(mine) == 2 * customers - 1
    assert counted(office, "share").acting == 0
    undo(office.admin, operation.id)
    office.commit()
    assert office.admin.session.scalar(mine) == 0


def test_only_administrators_look_and_apply(office: Office) -> None:
    for handler in (
        lambda: preview(office.seller, office.seller.resource(Customer), []),
        lambda: apply_now(office.seller, office.seller.resource(Customer), "owner"),
    ):
        with pytest.raises(ForbiddenError):
            handler()
