"""Customers and what they are sorted by, as entities of the product."""

from collections.abc import Iterable

from core.customers.models import BankAccount, Contact, Customer, CustomerGroup, CustomerType, Source, Tag, Tier
from core.entity.entity import Resource
from core.i18n import translator

_ = translator("core")


def entities() -> Iterable[Resource]:
    """Customers first; the catalogues are reached from the settings."""
    return [
        Resource(
            model=Customer,
            title=_("Customer"),
            plural=_("Customers"),
            icon="users",
            weight=10,
            narrow="tier",
            merges=True,
            person=True,
            activities=True,
        ),
        Resource(
            model=Contact,
            title=_("Contact"),
            plural=_("Contacts"),
            icon="address-book",
            weight=11,
            merges=True,
            person=True,
            activities=True,
        ),
        Resource(
            model=BankAccount, title=_("Bank account"), plural=_("Bank accounts"), icon="credit-card", navigation=False
        ),
        Resource(
            model=CustomerType,
            owned=False,
            title=_("Customer type"),
            plural=_("Customer types"),
            icon="category",
            navigation=False,
            delete_dialog="remove",
        ),
        Resource(
            model=CustomerGroup,
            owned=False,
            title=_("Customer group"),
            plural=_("Customer groups"),
            icon="folders",
            navigation=False,
        ),
        Resource(model=Tier, owned=False, title=_("Tier"), plural=_("Tiers"), icon="stairs-up", navigation=False),
        Resource(model=Source, owned=False, title=_("Source"), plural=_("Sources"), icon="route", navigation=False),
        Resource(model=Tag, owned=False, title=_("Tag"), plural=_("Tags"), icon="tag", navigation=False),
    ]
