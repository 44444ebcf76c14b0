"""VietQR codes equal the published ones."""

from decimal import Decimal

import pytest

from core import sdk
from plugins.cash import paying
from plugins.cash.vietqr import TO_CARD, crc, is_valid, payload, plain

from .conftest import Till

CODES = [
    (("970416", "257678859"), {}, "00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F"),
    (
        ("970416", "257678859", Decimal(10000), "Chuyen tien"), {},
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA53037045405100005802VN62150811Chuyen tien630453E6",
    ),
    (
        ("970416", "257678859", Decimal(1000), "Chuyen tien"), {},
        "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen tien6304BBB8",
    ),
    (
        ("970407", "19030413601018"), {},
        "00020101021138580010A000000727012800069704070114190304136010180208QRIBFTTA53037045802VN63040283",
    ),
    (
        ("970436", "0011001234567", Decimal(1500000), "TT HD2026-0001"), {},
        "00020101021238570010A00000072701270006970436011300110012345670208QRIBFTTA5303704540715000005802VN62180814TT HD2026-0001630458E7",
    ),
    (
        ("970422", "0988123456", Decimal(39000), "DH88213"), {},
        "00020101021238540010A00000072701240006970422011009881234560208QRIBFTTA53037045405390005802VN62110807DH882136304B6E2",
    ),
    (
        ("970403", "9704031101234567", Decimal(1000), "thanh toan"), {"service": TO_CARD},
        "00020101021238600010A00000072701300006970403011697040311012345670208QRIBFTTC5303704540410005802VN62140810thanh toan630413FC",
    ),
]  # fmt: skip
READ = (
    "00020101021138540010A00000072701240006970422011003523509170208QRIBFTTA53037045802VN630479db",
    "00020101021138620010A000000727013200069710250118PSP1234567890000000208QRIBFTTA53037045802VN62190515MOMOW2W123456786304821F",
)
WRONG = "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540410005802VN62150811Chuyen tien6304BBB5"


@pytest.mark.parametrize(("given", "options", "code"), CODES)
def test_a_code_is_the_published_one(given: tuple[str, ...], options: dict[str, str], code: str) -> None:
    assert payload(*given, **options) == code  # type: ignore[arg-type] # as the parameters come
    assert is_valid(code)


def test_codes_of_others_are_read_with_their_check() -> None:
    assert all(is_valid(one) for one in READ)
    assert not is_valid(WRONG)
    assert crc("123456789") == 0x29B1


def test_a_note_is_what_every_bank_passes_on() -> None:
    assert plain("Đơn hàng: ĐH-2026/00042 của Nguyễn Thị Bưởi") == "Don hang DH-2026 00042 cu"


def test_documents_show_the_accounts_that_are_shown(till: Till) -> None:
    stay = till.stay(1_500_000, name="TT HD2026-0001")
    found = list(paying.details(till.context, "kennel.stay", stay, Decimal(1_500_000)))
    assert [(one.bank, one.account, one.holder) for one in found] == [
        ("Vietcombank", "0011001234567", "CONG TY BINH MINH")
    ]
    assert found[0].payload == CODES[4][2]
    assert "<svg" in found[0].image
    sdk.update(till.context, till.bank, {"shown": False})
    assert not list(paying.details(till.context, "kennel.stay", stay, Decimal(5)))
