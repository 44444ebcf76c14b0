"""Fields in parts: each where its section says, the others at the end of the first."""

from core.entity.sections import Section, parted


def test_every_field_stands_once_and_what_no_section_names_ends_the_first() -> None:
    sections = (Section("Slip", ("number", "day")), Section("Car", ("km", "gone", "plate")), Section("Empty", ("off",)))
    named = [(name, name) for name in ("plate", "note", "number", "km", "day")]
    assert [(one.title, fields) for one, fields in parted(sections, named)] == [
        ("Slip", ["number", "day", "note"]),
        ("Car", ["km", "plate"]),
    ]
    assert [fields for _one, fields in parted((), named)] == [["plate", "note", "number", "km", "day"]]
