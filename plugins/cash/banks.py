"""The banks of Vietnam by the number VietQR knows them by (BIN), and whether a transfer to them can be scanned."""

from typing import NamedTuple


class Bank(NamedTuple):
    """A bank or wallet."""

    bin: str
    name: str
    scanned: bool = True
    """Whether its own customers can be paid by scanning; of the others money is received by number alone."""


BANKS = (
    Bank("970425", "ABBANK"),
    Bank("970416", "ACB"),
    Bank("970405", "Agribank"),
    Bank("970438", "BAOVIET Bank"),
    Bank("970418", "BIDV"),
    Bank("970454", "BVBank (Bản Việt)"),
    Bank("970409", "Bắc Á Bank"),
    Bank("546034", "CAKE"),
    Bank("422589", "CIMB", scanned=False),
    Bank("970446", "Co-op Bank"),
    Bank("796500", "DBS", scanned=False),
    Bank("970431", "Eximbank"),
    Bank("970408", "GPBank", scanned=False),
    Bank("970437", "HDBank"),
    Bank("970442", "Hong Leong", scanned=False),
    Bank("458761", "HSBC", scanned=False),
    Bank("970456", "IBK HCM", scanned=False),
    Bank("970455", "IBK HN", scanned=False),
    Bank("970434", "Indovina", scanned=False),
    Bank("668888", "Kasikorn"),
    Bank("970452", "KienlongBank"),
    Bank("970463", "Kookmin HCM", scanned=False),
    Bank("970462", "Kookmin HN", scanned=False),
    Bank("963369", "Liobank"),
    Bank("970449", "LPBank"),
    Bank("970422", "MB"),
    Bank("970414", "MBV"),
    Bank("971025", "MoMo"),
    Bank("970426", "MSB"),
    Bank("970428", "Nam Á Bank"),
    Bank("970419", "NCB"),
    Bank("801011", "Nonghyup HN", scanned=False),
    Bank("970448", "OCB"),
    Bank("970430", "PGBank"),
    Bank("970439", "Public Bank", scanned=False),
    Bank("970412", "PVcomBank"),
    Bank("970403", "Sacombank"),
    Bank("970400", "SAIGONBANK"),
    Bank("970429", "SCB"),
    Bank("970440", "SeABank"),
    Bank("970443", "SHB"),
    Bank("970424", "Shinhan"),
    Bank("970410", "Standard Chartered", scanned=False),
    Bank("970407", "Techcombank"),
    Bank("963388", "Timo"),
    Bank("970423", "TPBank"),
    Bank("546035", "Ubank"),
    Bank("970458", "UOB", scanned=False),
    Bank("970444", "VCBNeo (CBBank)", scanned=False),
    Bank("970441", "VIB"),
    Bank("970427", "VietABank"),
    Bank("970433", "VietBank"),
    Bank("970436", "Vietcombank"),
    Bank("970415", "VietinBank"),
    Bank("970406", "Vikki Bank"),
    Bank("970432", "VPBank"),
    Bank("970421", "VRB", scanned=False),
    Bank("970457", "Woori", scanned=False),
)

BY_BIN = {one.bin: one for one in BANKS}
