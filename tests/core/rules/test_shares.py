"""Automatic sharing (OWN-09): whom rules let in, how far, how long; and what people decided themselves stays."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from core.access.shares import Share
from core.access.sharing import Targets, Terms, grant
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.tables import Change
from tests.core.rules.conftest import Office


def shares(office: Office, record: UUID) -> dict[UUID, Share]:
    office.fresh()
    found = office.admin.session.scalars(sa.select(Share).where(Share.record_id == record))
    return {one.principal_id: one for one in found}


def test_a_new_record_is_shared_with_people_and_departments_on_the_rules_terms(office: Office) -> None:
    office.rule(
        "share", users=(office.people["An"],), departments=(office.department,), access="edit", days=7,
        aspects=("core.contact",), conditions=[("source__eq", str(office.facebook))],
    )  # fmt: skip
    made = shares(office, office.customer(source=office.facebook).id)
    assert made.keys() == {office.people["An"], office.department}
    for one in made.values():
        assert (one.access, one.aspects, one.shared_by_id) == ("edit", ["core.contact"], None)
        assert one.until is not None
        assert now() + timedelta(days=6) < one.until < now() + timedelta(days=8)
    assert not shares(office, office.customer(source=office.zalo).id)


def test_every_rule_that_fits_lets_somebody_in_and_each_is_told_of(office: Office) -> None:
    office.rule("share", name="Cho An", users=(office.people["An"],))
    office.rule("share", name="Cho Bình", users=(office.people["An"], office.people["Bình"]))
    made = office.customer()
    assert shares(office, made.id).keys() == {office.people["An"], office.people["Bình"]}
    lines = office.admin.session.scalars(
        sa.select(Change.values).where(Change.record_id == made.id, Change.action == "shared").order_by(Change.id)
    ).all()
    assert [(one["rule"][1], one["with"][1]) for one in lines] == [
        ("Cho An", [str(office.people["An"])]),
        ("Cho Bình", [str(office.people["Bình"])]),
    ]


def test_what_somebody_granted_themselves_is_not_touched(office: Office) -> None:
    made = office.customer()
    grant(
        office.admin, office.admin.resource(Customer), [(made.id, made.updated_at)], Targets([office.people["An"]]),
        Terms(access="edit"),
    )  # fmt: skip
    office.rule("share", users=(office.people["An"],), days=1)
    service.update(office.admin, service.get(office.admin, Customer, made.id), {"note": "sửa"})
    office.commit()
    one = shares(office, made.id)[office.people["An"]]
    assert (one.access, one.until) == ("edit", None)


def test_the_owner_of_this_moment_needs_no_share(office: Office) -> None:
    office.rule("owner", users=(office.people["An"],))
    office.rule("share", users=(office.people["An"], office.people["Bình"]))
    assert shares(office, office.customer().id).keys() == {office.people["Bình"]}


def test_a_share_rule_of_one_entity_concerns_no_other(office: Office) -> None:
    office.rule("share", entity=Contact, users=(office.people["An"],))
    assert not shares(office, office.customer().id)
