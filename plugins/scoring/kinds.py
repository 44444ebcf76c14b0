"""The kinds of rules (SCO-02 … SCO-11), and what companies may say of each."""

from urllib.parse import urlsplit

from core import sdk
from core.sdk import Choice, Text

_ = sdk.translator("plugins.scoring")

CUSTOMER_GROUP, TRANSACTION_TYPE = "customer_group", "transaction_type"
QUOTE_VALUE, QUOTE_COUNT = "quote_value", "quote_count"
EMAIL_OPEN, EMAIL_CLICK = "email_open", "email_click"
CAMPAIGN_STATUS, CAMPAIGN_ACTION = "campaign_status", "campaign_action"
OPPORTUNITY_STAGE = "opportunity_stage"
WEB_TIME, WEB_PAGE = "web_time", "web_page"
DECAY = "decay"

TITLES: dict[str, Text] = {
    CUSTOMER_GROUP: _("Customer group"),
    TRANSACTION_TYPE: _("Type of transaction"),
    QUOTE_VALUE: _("Quote value"),
    QUOTE_COUNT: _("Number of quotes"),
    EMAIL_OPEN: _("Opened an e-mail"),
    EMAIL_CLICK: _("Clicked in an e-mail"),
    CAMPAIGN_STATUS: _("Status in an e-mail campaign"),
    CAMPAIGN_ACTION: _("Action in a campaign"),
    OPPORTUNITY_STAGE: _("Opportunity"),
    WEB_TIME: _("Browsing time"),
    WEB_PAGE: _("Pages visited"),
    DECAY: _("Less with time"),
}
"""What a line of the ledger is called by its kind."""

STATUSES = (
    Choice("sent", _("Sent")),
    Choice("delivered", _("Delivered")),
    Choice("opened", _("Opened")),
    Choice("clicked", _("Clicked")),
    Choice("bounced", _("Bounced")),
    Choice("unsubscribed", _("Unsubscribed")),
)
"""How far a recipient of a campaign has come."""

ROWS = frozenset((QUOTE_VALUE, CAMPAIGN_ACTION, WEB_TIME, WEB_PAGE))
"""Kinds whose rules are rows that people add."""
LIMITED = frozenset((QUOTE_VALUE, WEB_TIME))
"""Kinds of which the highest limit that is reached counts."""
SIGNALS = (EMAIL_OPEN, EMAIL_CLICK, CAMPAIGN_STATUS, CAMPAIGN_ACTION, WEB_TIME, WEB_PAGE)
"""Kinds that other modules tell of; see :mod:`plugins.scoring.api`."""


def page_path(address: str) -> str:
    """A page's address without what differs from visit to visit, as rules and visits name it."""
    return "/" + urlsplit(address.strip()).path.strip("/")
