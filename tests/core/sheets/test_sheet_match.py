"""Columns find their fields by name."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sheets.match import Target, propose

CUSTOMER = [
    Target("code", ["Mã khách hàng", "Customer code"]),
    Target("name", ["Tên khách hàng", "Customer name"], ["Họ tên", "Tên", "Name", "account", "company"]),
    Target("phone", ["Điện thoại", "Phone"], ["Số điện thoại", "Di động", "Mobile", "Hotline"]),
    Target("email", ["Email", "E-mail"]),
    Target("tax_code", ["Mã số thuế", "Tax code"]),
    Target("birthday", ["Ngày sinh", "Date of birth"]),
    Target("address", ["Địa chỉ", "Address"]),
    Target("sector", ["Ngành nghề", "Sector"], ["Lĩnh vực", "Industry"]),
    Target("founded", ["Năm thành lập", "Founded"], ["year established"]),
    Target("revenue", ["Doanh thu", "Revenue"]),
    Target("employees", ["Số nhân viên", "Employees"], ["Quy mô"]),
    Target("owner", ["Nhân viên phụ trách", "Owner"]),
    Target("note", ["Ghi chú", "Note"]),
]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Tên khách hàng", "name"),
        ("TÊN KHÁCH HÀNG (*)", "name"),
        ("ten_khach_hang", "name"),
        ("Tên KH", "name"),
        ("Họ và tên", "name"),
        ("Mã KH", "code"),
        ("SĐT", "phone"),
        ("ĐT", "phone"),
        ("SĐT KH", "phone"),
        ("Đ/T", None),
        ("ĐTDĐ", "phone"),
        ("Điện thoại 1", "phone"),
        ("Dien thoai lien he", "phone"),
        ("e-mail", "email"),
        ("E-Mail (bắt buộc)", "email"),
        ("Mail", "email"),
        ("MST", "tax_code"),
        ("Mã số thuế / Tax code", "tax_code"),
        ("NS", "birthday"),
        ("Ngày sinh (dd/mm/yyyy)", "birthday"),
        ("DOB", "birthday"),
        ("Đ.chỉ", None),
        ("Địa chỉ công ty", "address"),
        ("Adress", "address"),
        ("Doanhthu", "revenue"),
        ("Quy mô", "employees"),
        ("NV phụ trách", "owner"),
        ("Mã hợp đồng", None),
        ("STT", None),
        ("", None),
        ("Ngày tạo", None),
    ],
)
def test_a_header_finds_its_field(header: str, name: str | None) -> None:
    assert propose([header], CUSTOMER).get(0) == name


def test_the_columns_of_the_real_accounts_find_their_fields() -> None:
    headers = ["account", "sector", "year_established", "revenue", "employees", "office_location", "subsidiary_of"]
    assert propose(headers, CUSTOMER) == {0: "name", 1: "sector", 2: "founded", 3: "revenue", 4: "employees"}


def test_a_field_is_given_once_to_whoever_is_most_like_it() -> None:
    assert propose(["Số điện thoại", "Điện thoại", "Điện thoại (2)"], CUSTOMER) == {1: "phone"}
    assert propose(["Khách hàng", "Tên khách hàng", "Mã khách hàng"], CUSTOMER) == {1: "name", 2: "code"}


def test_of_equals_the_first_column_wins() -> None:
    assert propose(["Email", "Email"], CUSTOMER) == {0: "email"}


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.text(max_size=30) | st.sampled_from([label for target in CUSTOMER for label in target.labels])))
def test_whatever_the_headers_no_field_is_given_twice(headers: list[str]) -> None:
    proposed = propose(headers, CUSTOMER)
    assert len(set(proposed.values())) == len(proposed)
    assert all(0 <= index < len(headers) for index in proposed)
