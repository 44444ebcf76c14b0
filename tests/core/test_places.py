"""Vietnamese places: those of today, and what became of those before July 2025."""

import pytest

from core import places
from core.entity.kind_address import in_one_line, proposals
from core.entity.kinds import KINDS


def test_thirty_four_provinces_and_their_wards() -> None:
    assert len(places.provinces()) == 34
    assert sum(len(places.wards(name)) for name in places.provinces()) == 3321
    assert "Phường Bến Thành" in places.wards("TP. Hồ Chí Minh")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("TP HCM", "TP. Hồ Chí Minh"), ("Thành phố Hồ Chí Minh", "TP. Hồ Chí Minh"), ("sai gon", "TP. Hồ Chí Minh"),
        ("Bình Dương", "TP. Hồ Chí Minh"), ("tỉnh Quảng Nam", "Đà Nẵng"), ("ha noi", "Hà Nội"), ("California", None),
    ],
)  # fmt: skip
def test_a_province_is_known_however_written(text: str, name: str | None) -> None:
    assert places.province_named(text) == name


@pytest.mark.parametrize("province", ["Hà Nội", "Đà Nẵng", "Cà Mau"])
def test_every_ward_is_known_by_its_own_name(province: str) -> None:
    assert [places.ward_named(ward, province) for ward in places.wards(province)] == list(places.wards(province))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("123 Lê Lợi, Phường Bến Nghé, Quận 1, TP.HCM", "123 Lê Lợi, Phường Sài Gòn, TP. Hồ Chí Minh"),
        ("45 Nguyễn Trãi, P.02, Q.5, TPHCM", "45 Nguyễn Trãi, Phường Chợ Quán, TP. Hồ Chí Minh"),
        ("xã Tân Thông Hội, huyện Củ Chi, tp hồ chí minh", "Xã Củ Chi, TP. Hồ Chí Minh"),
        ("1 Trần Phú - phường Điện Biên - Ba Đình - Hà Nội", "1 Trần Phú, Phường Ba Đình, Hà Nội"),
        ("Phường Điện Biên, Ba Đình, Hà Nội, Việt Nam", "Phường Ba Đình, Hà Nội"),
    ],
)
def test_an_old_address_leads_to_the_new_one(old: str, new: str) -> None:
    assert new in [in_one_line(one) for one in proposals(old)]


def test_what_is_not_understood_is_left_alone() -> None:
    assert proposals("United States") == []
    assert proposals("Lô A2 KCN Sóng Thần, Dĩ An, Bình Dương") == []


def test_a_file_keeps_the_old_text_and_knows_the_province() -> None:
    kind, field = KINDS["address"], None
    old = kind.parse("12 Lê Lợi, P. Bến Nghé, Q.1, TP. HCM", field, None)  # type: ignore[arg-type]  # neither matters
    assert old == {"province": "TP. Hồ Chí Minh", "legacy": "12 Lê Lợi, P. Bến Nghé, Q.1, TP. HCM"}
    assert in_one_line(old) == "12 Lê Lợi, P. Bến Nghé, Q.1, TP. HCM"
    new = kind.parse("12 Hùng Vương, P. Ninh Kiều, Cần Thơ", field, None)  # type: ignore[arg-type]  # as above
    assert new == {"street": "12 Hùng Vương", "ward": "Phường Ninh Kiều", "province": "Cần Thơ"}


def test_several_telephones_are_read_from_one_cell() -> None:
    read = KINDS["phones"].parse("028 3822 3344 (Cơ quan); 0912.345.678, 0912345678", None, None)  # type: ignore[arg-type]  # as above
    assert read == [{"value": "+842838223344", "label": "Cơ quan"}, {"value": "+84912345678", "label": ""}]
    with pytest.raises(ValueError, match="12"):
        KINDS["phones"].parse("12", None, None)  # type: ignore[arg-type]  # as above
