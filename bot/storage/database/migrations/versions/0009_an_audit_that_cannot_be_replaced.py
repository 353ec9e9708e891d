"""The audit refuses to have an entry replaced, and `about` has room for all filters"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

REFUSE = "SELECT RAISE(ABORT, 'audit is append-only')"
# SQLite drops these with the table: a later batch_alter_table of `audit` must make them again.
STAYS = {
    "audit_no_update": f"BEFORE UPDATE ON audit BEGIN {REFUSE}; END",
    "audit_no_delete": f"BEFORE DELETE ON audit BEGIN {REFUSE}; END",
}
# INSERT OR REPLACE removes the old row without asking the trigger before DELETE.
NEVER_TWICE = (
    "BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)"
    f" BEGIN {REFUSE}; END"
)


def upgrade() -> None:
    _make_about(sa.String(500), sa.String(100), {**STAYS, "audit_no_replace": NEVER_TWICE})


def downgrade() -> None:
    _make_about(sa.String(100), sa.String(500), STAYS)


def _make_about(wanted: sa.String, existing: sa.String, triggers: dict[str, str]) -> None:
    with op.batch_alter_table("audit") as table:
        table.alter_column("about", type_=wanted, existing_type=existing)
    if op.get_bind().dialect.name == "sqlite":
        for name, does in triggers.items():
            op.execute(f"CREATE TRIGGER {name} {does}")
