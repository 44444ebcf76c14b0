"""The record that an address names."""

from contextlib import suppress
from uuid import UUID

from core.context import Context
from core.entity import service
from core.entity.entity import Entity, Resource
from core.entity.errors import MissingError
from core.web.entity.turn import may


def find(turn: Context, resource: Resource, record_id: UUID) -> Entity:
    """A record, or a deleted one for those who may bring it back. Raises :class:`MissingError`."""
    with suppress(MissingError):
        return service.get(turn, resource.model, record_id)
    if not may(turn, resource, "delete"):
        raise MissingError(resource.name, record_id)
    return service.get(turn, resource.model, record_id, deleted=True)
