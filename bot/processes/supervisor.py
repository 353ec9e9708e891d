"""What supervisord is told: which processes, and how they are stopped."""

from __future__ import annotations

import os
import shlex
import sys

from bot.processes.names import names_of
from bot.settings import Settings

STOP_SECONDS = 8  # then a process is killed; all of them together stay under ten


def supervisord_conf(settings: Settings) -> str:
    """Return the configuration: all in one group, so that all stop at the same time."""
    names = names_of(settings)
    programs = "\n".join(_program(name) for name in names)
    user = "user=root\n" if os.geteuid() == 0 else ""
    return (
        "[supervisord]\n"
        f"nodaemon=true\nlogfile=/dev/null\nlogfile_maxbytes=0\nloglevel=warn\n{user}"
        f"pidfile={_quoted(settings.var / 'run' / f'supervisord-{settings.gateway_port}.pid')}\n\n"
        f"[group:bot]\nprograms={','.join((*names, 'announce'))}\n\n"
        f"{programs}\n"
        "[program:announce]\n"
        f"command={_command('announce')}\n"
        "autorestart=false\nstartsecs=0\nstdout_logfile=/dev/fd/1\nstdout_logfile_maxbytes=0\n"
        "redirect_stderr=true\n"
    )


def _program(name: str) -> str:
    return (
        f"[program:{name}]\n"
        f"command={_command('serve', name)}\n"
        "autorestart=true\nstartsecs=1\nstartretries=100000\n"
        f"stopsignal=TERM\nstopwaitsecs={STOP_SECONDS}\nstopasgroup=true\nkillasgroup=true\n"
        "stdout_logfile=/dev/fd/1\nstdout_logfile_maxbytes=0\nredirect_stderr=true\n"
    )


def _command(*words: str) -> str:
    return _quoted(" ".join([shlex.quote(sys.executable), "-m", "bot", *words]))


def _quoted(value: object) -> str:
    return str(value).replace("%", "%%")  # supervisord expands %(name)s
