"""What people type and files hold, turned into values."""

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import parse
from core.i18n import use_locale

MOMENT = dt.datetime.fromisoformat("2026-12-31T14:30")
EVERY_PARSER = [
    parse.boolean,
    parse.date,
    parse.datetime,
    parse.decimal,
    parse.email,
    parse.integer,
    parse.money,
    parse.percent,
    parse.phone,
    parse.text,
    parse.time,
]


@pytest.mark.parametrize("parser", EVERY_PARSER)
@pytest.mark.parametrize("nothing", [None, "", "   "])
def test_nothing_is_read_as_nothing(parser: Any, nothing: str | None) -> None:
    assert parser(nothing) is None


@pytest.mark.parametrize("parser", [parser for parser in EVERY_PARSER if parser is not parse.text])
@pytest.mark.parametrize(
    "nonsense", ["???", "x" * 100_000, "1" * 100_000, ["list"], float("nan"), float("inf"), "\x00"]
)
def test_nonsense_is_refused_with_a_sentence_in_the_readers_language(parser: Any, nonsense: object) -> None:
    with pytest.raises(ValueError) as caught:
        parser(nonsense)
    with use_locale("en"):
        assert str(caught.value).endswith(".")


@pytest.mark.parametrize("parser", EVERY_PARSER)
@settings(deadline=None)  # the machine may be busy
@given(anything=st.text() | st.floats() | st.integers() | st.booleans())
def test_any_input_is_read_or_refused(parser: Any, anything: object) -> None:
    found = None
    with suppress(ValueError):
        found = parser(anything)
    assert found is None or isinstance(found, bool | int | str | Decimal | dt.date | dt.time)  # never a float


class TestNumbers:
    @pytest.mark.parametrize(
        ("typed", "number"),
        [
            ("1.234.567", "1234567"),
            ("1,234,567.5", "1234567.5"),
            ("1.234.567,5", "1234567.5"),
            ("1 234 567", "1234567"),
            ("1\u00a0234\u00a0567", "1234567"),
            ("1.000", "1000"),
            ("1,000", "1000"),
            ("0.125", "0.125"),
            ("0,125", "0.125"),
            ("1234.567", "1234.567"),
            ("1100.04", "1100.04"),
            ("12,5", "12.5"),
            (".5", "0.5"),
            ("-5", "-5"),
            ("−5", "-5"),
            ("+5", "5"),
            ("(1.000)", "-1000"),
            ("2tr5", "2500000"),
            ("2tr50", "2500000"),
            ("1tr250", "1250000"),
            ("2,5 triệu", "2500000"),
            ("1tỷ2", "1200000000"),
            ("1 tỷ 200 triệu", "1200000000"),
            ("1tỉ200tr", "1200000000"),
            ("2 triệu rưỡi", "2500000"),
            ("500k", "500000"),
            ("500 nghìn", "500000"),
            ("1,5E+6", "1500000"),
            ("12%", "0.12"),
        ],
    )
    def test_a_number_is_read_as_it_is_written_here_and_abroad(self, typed: str, number: str) -> None:
        assert parse.decimal(typed) == Decimal(number)

    @pytest.mark.parametrize(
        "typed", ["1.23.456", "1.234.56", "1,2,3", "1.234,567.8", "5tr6tr", "1tr5tỷ", "2trăm", "12 34", "0.000.000,"]
    )
    def test_a_number_that_could_be_two_is_refused(self, typed: str) -> None:
        with pytest.raises(ValueError):
            parse.decimal(typed)

    @pytest.mark.parametrize("typed", ["1.234.567 đ", "1.234.567₫", "1,234,567 VNĐ", "VND 1234567", "1.234.567 đồng"])
    def test_the_sign_of_the_currency_may_stand_beside_an_amount(self, typed: str) -> None:
        assert parse.money(typed) == 1234567

    def test_another_currency_is_no_amount_of_this_one(self) -> None:
        with pytest.raises(ValueError):
            parse.money("$100")
        assert parse.money("$1,234.50", currency="USD") == Decimal("1234.50")

    def test_a_percentage_is_its_points_with_and_without_its_sign(self) -> None:
        assert parse.percent("12,5%") == parse.percent("12.5") == parse.percent(12.5) == Decimal("12.5")

    def test_a_whole_number_has_no_fraction(self) -> None:
        assert parse.integer("1.234") == 1234
        assert parse.integer(5.0) == 5
        with pytest.raises(ValueError):
            parse.integer("5,5")

    def test_the_noise_of_binary_fractions_is_dropped(self) -> None:
        assert parse.decimal(0.1 + 0.2) == Decimal("0.3")

    def test_a_column_tells_its_decimal_sign_by_the_values_that_leave_no_doubt(self) -> None:
        assert parse.decimal_mark(["1.234", "1100.04"]) == "."
        assert parse.decimal_mark(["1.234", "3,5", None]) == ","
        assert parse.decimal_mark(["1.234", "5"]) is None
        assert parse.decimal_mark(["1.5", "1,5"]) is None
        assert parse.decimal("1.234", mark=".") == Decimal("1.234")
        assert parse.decimal("1.234", mark=",") == 1234

    @settings(deadline=None)  # the machine may be busy
    @given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**15), max_value=10**15))
    def test_both_ways_of_grouping_give_back_the_number(self, number: Decimal) -> None:
        english = f"{number:,}"
        vietnamese = english.translate(str.maketrans(",.", ".,"))
        assert parse.decimal(english) == parse.decimal(vietnamese) == number


class TestDates:
    @pytest.mark.parametrize(
        "typed",
        [
            "31/12/2026",
            "31-12-2026",
            "31.12.2026",
            "31/12/26",
            "2026-12-31",
            "2026/12/31",
            "20261231",
            "31 Dec 2026",
            "31-Dec-26",
            "December 31, 2026",
            "Ngày 31 tháng 12 năm 2026",
            "ngày 31 tháng 12 năm 2026",
            "31/12/2026 14:30",
            "2026-12-31T14:30:00+07:00",
            "\u200e31/12/2026",
            46387,
            46387.75,
            "46387",
            dt.date(2026, 12, 31),
            MOMENT,
        ],
    )
    def test_a_day_is_read_however_it_is_written(self, typed: object) -> None:
        assert parse.date(typed) == dt.date(2026, 12, 31)

    @pytest.mark.parametrize(
        "typed", ["12/31/2026", "31/2/2026", "2016", 2016, 0, -5, 60, True, "31/12", "31/12-2026", "1/1/0001", 10**9]
    )
    def test_what_is_no_day_is_refused_rather_than_guessed(self, typed: object) -> None:
        with pytest.raises(ValueError):
            parse.date(typed)

    def test_two_digits_of_a_year_mean_the_past_unless_it_is_near(self) -> None:
        this_year = dt.datetime.now(dt.UTC).year
        soon, born = this_year + 5, this_year - 60
        assert parse.date(f"1/2/{soon % 100:02}") == dt.date(soon, 2, 1)
        assert parse.date(f"1/2/{born % 100:02}") == dt.date(born, 2, 1)

    def test_a_column_tells_what_comes_first_by_the_days_above_twelve(self) -> None:
        assert parse.date_order(["03-01-17", "10/20/2016"]) == "mdy"
        assert parse.date_order(["03-01-17", "20/10/2016", None, 5]) == "dmy"
        assert parse.date_order(["03-01-17", "2016-10-20"]) is None
        assert parse.date_order(["10/20/2016", "20/10/2016"]) is None
        assert parse.date("03-01-17", order="mdy") == dt.date(2017, 3, 1)

    @pytest.mark.parametrize(
        "typed",
        ["31/12/2026 14:30", "31-12-26 14h30", "31/12/2026 2:30 PM", "2026-12-31T14:30:00", "2026-12-31 14:30:00.000"],
    )
    def test_a_moment_is_a_day_and_a_time(self, typed: str) -> None:
        assert parse.datetime(typed) == MOMENT

    def test_a_moment_has_a_zone_only_when_the_text_names_it(self) -> None:
        moment = parse.datetime("2026-12-31T14:30:00+07:00")
        assert moment is not None
        assert moment.utcoffset() == dt.timedelta(hours=7)

    @pytest.mark.parametrize(
        ("typed", "hour", "minute"),
        [
            ("14:30", 14, 30),
            ("14h30", 14, 30),
            ("8 giờ", 8, 0),
            ("8g15", 8, 15),
            ("2:30 PM", 14, 30),
            ("2 CH", 14, 0),
            ("12 SA", 0, 0),
            (0.5, 12, 0),
        ],
    )
    def test_a_time_is_read_in_24_or_12_hours(self, typed: object, hour: int, minute: int) -> None:
        assert parse.time(typed) == dt.time(hour, minute)

    @pytest.mark.parametrize("typed", ["25:00", "13 PM", "8", "14:75"])
    def test_what_is_no_time_is_refused(self, typed: str) -> None:
        with pytest.raises(ValueError):
            parse.time(typed)

    @settings(deadline=None)  # the machine may be busy
    @given(st.dates(min_value=dt.date(1900, 3, 1), max_value=dt.date(2199, 12, 31)))
    def test_a_day_survives_being_written_and_counted(self, day: dt.date) -> None:
        assert parse.date(f"{day:%d/%m/%Y}") == parse.date(day.isoformat()) == day
        serial = (day - dt.date(1899, 12, 30)).days
        assert serial in range(1800, 2201) or parse.date(serial) == day


class TestPhones:
    @pytest.mark.parametrize(
        "typed",
        [
            "0912345678",
            "+84 912 345 678",
            "84912345678",
            "84.912.345.678",
            "912345678",
            912345678,
            912345678.0,
            "0084912345678",
            "+84 (0)912-345-678",
            "(+84) 912-345-678",
            "'0912345678",
            "ĐT: 0912 345 678",
            "\u202a+84912345678\u202c",
        ],
    )
    def test_a_mobile_number_has_one_form(self, typed: object) -> None:
        assert parse.phone(typed) == "+84912345678"

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("01234567890", "+84834567890"),
            ("0168 234 5678", "+84382345678"),
            ("+841991234567", "+84591234567"),
            (1201234567, "+84701234567"),
        ],
    )
    def test_eleven_digits_of_before_2018_become_ten(self, old: object, new: str) -> None:
        assert parse.phone(old) == new

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ("02838223344", "+842838223344"),
            ("(028) 3822 3344", "+842838223344"),
            ("+1 650 253 0000", "+16502530000"),
            ("001 650 253 0000", "+16502530000"),
            ("1900 1234", "+8419001234"),
            ("0300000000", "+84300000000"),  # a prefix newer than most tables
        ],
    )
    def test_fixed_lines_services_and_other_countries(self, typed: str, stored: str) -> None:
        assert parse.phone(typed) == stored

    @pytest.mark.parametrize(
        "typed", ["0241234567", "113", "abc", "0912345678 / 0987654321", "09123456789012", "8.49E+10", True]
    )
    def test_what_cannot_be_dialled_is_refused(self, typed: object) -> None:
        with pytest.raises(ValueError):
            parse.phone(typed)


@pytest.mark.parametrize("typed", ["An@Congty.VN", " mailto:an@congty.vn ", "<an@congty.vn>", "an@congty.vn\u200b"])
def test_one_person_has_one_email_address(typed: str) -> None:
    assert parse.email(typed) == "an@congty.vn"


@pytest.mark.parametrize(
    "typed",
    [
        "an",
        "an@congty",
        "a n@x.vn",
        "a..b@x.vn",
        "@x.vn",
        "a@@x.vn",
        "nguyễn@x.vn",
        f"{'a' * 65}@x.vn",
        "a@x..vn",
        "a@-x.vn",
    ],
)
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse.email(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Có", True),
        ("x", True),
        ("✓", True),
        ("YES", True),
        (1, True),
        (1.0, True),
        ("đúng", True),
        ("Không", False),
        ("no", False),
        ("0", False),
        (False, False),
    ],
)
def test_yes_and_no_in_two_languages(typed: object, meant: bool) -> None:
    assert parse.boolean(typed) is meant


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (912345678.0, "912345678"),
        (1.5, "1.5"),
        (1e20, "100000000000000000000"),
        (dt.date(2026, 1, 2), "02/01/2026"),
        (dt.datetime.fromisoformat("2026-01-02T03:04"), "02/01/2026 03:04"),
        ("  a\r\nb\x00\x1f ", "a\nb"),
        ("Hòa", "Hòa"),
    ],
)
def test_text_is_composed_clean_and_shows_numbers_and_dates_as_people_do(cell: object, text: str) -> None:
    assert parse.text(cell) == text
