"""One way of writing a message down before it is compared with anything."""

from __future__ import annotations

import re
import unicodedata

from bot.understanding.words.language import english

SIGNS = "{}<>=\\|^~`$%/\u2215"  # of a program; nobody wraps a command in them
EDGES = " \t\r\n.!,;:…'\"“”‘’()[]*_-–—~"
# Letters that look like those of our words, in the order of the second text.
ALIKE = str.maketrans("асеорѕтихпкυοτςαερ", "aceopstuxnkuotsaep")
SIGNED = re.compile(r"\s*\n\s*(?:-- ?\n|sent (?:from|via|with)\b|get outlook\b).*", re.I | re.S)
SPACED = re.compile(r"\w(?:[ .\-_*]+\w){2,10}")


def plain(text: str, *, letters: int = 200) -> str:
    """Return the first letters of a message as commands are compared: NFKC, lower case, no outer
    punctuation.
    """
    words = unicodedata.normalize("NFKC", text[:letters]).casefold().replace("’", "'")
    words = re.sub(r"\s+", " ", words).strip(EDGES)
    return words if words.startswith("?") else words.rstrip("?").strip(EDGES) or words


def normalised(text: str) -> str:
    """Return a text in small letters, without apostrophes, its marks standing apart, and text-speak
    written out: as the trained model reads it.
    """
    said = text.lower().replace("\u2019", "'").replace("'", "")
    said = re.sub(r"(.)\1{2,}", r"\1\1", said)
    said = re.sub(r"([^\w\s])", r" \1 ", said)
    spellings = english().spellings
    return " ".join(spellings.get(word, word) for word in said.split())


def strip_decoration(text: str) -> str:
    """Return a short message without what a phone or a person puts around a command: a signature,
    letters that look like ours, invisible ones, "S.T.O.P", courtesies before and after.
    """
    if any(sign in text for sign in SIGNS):
        return text
    words = SIGNED.sub("", unicodedata.normalize("NFKC", text[:200]).casefold())
    words = "".join(c for c in words if unicodedata.category(c) != "Cf").replace("’", "'")
    words = words.strip(EDGES)
    words = words.translate(ALIKE) if not words.isascii() else words
    if SPACED.fullmatch(words):
        words = re.sub(r"[ .\-_*]", "", words)
    return without_courtesy(words)


def without_courtesy(words: str) -> str:
    """Return plain words without what people put before or after them; all of them, where nothing
    else is left.
    """
    around = english().around
    left = re.findall(r"[\w'/?]+|[^\w\s]+", words)
    kept = list(left)
    while kept and (kept[0] in around or not re.search(r"[\w?]", kept[0])):
        kept.pop(0)
    while kept and (kept[-1] in around or not re.search(r"[\w?]", kept[-1])):
        kept.pop()
    return " ".join(word for word in kept if re.search(r"[\w?]", word)) if kept else words
