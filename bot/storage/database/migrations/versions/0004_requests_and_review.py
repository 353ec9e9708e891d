"""Requests, equality questions, and what staff do with conversations"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WORDS = (
    ("inbox", "text"),
    ("inbox", "button"),
    ("inbox", "effect"),
    ("outbox", "text"),
    ("outbox", "buttons"),
    ("answer", "text"),
    ("answer", "remark"),
    ("answer", "value"),
    ("note", "text"),
    ("request_event", "detail"),
)


def upgrade() -> None:
    op.create_table(
        "equality_count",
        sa.Column("consultation", sa.String(length=100), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "consultation", "question", "value", name=op.f("pk_equality_count")
        ),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("staff", "name", name=op.f("uq_saved_view_staff_name")),
    )
    op.create_table(
        "considered",
        sa.Column("respondent_id", sa.String(length=32), nullable=False),
        sa.Column("staff", sa.String(length=254), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("judgement", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_considered_respondent_id_respondent"),
        ),
        sa.PrimaryKeyConstraint("respondent_id", "staff", name=op.f("pk_considered")),
    )
    op.create_table(
        "equality_answer",
        sa.Column("respondent_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=100), nullable=False),
        sa.Column("value", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["respondent_id"],
            ["respondent.id"],
            name=op.f("fk_equality_answer_respondent_id_respondent"),
        ),
        sa.PrimaryKeyConstraint("respondent_id", "question", name=op.f("pk_equality_answer")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("respondent_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("staff", sa.String(length=254), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["respondent_id"], ["respondent.id"], name=op.f("fk_note_respondent_id_respondent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_respondent_id"), ["respondent_id"], unique=False)

    op.create_table(
        "request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("respondent_id", sa.String(length=32), nullable=False),
        sa.Column("consultation", sa.String(length=100), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=True),
        sa.Column("contact_hash", sa.String(length=64), nullable=True),
        sa.Column("may_contact", sa.Boolean(), nullable=True),
        sa.Column("may_publish", sa.Boolean(), nullable=True),
        sa.Column("approved_to_publish", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("wording_version", sa.String(length=40), nullable=False),
        sa.Column("owner", sa.String(length=254), nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["request.id"], name=op.f("fk_request_duplicate_of_request")
        ),
        sa.ForeignKeyConstraint(
            ["respondent_id"], ["respondent.id"], name=op.f("fk_request_respondent_id_respondent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
        sa.UniqueConstraint("reference", name=op.f("uq_request_reference")),
    )
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_request_board", ["consultation", "kind", "status", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_request_contact_hash"), ["contact_hash"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_request_respondent_id"), ["respondent_id"], unique=False
        )

    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("respondent_id", sa.String(length=32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("staff", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["respondent_id"], ["respondent.id"], name=op.f("fk_tag_respondent_id_respondent")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint(
            "respondent_id", "seq", "name", name=op.f("uq_tag_respondent_id_seq_name")
        ),
    )
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tag_name"), ["name"], unique=False)

    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wording_version", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_consent_request_id_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consent_request_id"), ["request_id"], unique=False)

    op.create_table(
        "correction",
        sa.Column("inbox_id", sa.Integer(), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("staff", sa.String(length=254), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["inbox_id"], ["inbox.id"], name=op.f("fk_correction_inbox_id_inbox")
        ),
        sa.PrimaryKeyConstraint("inbox_id", name=op.f("pk_correction")),
    )
    op.create_table(
        "request_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=254), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["request.id"], name=op.f("fk_request_event_request_id_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_event")),
    )
    with op.batch_alter_table("request_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_request_event_request_id"), ["request_id"], unique=False
        )

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("hash", sa.String(length=64), nullable=True))

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("private", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("sealed", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("respondent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("run", sa.JSON(), nullable=True))
        batch_op.add_column(
            sa.Column("wound_up", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("heard_seq", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("read_seq", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("need", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            "ix_respondent_queue", ["consultation", "need", "last_message_at"], unique=False
        )

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("totp_counter", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE respondent SET heard_seq = COALESCE("
        "(SELECT MAX(seq) FROM inbox WHERE inbox.respondent_id = respondent.id), 0)"
    )
    if op.get_bind().dialect.name == "postgresql":
        # ANALYZE would copy pieces of what residents wrote, and they would outlive an erasure.
        for table, column in WORDS:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


def downgrade() -> None:
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("totp_counter")
        batch_op.drop_column("totp_secret")

    with op.batch_alter_table("respondent", schema=None) as batch_op:
        batch_op.drop_index("ix_respondent_queue")
        batch_op.drop_column("need")
        batch_op.drop_column("read_seq")
        batch_op.drop_column("heard_seq")
        batch_op.drop_column("wound_up")
        batch_op.drop_column("run")

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("sealed")
        batch_op.drop_column("private")

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_column("hash")
        batch_op.drop_column("reason")

    with op.batch_alter_table("request_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_event_request_id"))

    op.drop_table("request_event")
    op.drop_table("correction")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consent_request_id"))

    op.drop_table("consent")
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_name"))

    op.drop_table("tag")
    with op.batch_alter_table("request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_request_respondent_id"))
        batch_op.drop_index(batch_op.f("ix_request_contact_hash"))
        batch_op.drop_index("ix_request_board")

    op.drop_table("request")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_respondent_id"))

    op.drop_table("note")
    op.drop_table("equality_answer")
    op.drop_table("considered")
    op.drop_table("saved_view")
    op.drop_table("equality_count")
