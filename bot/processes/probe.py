"""Asking a process on this machine whether it lives or is ready: for engines that cannot ask by
HTTP, because it listens on loopback only.
"""

from __future__ import annotations

import urllib.error
import urllib.request

from bot.settings import Settings

SECONDS = 5.0
RASA = "/webhooks/turn/health"
# A process: where it says that it lives, and that it is ready.
PATHS = {
    "gateway": ("/live", "/ready"),
    "worker": ("/live", "/ready"),
    "staff": ("/live", "/ready"),
    "rasa": (RASA, RASA),
    "actions": ("/health", "/health"),
}
EVERYWHERE = ("0.0.0.0", "::")


def answers(settings: Settings, process: str, *, ready: bool) -> bool:
    """Say whether a process is ready, or answers at all."""
    host = getattr(settings, f"{process}_host", "127.0.0.1")
    host = "127.0.0.1" if host in EVERYWHERE else host
    where = f"[{host}]" if ":" in host else host
    port, path = getattr(settings, f"{process}_port"), PATHS[process][ready]
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{where}:{port}{path}", timeout=SECONDS):
            return True
    except urllib.error.HTTPError:
        return not ready  # it answers, and says that it is not ready
    except OSError:
        return False
