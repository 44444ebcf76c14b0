"""Moving customers between groups through the API."""

import marshmallow as ma

from core.api.sharing import id_list, one_of
from core.customers.grouping import MODES
from core.entity.schema import Body, worded
from core.i18n import translator

_ = translator("core")

MOST_GROUPS = 100
NAME = 80


class RegroupRequestSchema(Body):
    """Which customers come into which groups, or leave them."""

    ids = id_list(_("The records."), required=True)
    groups = worded(
        ma.fields.List(
            ma.fields.String(validate=ma.validate.Length(max=NAME)),
            required=True,
            validate=ma.validate.Length(1, MOST_GROUPS),
            metadata={"description": _("Customer groups, by id or by name.")},
        ),
        _("Write a list of groups, by id or by name."),
    )
    mode = one_of(MODES, _("Replace the groups they are in, add to them, or take out of them."))
