"""Where each process listens, and what the outside calls it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.settings.reader import Reader, SettingsError

LOOPBACK = ("localhost", "127.0.0.1")
OUTCOME_PATH = "/you-said-we-did"  # of the public page that says what was decided


@dataclass(frozen=True)
class Addresses:
    """Origins are `scheme://host[:port]`."""

    public_base_url: str
    gateway_host: str
    gateway_port: int
    staff_base_url: str
    staff_host: str
    staff_port: int
    rasa_port: int
    actions_port: int
    actions_apart: bool  # in a process of their own, or inside Rasa's
    worker_host: str
    worker_port: int
    workers_apart: bool  # turns and sending in processes of their own, or inside the gateway
    jobs_apart: bool  # what is done at night is begun by a timer outside, or by who does turns
    embed_origins: tuple[str, ...]
    trusted_proxies: tuple[str, ...]

    @property
    def own_origins(self) -> frozenset[str]:
        """The origins that our own page is served from."""
        host = urlsplit(self.public_base_url).hostname or ""
        names = LOOPBACK if host in LOOPBACK else (host,)
        return frozenset(self.public_base_url.replace(host, name, 1) for name in names)

    @property
    def outcome_page(self) -> str:
        """The public page that says what was decided."""
        return self.public_base_url + OUTCOME_PATH

    @property
    def is_safe_from_outside(self) -> bool:
        """Say whether nobody can listen in between the outside and the gateway."""
        url = urlsplit(self.public_base_url)
        return url.scheme == "https" or url.hostname in LOOPBACK


def read_addresses(read: Reader) -> Addresses:
    gateway_port = read.port("GATEWAY_PORT", 8080)
    staff_port = read.port("STAFF_PORT", 8081)
    addresses = Addresses(
        public_base_url=read.origin("PUBLIC_BASE_URL", f"http://localhost:{gateway_port}"),
        gateway_host=read.text("GATEWAY_HOST", "127.0.0.1"),
        gateway_port=gateway_port,
        staff_base_url=read.origin("STAFF_BASE_URL", f"http://localhost:{staff_port}"),
        staff_host=read.text("STAFF_HOST", "127.0.0.1"),
        staff_port=staff_port,
        rasa_port=read.port("RASA_PORT", 5005),
        actions_port=read.port("ACTIONS_PORT", 5055),
        actions_apart=read.one_of("ACTIONS", "RASA", ("RASA", "APART")) == "APART",
        worker_host=read.text("WORKER_HOST", "127.0.0.1"),
        worker_port=read.port("WORKER_PORT", 8082),
        workers_apart=read.one_of("WORKERS", "HERE", ("HERE", "APART")) == "APART",
        jobs_apart=read.one_of("NIGHTLY_JOBS", "HERE", ("HERE", "APART")) == "APART",
        embed_origins=read.origins("EMBED_ORIGINS"),
        trusted_proxies=read.networks("TRUSTED_PROXIES"),
    )
    _check_ports_differ(addresses)
    return addresses


def _check_ports_differ(addresses: Addresses) -> None:
    ports = {
        "GATEWAY_PORT": addresses.gateway_port,
        "STAFF_PORT": addresses.staff_port,
        "RASA_PORT": addresses.rasa_port,
        "ACTIONS_PORT": addresses.actions_port,
    }
    if addresses.workers_apart:
        ports["WORKER_PORT"] = addresses.worker_port
    for port in ports.values():
        twins = sorted(name for name, number in ports.items() if number == port)
        if len(twins) > 1:
            raise SettingsError(f"{' and '.join(twins)} are both {port}; give each its own port.")
