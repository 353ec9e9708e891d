"""The audit is append-only for the database too, and quick to look through"""

from alembic import op

revision = "0005"
down_revision = "0004"

# SQLite drops these with the table: a later batch_alter_table of `audit` must make them again.
SQLITE = (
    "CREATE TRIGGER audit_no_{what} BEFORE {what} ON audit"
    " BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END"
)


def upgrade() -> None:
    op.create_index("ix_audit_about", "audit", ["about"])
    op.create_index("ix_audit_at", "audit", ["at"])
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(SQLITE.format(what=what))
        return
    op.execute(
        "CREATE FUNCTION audit_stays() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_stays()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for what in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_no_{what}")
    else:
        op.execute("DROP TRIGGER audit_stays ON audit")
        op.execute("DROP FUNCTION audit_stays()")
    op.drop_index("ix_audit_at", table_name="audit")
    op.drop_index("ix_audit_about", table_name="audit")
