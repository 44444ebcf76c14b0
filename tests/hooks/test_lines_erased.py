"""Personal values in lines of documents go with the person: of their own documents, and in lines that name them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from core.context import Context
from core.entity import service
from core.entity.tables import Change
from core.entity.timeline import history
from core.plugin.boot import Registry
from core.privacy.blanks import empty_lines_naming, naming_in_lines
from core.privacy.circle import Circle
from core.privacy.erasing import erase
from core.sdk import Customer


@pytest.fixture
def model(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The dummy's document, whose lines are called by people's names."""
    found = registry.resources["dummy.slip"].model
    fields = found.__lines__["goods"].target.__fields__
    monkeypatch.setitem(fields, "name", replace(fields["name"], personal=True))
    return found


def test_lines_of_a_persons_documents_are_emptied_in_the_log_too(context: Context, model: Any) -> None:
    lan, other = service.create_many(context, Customer, [{"name": "Cô Lan"}, {"name": "Chú Ba"}])
    slips = [
        service.create(
            context, model, {"customer": one.id, "goods": [{"name": f"Đi cùng {one.name}", "quantity": Decimal(2)}]}
        )
        for one in (lan, other)
    ]
    service.update(context, slips[0], {"goods": [{"id": slips[0].goods[0].id, "name": "Đi cùng em Lan"}]})
    context.session.commit()
    version = slips[0].version
    erase(context, lan, typed="Cô Lan", reason="Khách yêu cầu")
    context.session.commit()
    context.session.expire_all()
    assert [(line.name, line.quantity) for slip in slips for line in slip.goods] == [("", 2), ("Đi cùng Chú Ba", 2)]
    assert slips[0].version > version, "whoever is just editing it shall not bring it back"
    log = sa.select(Change).where(Change.tenant_id == context.tenant, Change.record_id == slips[0].id)
    lines = context.session.scalars(log.order_by(Change.id)).all()
    assert [line.action for line in lines] == ["created", "changed", "erased"]
    assert "Lan" not in str([line.values for line in lines])
    assert [
        change for item in history(context, slips[0], 10) for change in item.changes if "thứ tự" in str(change)
    ] == []


def test_lines_that_name_somebody_are_emptied_in_documents_of_others(context: Context, model: Any) -> None:
    part_model = context.resource("dummy.part").model
    parts = service.create_many(context, part_model, [{"name": "Một"}, {"name": "Hai"}])
    goods = [{"name": f"Của {part.title}", "part": part.id} for part in parts]
    slip = service.create(context, model, {"goods": goods})
    context.session.commit()
    circle = Circle(context.resource("dummy.part"), [parts[0]])
    ((resource, documents),) = naming_in_lines(context, circle)
    assert [one.id for one in documents] == [slip.id]
    assert empty_lines_naming(context, resource, circle) == ["goods"]
    context.session.expire_all()
    assert [line.name for line in slip.goods] == ["", "Của Hai"]
    circle.around = [(resource, [slip])]
    assert list(naming_in_lines(context, circle)) == [], "what is the person's own is emptied already"
