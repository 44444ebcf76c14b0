"""First purposes for the companies that were there before purposes were"""

import sqlalchemy as sa
from alembic import op

revision = "core_0017"
down_revision = "core_0016"
branch_labels = None
depends_on = None

# Code, whether it needs no consent; then name, name as it is searched, and wording, in both languages.
FIRST = (
    (
        "marketing", False,
        "Marketing", "marketing", "I agree to receive offers and news of %s.",
        "Tiếp thị", "tiep thi", "Tôi đồng ý nhận ưu đãi và tin tức từ %s.",
    ),
    (
        "care", False,
        "Customer care", "customer care",
        "I agree to be asked how satisfied I am and to be congratulated by %s.",
        "Chăm sóc khách hàng", "cham soc khach hang",
        "Tôi đồng ý để %s hỏi thăm mức độ hài lòng và gửi lời chúc mừng.",
    ),
    (
        "service", True,
        "Orders and appointments", "orders and appointments", "Messages without which what was agreed cannot be done.",
        "Đơn hàng và lịch hẹn", "don hang va lich hen", "Các tin nhắn cần thiết để thực hiện điều đã thoả thuận.",
    ),
)  # fmt: skip
_GIVE = """
INSERT INTO core_consent_purpose
    (tenant_id, id, code, without_consent, name, search_norm, wording, created_at, updated_at, version, custom)
SELECT company.id, gen_random_uuid(), first.code, first.without_consent,
    CASE company.locale WHEN 'vi' THEN first.name_vi ELSE first.name END,
    CASE company.locale WHEN 'vi' THEN first.search_vi ELSE first.search END,
    replace(CASE company.locale WHEN 'vi' THEN first.wording_vi ELSE first.wording END, '%s', company.name),
    now(), now(), 1, '{}'
FROM vendor.company AS company
CROSS JOIN unnest(
    CAST(:codes AS text[]), CAST(:free AS boolean[]), CAST(:names AS text[]), CAST(:searches AS text[]),
    CAST(:wordings AS text[]), CAST(:names_vi AS text[]), CAST(:searches_vi AS text[]), CAST(:wordings_vi AS text[])
) AS first (code, without_consent, name, search, wording, name_vi, search_vi, wording_vi)
WHERE NOT EXISTS (SELECT FROM core_consent_purpose AS known WHERE known.tenant_id = company.id)
"""
_COLUMNS = ("codes", "free", "names", "searches", "wordings", "names_vi", "searches_vi", "wordings_vi")


def upgrade() -> None:
    # The owner of the tables is held by their policies too, until they are secured again at the end of the upgrade.
    op.execute("ALTER TABLE core_consent_purpose NO FORCE ROW LEVEL SECURITY")
    values = dict(zip(_COLUMNS, map(list, zip(*FIRST, strict=True)), strict=True))
    op.execute(sa.text(_GIVE).bindparams(**values))
    op.execute("ALTER TABLE core_consent_purpose FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """What people agreed to stays."""
