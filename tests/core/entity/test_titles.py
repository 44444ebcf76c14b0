"""What is said of a record beside its name is read alike wherever it is read."""

import pytest

from core.context import Context
from core.entity.fields import Choice, Field
from core.entity.kinds import KINDS
from core.entity.titles import read_text, reader
from core.i18n import use_locale

READ = {
    "text": ("Cô Ba", "Cô Ba"),
    "number": ("BG-0001", "BG-0001"),
    "link": ("Cô Ba", "Cô Ba"),
    "email": ("ba@example.com", "ba@example.com"),
    "phone": ("+84912345678", "0912 345 678"),
    "date": ("2026-11-23", "23/11/2026"),
    "datetime": ("2026-11-23 01:30:00+00", "23/11/2026 08:30"),
    "money": ("1234567.00", "1.234.567 đ"),
    "integer": ("1234", "1.234"),
    "percent": ("8.50", "8,5%"),
    "boolean": ("true", "Có"),
    "choice": ("new", "Mới"),
}


@pytest.mark.parametrize("kind", READ)
def test_a_text_of_the_database_is_read_as_its_kind_is(context: Context, kind: str) -> None:
    text, said = READ[kind]
    spec = Field(title="Ô", name="cell", kind=KINDS[kind], choices=(Choice("new", "Mới"),))
    read = reader(spec)
    with use_locale("vi"):
        assert read_text(context, spec, text) == said
        assert (read(context, text) if read else text) == said
