"""The accounts of staff, and the record of what they did."""

from __future__ import annotations

from enum import Enum

import typer

from bot.commands.opened import fail, opened

staff_app = typer.Typer(no_args_is_help=True, help="The people who read the conversations.")
audit_app = typer.Typer(no_args_is_help=True, help="The record of who did what.")


class Role(str, Enum):
    reviewer = "reviewer"
    caseworker = "caseworker"
    analyst = "analyst"
    admin = "admin"
    data_protection = "data-protection"
    publisher = "publisher"
    head = "head-of-service"


@staff_app.command("add")
def staff_add(
    email: str,
    role: Role = typer.Option(..., help="What they may do."),
    change_role: bool = typer.Option(False, help="Give an account that is there this role."),
) -> None:
    """Add an account, or make a new link for one, and print the link that sets its password."""
    from datetime import datetime, timezone

    from bot.processes.announce import set_up_link
    from bot.storage.staff.audit import record
    from bot.storage.staff.rows import Role as StaffRole
    from bot.storage.staff.rows import RoleWouldChange, normal_email
    from bot.storage.staff.sign_in import add_staff

    with opened() as (settings, database), database.writing() as session:
        try:
            now, new = datetime.now(timezone.utc), StaffRole(role.value)
            token = add_staff(session, email, new, now, change_role=change_role)
        except RoleWouldChange as error:
            fail(f"{error} To make it {role.value} instead, add --change-role.")
        except ValueError as error:
            fail(str(error))
        what, about = f"link made: {role.value}", normal_email(email)
        record(session, who="command line", what=what, about=about, now=now)
    link = set_up_link(settings, token)
    typer.echo(f"Send this link to {email}. It works once, for 24 hours:\n{link}")


@audit_app.command("verify")
def audit_verify(
    anchor: str = typer.Option("", help="A last hash that was written down before."),
) -> None:
    """Check that no entry was changed or removed; print the last hash, to keep elsewhere."""
    from bot.storage.staff.audit import follow_chain

    with opened() as (_, database), database.reading() as session:
        chain = follow_chain(session, anchor or None)
    if problem := chain.problem():
        fail(problem)
    typer.echo(f"{chain.entries} entries, unbroken.")
    if chain.unchained:
        typer.echo(f"The first {chain.unchained} are from before entries had a key.")
    if chain.last_hash:
        typer.echo(f"Last hash: {chain.last_hash}")
        typer.echo("Keep it where nobody can change it here, and give it as --anchor next time.")
