"""The header is found where people put it."""

from typing import Any

import pytest

from core.i18n import use_locale
from core.sheets.header import find_header

HEADER: list[Any] = ["STT", "Tên khách hàng", "Điện thoại", "Địa chỉ"]
DATA: list[list[Any]] = [
    [1, "Nguyễn Văn Ánh", "0912345678", "Hà Nội"],
    [2, "Đặng Thị Bưởi", None, "Huế"],
    [3, "Công ty An Phát", "02838223344", None],
]


@pytest.mark.parametrize(
    "above",
    [
        [],
        [["DANH SÁCH KHÁCH HÀNG"]],
        [
            ["CÔNG TY TNHH AN PHÁT", None, None, "Mẫu số 01"],
            ["DANH SÁCH KHÁCH HÀNG"],
            ["Từ ngày 01/01/2026 đến 31/01/2026"],
            [],
        ],
        [[], [None, None, None], [None, "Báo cáo", None, "Tháng 1"], []],
    ],
    ids=["nothing", "a title", "a letterhead", "blank lines"],
)
def test_titles_and_blank_lines_above_the_header_are_passed_over(above: list[list[Any]]) -> None:
    header = find_header([*above, HEADER, *DATA])
    assert header.row == len(above) + 1
    assert header.names == tuple(HEADER)


def test_a_header_without_rows_below_is_one() -> None:
    assert find_header([["Họ tên", "Email"]]).names == ("Họ tên", "Email")


def test_a_file_of_nothing_has_no_columns() -> None:
    assert find_header([]).names == ()


def test_names_that_repeat_are_numbered_and_never_collide() -> None:
    header = find_header(
        [["Tên", "Điện thoại", "Điện thoại", "Điện thoại (2)", "Điện thoại"], ["An", "1", "2", "3", "4"]]
    )
    assert header.names == ("Tên", "Điện thoại", "Điện thoại (3)", "Điện thoại (2)", "Điện thoại (4)")


def test_a_column_with_data_and_no_name_is_called_by_its_letter() -> None:
    sample: list[list[Any]] = [
        ["Mã", "Tên", None, "Ghi chú", None, None],
        ["KH1", "An", "VIP", "x", None, None],
        ["KH2", "Bình", None, "y", None, None],
    ]
    with use_locale("en"):
        assert find_header(sample).names == ("Mã", "Tên", "Column C", "Ghi chú")


def test_a_name_in_several_lines_becomes_one() -> None:
    assert find_header([["Họ  tên\n(viết hoa)", "Số\r\nđiện thoại"], ["An", "1"]]).names == (
        "Họ tên (viết hoa)",
        "Số điện thoại",
    )


def test_a_header_of_two_rows_joins_what_is_merged() -> None:
    upper: list[Any] = ["STT", "Họ tên", "Địa chỉ", None, None, "Điện thoại"]
    lower: list[Any] = [None, None, "Số nhà", "Phường", "Tỉnh", None]
    header = find_header([["DANH SÁCH"], upper, lower, [1, "An", "12", "Hàng Bạc", "Hà Nội", "0912345678"]])
    assert (header.row, header.height) == (2, 2)
    assert header.names == ("STT", "Họ tên", "Số nhà", "Phường", "Tỉnh", "Điện thoại")


def test_twins_below_two_groups_carry_the_name_of_their_group() -> None:
    upper: list[Any] = ["STT", "Khách hàng", None, "Người liên hệ", None]
    lower: list[Any] = [None, "Tên", "Điện thoại", "Tên", "Điện thoại"]
    header = find_header([upper, lower, [1, "An Phát", "1", "Bình", "2"], [2, "Bá Đạt", "3", "Chi", "4"]])
    assert header.names == (
        "STT",
        "Khách hàng Tên",
        "Khách hàng Điện thoại",
        "Người liên hệ Tên",
        "Người liên hệ Điện thoại",
    )


def test_a_first_row_of_text_is_not_taken_for_half_a_header() -> None:
    sample: list[list[Any]] = [["Mã", "Tên", "Ghi chú"], ["KH1", "An", None], ["KH2", None, "x"]]
    assert find_header(sample).height == 1


def test_a_person_may_say_which_row_it_is() -> None:
    header = find_header([["Tên", "Số"], ["An", "Một"], ["Bình", "Hai"]], row=2)
    assert (header.row, header.names) == (2, ("An", "Một"))
