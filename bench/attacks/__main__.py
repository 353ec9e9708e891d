"""`python -m bench.attacks`: what a hostile stranger did once, done again in other ways and with
bounded force. It prints what was seen of the whole product, and ends with 1 if something gave way.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

from bench.attacks import files, network, providers, turns
from bench.faults.stage import Stage, stage

Attack = Callable[[Stage], str]  # returns what was seen; AssertionError: it gave way

ATTACKS: dict[str, Attack] = {
    "1 erasure": turns.erasures_beside_readers,
    "3 database log": files.words_in_the_database_log,
    "4 limits": network.connections_and_pipelines,
    "5 hanging turn": turns.answers_that_drip,
    "6 STOP undone": providers.what_was_written_before_a_stop,
    "7 STOP words": providers.words_of_the_network_elsewhere,
    "8 second gateway": turns.another_gateway,
    "9 order": network.many_texts_of_one,
    "10 files": files.files_of_others,
    "11 reads": network.many_readers,
    "12 smaller": providers.rubbish_that_is_signed,
    "12 staff": network.wrong_passwords,
    "2 restore": files.an_older_database,  # the last: it stops the product
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument("--only", nargs="+", default=list(ATTACKS), choices=list(ATTACKS))
    asked = parser.parse_args()
    _say("| class | engine | seen |\n|---|---|---|")
    sound = True
    for engine in asked.engines:
        with tempfile.TemporaryDirectory(prefix="hys-attacks-") as name:
            folder = Path(name)
            folder.chmod(0o755)  # a PostgreSQL server of ours runs as another user
            with stage(folder, engine, 0, 4, 0) as on:
                for attack in asked.only:
                    sound &= _run(on, attack)
    sys.exit(0 if sound else 1)


def _run(on: Stage, name: str) -> bool:
    on.number += 1
    try:
        _say(f"| {name} | {on.engine} | {ATTACKS[name](on)} |")
    except Exception as error:
        _say(f"| {name} | {on.engine} | **gave way**: {type(error).__name__}: {error} |")
        traceback.print_exc()
        return False
    return True


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
