"""What other plugins may ask of the warehouse, and let it do."""

from .models import Lot, Stock, Warehouse
from .slips import GoodsIssue, GoodsReceipt

__all__ = ["GoodsIssue", "GoodsReceipt", "Lot", "Stock", "Warehouse"]
