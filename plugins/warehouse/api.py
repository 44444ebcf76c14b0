"""What other plugins may ask of the warehouse, and let it do.

A trade whose document needs goods says so with :func:`issue_goods` (or :func:`request_goods`, where the storekeeper
hands them out), as often as the document changes: what has left already does not leave again. :func:`take_back` undoes
it. Neither knows anything of the trade: they make a goods issue that names the document.
"""

from .issuing import GoodsOut, Said, costs_of, issue_goods, issued, request_goods, take_back
from .models import Lot, Stock, Warehouse
from .reserving import release, reserve
from .slips import NEW, REPAIR, SALE, GoodsIssue, GoodsReceipt
from .stocks import available, default_warehouse

__all__ = [
    "NEW",
    "REPAIR",
    "SALE",
    "GoodsIssue",
    "GoodsOut",
    "GoodsReceipt",
    "Lot",
    "Said",
    "Stock",
    "Warehouse",
    "available",
    "costs_of",
    "default_warehouse",
    "issue_goods",
    "issued",
    "release",
    "request_goods",
    "reserve",
    "take_back",
]
