"""Who sees an activity: its owner, those it is assigned to, and whoever sees what it is about."""

from typing import Any
from uuid import uuid4

import pytest

from core.access.models import User
from core.access.sharing import Targets, Terms
from core.activities.models import Call, Note, Plan, Task
from core.bulk.merging import merge
from core.bulk.sharing import share
from core.context import Context, Grants, UserInfo
from core.customers.models import Contact, Customer
from core.db.base import now
from core.entity import service
from core.entity.entity import Entity
from core.entity.errors import InvalidError
from core.entity.query import Query, list_fields, read_page
from core.entity.reference import Reference
from core.entity.values import value_of


def person(admin: Context, name: str) -> Context:
    """A colleague who sees what is their own."""
    user = service.create(admin, User, {"name": name, "email": f"{uuid4().hex}@example.com"})
    admin.session.commit()
    grants = Grants(verbs={"*": dict.fromkeys(("see", "create", "edit", "share"), "own"), "core.user": {"see": "all"}})
    info = UserInfo(user.id, name, user.email)
    return Context(admin.session, admin.company, admin.hooks, admin.active, grants, info)


def me(one: Context) -> Any:
    assert one.user is not None
    return one.user.id


def seen(one: Context, model: type[Entity]) -> list[str]:
    one.cache.clear()
    return [row["subject"] for row in read_page(one, Query(one.resource(model), columns=_subject(one, model))).rows]


def _subject(one: Context, model: type[Entity]) -> list[Any]:
    return [list_fields(one, one.resource(model))["subject"]]


def test_those_a_task_is_assigned_to_see_and_edit_it(context: Context) -> None:
    an, binh, chi = (person(context, name) for name in ("An", "Bình", "Chi"))
    task = service.create(an, Task, {"subject": "Soạn báo giá", "assignees": [me(binh)]})
    assert (seen(an, Task), seen(binh, Task), seen(chi, Task)) == (["Soạn báo giá"], ["Soạn báo giá"], [])
    service.update(binh, service.get(binh, Task, task.id), {"state": "done"})
    service.update(an, task, {"assignees": [me(chi)]})
    assert (seen(binh, Task), seen(chi, Task)) == ([], ["Soạn báo giá"])


def test_a_share_tells_of_activities_by_one_tick(context: Context) -> None:
    an, binh, chi = (person(context, name) for name in ("An", "Bình", "Chi"))
    customer = service.create(an, Customer, {"name": "Khách"}).id
    service.create(an, Note, {"subject": "Sở thích", "text": "Trà", "customer": customer})
    share(an, Customer, [customer], Targets([me(binh)]), "add", Terms(aspects=["core.activities"]))
    share(an, Customer, [customer], Targets([me(chi)]), "add", Terms(aspects=["core.contact"]))
    assert (seen(binh, Note), seen(chi, Note)) == (["Sở thích"], [])
    with pytest.raises(InvalidError) as refused:
        share(an, Customer, [customer], Targets([me(chi)]), "add", Terms(aspects=["core.note"]))
    assert "aspects" in refused.value.errors


def test_what_is_about_a_record_is_seen_with_it_and_belongs_to_its_customer(context: Context) -> None:
    an, binh = person(context, "An"), person(context, "Bình")
    customer = service.create(an, Customer, {"name": "Khách"}).id
    contact = service.create(an, Contact, {"name": "Chị Lan", "customer": customer})
    about = str(Reference("core.contact", contact.id))
    call = service.create(an, Call, {"subject": "Gọi chị Lan", "starts": now(), "about": about})
    assert value_of(call, context.resource(Call).fields["customer"]) == customer
    assert seen(binh, Call) == []
    share(an, Contact, [contact.id], Targets([me(binh)]), "add", Terms())
    assert seen(binh, Call) == ["Gọi chị Lan"]
    with pytest.raises(InvalidError) as refused:
        service.create(person(context, "Chi"), Call, {"subject": "Gọi", "starts": now(), "about": about})
    assert "about" in refused.value.errors


def test_a_reference_to_a_customer_is_the_link_to_them(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Khách"}).id
    note = service.create(context, Note, {"text": "Dòng đầu\ndòng hai", "about": f"core.customer/{customer}"})
    customer_link = value_of(note, context.resource(Note).fields["customer"])
    assert (customer_link, note.about, note.subject) == (customer, None, "Dòng đầu")


def test_a_merge_of_contacts_takes_what_is_about_them_along(context: Context) -> None:
    customer = service.create(context, Customer, {"name": "Khách"}).id
    keep, lost = (service.create(context, Contact, {"name": name, "customer": customer}) for name in ("Lan", "Lân"))
    note = service.create(context, Note, {"text": "Hẹn thứ ba", "about": str(Reference("core.contact", lost.id))})
    merge(context, Contact, keep.id, [lost.id], {})
    context.session.expire_all()
    assert service.get(context, Note, note.id).about == str(Reference("core.contact", keep.id))


@pytest.mark.parametrize(("model", "final", "open_"), [(Task, "done", "paused"), (Call, "held", "planned")])
def test_a_plan_knows_when_it_was_completed(context: Context, model: type[Plan], final: str, open_: str) -> None:
    plan = service.create(context, model, {"subject": "Việc", "starts": now()})
    assert plan.ended is None
    service.update(context, plan, {"state": final})
    assert plan.ended is not None
    service.update(context, plan, {"state": open_})
    assert plan.ended is None


def test_what_is_about_a_record_goes_along_to_another_customer(context: Context) -> None:
    old, new = (service.create(context, Customer, {"name": name}) for name in ("Công ty Mận", "Công ty Đào"))
    lan = service.create(context, Contact, {"name": "Chị Lan", "customer": old.id})
    about = str(Reference("core.contact", lan.id))
    call = service.create(context, Call, {"subject": "Gọi", "starts": now(), "about": about})
    theirs = service.create(context, Call, {"subject": "Gọi công ty", "starts": now(), "customer": old.id})
    assert value_of(call, Call.__fields__["customer"]) == old.id
    service.update(context, lan, {"customer": new.id})
    context.session.expire_all()
    assert value_of(call, Call.__fields__["customer"]) == new.id
    assert value_of(theirs, Call.__fields__["customer"]) == old.id
