"""The rules that a company sets for its documents."""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import mapped_column

from core import sdk
from core.sdk import Context, Mapped, TenantRow

from .documents import Contract

_ = sdk.translator("plugins.sales")
_RULES = "sales.rules"


class Rules(TenantRow):
    """What a company asks of its documents; without a row what is usual."""

    __tablename__ = "sales_rules"
    __table_args__ = (sa.UniqueConstraint("tenant_id"),)

    contract_goods: Mapped[bool] = mapped_column(default=True)
    """Whether a contract names goods or services: where it need not, its value is typed."""


def rules_of(context: Context) -> Rules:
    """The rules in force; read once in a turn."""
    if _RULES not in context.cache:
        mine = sa.select(Rules).where(Rules.tenant_id == context.tenant)
        context.cache[_RULES] = context.session.scalar(mine) or Rules(contract_goods=True)
    found: Rules = context.cache[_RULES]
    return found


def keep(context: Context, *, contract_goods: bool) -> None:
    """Set the rules. What was drawn up before stays as it is."""
    context.require("*", "admin")
    row = context.session.scalar(sa.select(Rules).where(Rules.tenant_id == context.tenant).with_for_update())
    row = row or Rules(tenant_id=context.tenant)
    row.contract_goods = contract_goods
    context.session.add(row)
    context.session.flush()
    context.cache.pop(_RULES, None)


def guard_contract(
    context: Context, contract: Contract | None, values: Mapping[str, Any]
) -> Iterable[tuple[str, sdk.Text]]:
    """A contract has goods where the company says so. Files bring old contracts, of which only the value is known."""
    emptied = not values.get("goods") and (contract is None or "goods" in values)
    if emptied and context.source != "import" and rules_of(context).contract_goods:
        yield "goods", _("Choose at least one product or service.")
