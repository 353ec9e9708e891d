"""How often a person may get a password wrong: for one account from one address, and from one
address. Both are kept as marks. Codes count by account: who is asked for one knew the password.
"""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from threading import Lock
from typing import Any

from flask import Flask, Request, Response, current_app, g, request, session
from flask_limiter import Limiter, RateLimitExceeded

from bot.staff.shell.context import app_context
from bot.storage.database.session import StorageError
from bot.storage.staff.audit import record

WRONG_BY_ACCOUNT = "5 per 5 minutes; 20 per hour"  # from one address, for passwords
LONGEST_WAIT = 5.0  # seconds; then a try goes on beside the one before
WRONG_BY_ADDRESS = "20 per 5 minutes; 60 per hour"  # a whole office may share one address


def throttle_sign_in(app: Flask) -> None:
    """Count wrong passwords and codes, and refuse with 429 beyond the limits."""
    limiter = Limiter(app=app, key_func=_address_mark, storage_uri="memory://")
    app.extensions["refusals"] = limiter
    counted: set[str] = set()
    one_at_a_time(app, counted)
    for endpoint, account in (
        ("sign_in.submit", _mark_of_email_here),
        ("sign_in.submit_code", _mark_of_half),
        ("second_factor.confirm", _mark_of_staff),
        ("second_factor.remove", _mark_of_staff),
    ):
        view: Any = app.view_functions[endpoint]
        counted.add(endpoint)
        view = limiter.limit(WRONG_BY_ACCOUNT, key_func=account, deduct_when=_was_wrong)(view)
        view = limiter.limit(WRONG_BY_ADDRESS, key_func=_address_mark, deduct_when=_was_wrong)(view)
        app.view_functions[endpoint] = view


def one_at_a_time(app: Flask, endpoints: Set[str]) -> None:
    """Let one try end before the next begins: a wrong one is counted when its answer goes out."""
    trying = Lock()

    def begin() -> None:
        if request.endpoint in endpoints and request.method == "POST":
            g.trying = trying.acquire(timeout=LONGEST_WAIT)

    def end(_: BaseException | None) -> None:
        if g.pop("trying", False):
            trying.release()

    app.before_request(begin)
    app.teardown_request(end)


def note_refusal(refused: RateLimitExceeded) -> None:
    """Write down that a person was refused, once as long as they are: a flood must not fill the
    audit.
    """
    here, limiter = app_context(), current_app.extensions["refusals"]
    mark, limit = str(refused.limit.key_func()), refused.limit.limit
    once = type(limit)(1, limit.multiples)
    if limiter.limiter.hit(once, "noted", mark):
        with suppress(StorageError), here.database.writing() as database_session:
            who = f"unknown {mark}"
            record(database_session, who=who, what="sign-in refused: wait", now=here.clock())


def seconds_to_wait(refused: RateLimitExceeded) -> int:
    """Return how long at most until the limit that was hit forgets."""
    return refused.limit.limit.get_expiry()


def address_of(asked: Request, trusted_proxies: tuple[str, ...]) -> str:
    """Return the address of who asks: the last hop that is not one of our own proxies."""
    networks = [ip_network(proxy, strict=False) for proxy in trusted_proxies]
    forwarded = asked.headers.get("X-Forwarded-For", "").split(",")
    hops = [hop.strip() for hop in forwarded if hop.strip()]
    address = asked.remote_addr or ""
    while hops and _is_in(address, networks):
        address = hops.pop()
    return address


def _is_in(address: str, networks: list[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


def network_of(address: str) -> str:
    """Return what stands for one subscriber: an IPv6 line has a whole /64 to itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    mapped = found.ipv4_mapped
    return str(mapped or ip_network((found, 64), strict=False))


def _address_mark() -> str:
    here = app_context()
    address = address_of(request, here.settings.trusted_proxies)
    return here.mark_of("address", network_of(address))


def _mark_of_email_here() -> str:
    """Wrong passwords from elsewhere count elsewhere: else a stranger who knows an address could
    keep its owner out.
    """
    here = app_context()
    return here.mark_of_email(request.form.get("email", "")[:300]) + _address_mark()


def _mark_of_half() -> str:
    """Return what stands for whose password was right: the account without its version."""
    who, _, _ = session.get("half", {}).get("who", "").partition(".")
    return app_context().mark_of("account", who)


def _mark_of_staff() -> str:
    return app_context().mark_of("account", str(g.staff.id))


def _was_wrong(response: Response) -> bool:
    return response.status_code == 401
