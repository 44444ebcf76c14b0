"""Related lists go by the fields that a person may know, the company's own among them."""

from dataclasses import replace

import pytest

from core.access.scopes import HIDDEN
from core.context import Context, Grants
from core.customers.models import Contact, Customer
from core.entity.tables import CustomField
from core.web.entity.related import relations

SEEN = {"core.customer": {"see": "all"}, "core.contact": {"see": "all"}}


@pytest.mark.parametrize("hidden", [True, False])
def test_a_hidden_field_of_the_companys_own_leads_to_no_related_list(context: Context, *, hidden: bool) -> None:
    options = {"target": "core.customer"}
    context.session.add(
        CustomField(entity="core.contact", key="second", title="Khách thứ hai", kind="link", options=options)
    )
    context.session.commit()
    limits = {"core.contact": {"custom.second": HIDDEN}} if hidden else {}
    turn = replace(context, grants=Grants(verbs=SEEN, fields=limits), cache={})
    fields = {one.field.name for one in relations(turn, turn.resource(Customer)) if one.resource.model is Contact}
    assert ("custom.second" in fields) is not hidden
    assert "customer" in fields
