"""What comes by way of providers: late, decorated, or full of rubbish and signed all the same."""

from __future__ import annotations

import copy
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from bench.attacks.visitors import Visitor
from bench.faults.stage import Stage
from tests.providers.telegram import person
from tests.support.processes import until

# Words that the network obeys by text, written as people write them.
NETWORK_WORDS = (
    "Cancel!",
    "END.",
    "quit 🚌",
    " Revoke ",
    "« end »",
    "ＥＮＤ",
    "optout :-)",
    "Quit?!",
)
# STOP as people write it; not one of them is blocked by the network.
STOPS = (
    "S T O P",
    "stop!!! 😡",
    "**STOP**",
    "«Stop»",
    "𝗦𝗧𝗢𝗣",
    "ｓｔｏｐ",
    "STOP STOP",
    "\u200bstop\u200b",
)
ODD: tuple[Any, ...] = (
    "\0", "\ud800", "", "-1", "9" * 400, 2**80, -(2**63) - 1, 1e308, True, None, [], {}, ["\0"],
    "\u202e" + "e\u0301" * 3000,
)  # fmt: skip


def _settled(stage: Stage) -> None:
    time.sleep(2)  # what `/ready` tells may be of a second ago
    until(lambda: not stage.product.waiting(), 90)


def what_was_written_before_a_stop(stage: Stage) -> str:
    """After a STOP come: what was written before it, a change of it, and one of the same second."""
    messenger, now = stage.telegram, int(time.time())
    who = [8_800_100 + 10 * stage.number + n for n in range(4)]
    late = {
        who[0]: lambda w: messenger.write(w, "start", date=now - 90),
        who[1]: lambda w: messenger.edit(w, first[w], "start"),
        who[2]: lambda w: messenger.write(w, "yes carry on", date=stopped[w] - 1),
        who[3]: lambda w: messenger.write(
            w, "start", date=stopped[w], message_id=first[w] + 1, update_id=update[w]
        ),
    }
    first, stopped, update = dict[int, int](), dict[int, int](), dict[int, int]()
    for one in who:
        first[one] = messenger.next_message_id
        messenger.write(one, "start", date=now - 120)
        # Numbers of a message that is on its way for longer than the STOP after it.
        update[one] = messenger.next_update_id
        messenger.next_update_id += 1
        messenger.next_message_id += 5
        _heard(stage, one, 0)
        stopped[one] = int(time.time())
        before = len(messenger.texts_to(one))
        messenger.write(one, "stop", date=stopped[one])
        _heard(stage, one, before)
    _settled(stage)
    quiet = {one: len(messenger.texts_to(one)) for one in who}
    for one in who:
        late[one](one)
        messenger.write(one, "better lamps for the park")
    _settled(stage)
    for one in who:  # who writes in Telegram is told that they have stopped, and nothing else
        heard = messenger.texts_to(one)[quiet[one] :]
        assert "type START" in heard[-1] and "Welcome back" not in str(heard), (one, heard)
    messenger.write(who[0], "start")  # and who begins anew is heard
    _heard(stage, who[0], quiet[who[0]])
    return "an older START, an edit, a yes, and a START of the same second: all 4 stay stopped"


def _heard(stage: Stage, one: int, before: int) -> None:
    until(lambda: len(stage.telegram.texts_to(one)) > before, 60)


def words_of_the_network_elsewhere(stage: Stage) -> str:
    """Words of the network at the page and in Telegram; STOP in every decoration by text."""
    swallowed = list[str]()
    for place, word in enumerate(NETWORK_WORDS):
        visitor, user = Visitor(stage), 8_801_000 + 100 * stage.number + place
        stage.telegram.write(user, "start")
        _heard(stage, user, 0)
        in_telegram = stage.telegram
        ways: list[tuple[Callable[[str], Any], Callable[[], list[str]]]] = [
            (visitor.say, visitor.hears),
            (partial(in_telegram.write, user), partial(in_telegram.texts_to, user)),
        ]
        for say, heard in ways:
            for text in (word, "no", "better lamps for the park"):
                before = len(heard())
                say(text)
                try:
                    until(lambda h=heard, b=before: len(h()) > b, 20)
                except AssertionError:
                    swallowed.append(f"{word!r} then {text!r}")
                    break
    obeyed = _obeyed_by_text(stage)
    assert not swallowed, f"answers swallowed: {swallowed}"
    assert len(obeyed) == len(STOPS), f"not obeyed by text: {sorted(set(STOPS) - set(obeyed))}"
    return (
        f"{len(NETWORK_WORDS)} words of the network, decorated, at the page and in Telegram: no"
        f" answer swallowed; {len(STOPS)} decorated STOPs by text: all obeyed"
    )


def _obeyed_by_text(stage: Stage) -> list[str]:
    numbers = stage.numbers(len(STOPS), kind=4)
    for number, word in zip(numbers, STOPS, strict=True):
        for text in ("start", word):  # what only we take for a STOP is confirmed
            count = len(stage.texts_to(number))
            stage.say(number, text)
            until(lambda n=number, c=count: len(stage.texts_to(n)) > c, 60)
    _settled(stage)
    before = {number: len(stage.texts_to(number)) for number in numbers}
    for number in numbers:
        stage.say(number, "better lamps for the park")
    _settled(stage)
    pairs = zip(numbers, STOPS, strict=True)
    return [word for number, word in pairs if len(stage.texts_to(number)) == before[number]]


def rubbish_that_is_signed(stage: Stage) -> str:
    """Every field of a text, an update and a message of the page, with odd values one by one."""
    answers = Counter[int]()
    # A web visitor's and a provider's, each with its own proof of who sends it.
    for form in _odd_forms(stage):
        answers[stage.twilio.post(form).status_code] += 1
    for update in _odd_updates(stage):
        answers[stage.telegram.post(json.dumps(update).encode()).status_code] += 1
    visitor = Visitor(stage)
    whole = {"id": "0b6f5c4e-9d1c-4c2e-8a51-6f0a1f3f7b11", "text": "parks", "seen": "1"}
    for changed in _with_odd_leaves(whole):
        answer = visitor.client.post("/chat/messages", content=json.dumps(changed),
                                     headers={"content-type": "application/json"})  # fmt: skip
        answers[answer.status_code] += 1
    for odd in ("%00", "%ff", "-1", "9" * 400, "a", "%ED%A0%80"):
        answers[visitor.client.get(f"/chat/messages?after={odd}").status_code] += 1
    failed = {status: number for status, number in answers.items() if status >= 500}
    log = stage.product.log.read_text(errors="replace")
    assert not failed, failed
    assert "Traceback" not in log, "a traceback in the log"
    assert stage.product.ready()
    return f"{sum(answers.values())} requests: {dict(sorted(answers.items()))}, no traceback"


def _odd_forms(stage: Stage) -> Iterator[dict[str, str]]:
    for name in stage.twilio.form("+447700900777", "parks"):
        for odd in ("\0", "", "-1", "9" * 400, "\uffff\u202e", "parks\0parks"):
            yield {**stage.twilio.form("+447700900777", "parks"), name: odd}


def _odd_updates(stage: Stage) -> Iterator[Any]:
    author = person(8_809_000 + stage.number)
    chat = {"id": author["id"], "first_name": "A", "type": "private"}
    at = int(time.time())
    message = {"message_id": 77, "from": author, "chat": chat, "date": at, "text": "parks"}
    query = {"id": "4382", "from": author, "message": message, "chat_instance": "-1"}
    query["data"] = "1.1.a"
    for kind, content in (("message", message), ("callback_query", query)):
        yield from _with_odd_leaves({"update_id": 990_000_000 + stage.number, kind: content})


def _with_odd_leaves(whole: Any) -> Iterator[Any]:
    """Return copies, each with one odd value in place of something in it."""
    for path in list(_paths(whole)):
        for odd in ODD:
            changed = copy.deepcopy(whole)
            inner = changed
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = odd
            yield changed


def _paths(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*path, name))
