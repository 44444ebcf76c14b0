"""The second factor of operators: the codes that a company's people have, in the vendor's own table."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.access.codes import Enrolment, Holder
from core.access.vault import Vault
from core.i18n import translator
from core.vendor import deeds
from core.vendor.models import Operator, OperatorSecondFactor
from core.vendor.service import VendorError

if TYPE_CHECKING:
    from core.vendor.operators import OperatorInfo

_ = translator("core")
ISSUER = "Ghép"
"""What the app calls the console."""


def of(operator_id: int) -> Holder:
    """An operator's own."""
    return Holder(OperatorSecondFactor, {"operator_id": operator_id}, f"operator {operator_id}")


def switch_on(session: Session, operator: "OperatorInfo", vault: Vault, enrolment: Enrolment, code: str) -> list[str]:
    """Ask for codes from now on; the recovery codes, which are not shown again. The caller commits.

    Raises :class:`~core.access.codes.SecondFactorError`.
    """
    codes = of(operator.id).switch_on(session, vault, enrolment, code)
    deeds.record(session, operator.email, "second_factor_on")
    return codes


def renew_codes(session: Session, operator: "OperatorInfo") -> list[str]:
    """New recovery codes. The caller has asked for the password. Raises as :func:`switch_on`."""
    codes = of(operator.id).renew_codes(session)
    deeds.record(session, operator.email, "second_factor_codes")
    return codes


def switch_off(session: Session, operator: "OperatorInfo") -> bool:
    """Ask for no codes any more; whether there was one. The caller has asked for the password."""
    done = of(operator.id).remove(session)
    if done:
        deeds.record(session, operator.email, "second_factor_off")
    return done


def reset(session: Session, email: str, *, by: str = deeds.COMMAND) -> bool:
    """Take it away from an operator who lost phone and paper; whether they had one. Raises VendorError for no operator."""
    found = session.scalar(sa.select(Operator.id).where(Operator.email == email.strip().lower()))
    if found is None:
        raise VendorError(_("There is no operator %(email)s.", email=email))
    done = of(found).remove(session)
    if done:
        deeds.record(session, by, "operator.second_factor_reset", email=email.strip().lower())
    return done
