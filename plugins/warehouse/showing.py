"""What somebody who is new to the warehouse is shown of it."""

from core import sdk
from core.sdk import TourStep

_ = sdk.translator("plugins.warehouse")


def first_day() -> sdk.Tour:
    """From what is there to how it came and went, and how it is counted."""
    return sdk.Tour(
        name="warehouse.start",
        title=_("The warehouse"),
        text=_("What is there, what comes in and goes out, and how it is counted."),
        weight=60,
        steps=(
            TourStep(
                title=_("Stock on hand"),
                text=_("What is there, warehouse by warehouse. A colour says what is running low or has run out."),
                url="/warehouse/stocks",
                selector="main h1",
                permission=("warehouse.stock", "see"),
            ),
            TourStep(
                title=_("Goods come in"),
                text=_("Write down what arrives and what it cost. Only when the slip is approved does the stock grow."),
                url="/warehouse/goods-receipts",
                selector="main a[href='/warehouse/goods-receipts/new']",
                permission=("warehouse.goods_receipt", "create"),
            ),
            TourStep(
                title=_("Goods go out"),
                text=_("Sales and the workshop make these slips themselves; here you see and approve them."),
                url="/warehouse/goods-issues",
                selector="main h1",
                permission=("warehouse.goods_issue", "see"),
            ),
            TourStep(
                title=_("Count the stock"),
                text=_(
                    "With a telephone in hand, along the shelves. What was counted differently is set right on approval."
                ),
                url="/warehouse/stocktakes",
                selector="main a[href='/warehouse/stocktakes/new']",
                permission=("warehouse.stocktake", "create"),
            ),
        ),
    )
