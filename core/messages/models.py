"""Message templates, as an entity of the product."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Mapped

from core.context import Context
from core.entity.entity import Entity, Resource
from core.entity.fields import Choice, choice, field
from core.entity.kinds import EntityName, LongText
from core.i18n import Label, translator
from core.messages import fields, templates

_ = translator("core")

EMAIL = Choice("email", _("E-mail"), "blue")
TEXT = Choice("text", _("Plain text (SMS, chat)"), "teal")


class MessageTemplate(Entity):
    """What is written to customers again and again, with fields that are filled in for each of them."""

    __tablename__ = "core_message_template"

    name: Mapped[str] = field(_("Name of the template"), search=True, sort=True, unique=True, length=120)
    channel: Mapped[str] = choice(_("Sent as"), EMAIL, TEXT)
    entity: Mapped[EntityName] = field(_("For records of"), default="core.customer")
    subject: Mapped[str | None] = field(_("Subject"), search=True, listed=False, help=_("Of an e-mail."))
    body: Mapped[LongText] = field(_("Message"), listed=False)

    def check(self) -> Iterable[tuple[str, Label]]:
        """An e-mail without a subject is taken for spam."""
        if self.channel == EMAIL.value and not self.subject:
            yield "subject", _("An e-mail needs a subject.")


def entities() -> Iterable[Resource]:
    """Reached from the settings."""
    return [
        Resource(
            model=MessageTemplate,
            owned=False,
            title=_("Message template"),
            plural=_("Message templates"),
            icon="template",
            navigation=False,
            guard=guard,
        )
    ]


def guard(context: Context, record: Entity | None, given: Mapping[str, Any]) -> Iterable[tuple[str, Label]]:
    """A template names fields that there are, and that whoever writes it may know of."""
    told = {name: getattr(record, name, None) for name in ("entity", "subject", "body")}
    changed = {name for name in told if name in given and given[name] != told[name]}
    if not changed:
        return
    told |= {name: given[name] for name in changed}
    entity = told["entity"] or MessageTemplate.__fields__["entity"].default
    resource = next((one for one in context.resources() if one.name == entity), None)
    if resource is None or not context.can(resource.name, "see"):
        yield "entity", _("Choose one of the listed values.")
        return
    names = fields.known(context, resource)
    for part in ("subject", "body"):
        if isinstance(told[part], str):
            for problem in templates.check(str(told[part]), names):
                yield part, problem.label
