"""What is on the warehouse's forms beside the fields of their records."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core import sdk
from core.sdk import Context

from . import policy
from .slips import Slip

_ = sdk.translator("plugins.warehouse")
USUAL_LAW = _("Issued with Circular No. 99/2025/TT-BTC of 27 October 2025 of the Minister of Finance")


def of_slips(context: Context, slips: Sequence[Slip]) -> Iterable[Mapping[str, Any]]:
    """By which circular the form is made."""
    law = law_of(context)
    return ({"law": law} for _slip in slips)


def law_of(context: Context) -> str:
    """The line beneath a form's number: what the company has written, or the law as it is."""
    return policy.of(context).law or str(USUAL_LAW)
