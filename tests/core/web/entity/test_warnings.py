"""What is odd about a value, and taken all the same, is said while it is typed."""

from tests.core.web.entity.conftest import Pages


def test_the_warning_stands_below_the_field_while_one_types(pages: Pages) -> None:
    asked = "/customers/duplicates?field=tax_code&tax_code="
    assert "Chữ số cuối không khớp" in pages.get(f"{asked}0100109107")
    assert "Chữ số cuối" not in pages.get(f"{asked}0100109106")
    assert "Chữ số cuối" not in pages.get(f"{asked}01001")


def test_nothing_is_said_of_a_field_that_identifies_nobody(pages: Pages) -> None:
    pages.get("/customers/duplicates?field=sector&sector=Hoa", 404)
