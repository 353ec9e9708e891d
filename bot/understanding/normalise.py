"""How a message is cut for the trained model: one spelling for each word, then phrases of words."""

from __future__ import annotations

import re

# As people text. Dialect words ("nowt") keep their own spelling: the training lines hold them.
_SPELT_OUT = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "n": "and",
    "pls": "please",
    "plz": "please",
    "kindly": "please",
    "thx": "thanks",
    "wot": "what",
    "wat": "what",
    "cos": "because",
    "coz": "because",
    "ppl": "people",
    "msg": "message",
    "msgs": "messages",
    "txt": "text",
    "txts": "texts",
    "q": "question",
    "qs": "questions",
    "wanna": "want to",
    "gonna": "going to",
    "gotta": "got to",
    "lemme": "let me",
    "gimme": "give me",
    "dunno": "dont know",
    "dnt": "dont",
    "bk": "back",
    "tmrw": "tomorrow",
    "2moro": "tomorrow",
}


def normalised(text: str) -> str:
    """Return a text in small letters, without apostrophes, its marks standing apart."""
    said = text.lower().replace("\u2019", "'").replace("'", "")
    said = re.sub(r"(.)\1{2,}", r"\1\1", said)
    said = re.sub(r"([^\w\s])", r" \1 ", said)
    return " ".join(_SPELT_OUT.get(word, word) for word in said.split())


def phrases(text: str) -> list[str]:
    """Return the words, the runs of two and three, and the pairs with one or two words between.

    The ends count as words, so "stop" alone is not the "stop" of "stop closing libraries".
    """
    words = ["<s>", *text.split(), "</s>"]
    found = list(words)
    for i in range(len(words) - 1):
        found.append(f"{words[i]} {words[i + 1]}")
        if i + 2 < len(words):
            found.append(f"{words[i]} {words[i + 1]} {words[i + 2]}")
            found.append(f"{words[i]} * {words[i + 2]}")
        if i + 3 < len(words):
            found.append(f"{words[i]} ** {words[i + 3]}")
    return found
