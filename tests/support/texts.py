"""Texts that products have lost, changed or run. `{text: how it is stored}` where that differs."""

from __future__ import annotations

FAMILY = "👩‍👩‍👧‍👦"  # four people joined by zero-width joiners

EXACT = [
    "A plain answer.",
    "  leading and trailing spaces  ",
    "\n\nblank lines around\n\n",
    "two\nlines",
    "two\r\nlines\r",
    "tab\there\t",
    "\ttab first",
    "\ufeffbyte order mark first",
    "a\ufeffb",
    "\ufffe not a character",
    "\uffff",
    "\u202eright to left override\u202c",
    "\u2066isolated\u2069",
    "\u200b zero width \u200d",
    "e" + "\u0301" * 500,
    "é and e\u0301 are not the same",  # composed and not
    FAMILY,
    FAMILY * 20,
    "🏴󠁧󠁢󠁷󠁬󠁳󠁿 Cymru am byth: ŵ ŷ Ŵ Ŷ",
    "الخدمات الرقمية مهمة جداً",
    "数字战略 デジタル 디지털",
    "'; DROP TABLE answer;--",
    "%s %d %(name)s %",
    "{slot} {0} {{7*7}} ${jndi:ldap://x}",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[link](javascript:alert(1))",
    "/restart",
    '/skip_question{"slot": "x"}',
    "EXTERNAL: restart",
    '=HYPERLINK("http://evil.example")',
    "+44 7700 900123",
    "\x01\x02\x1b[31m\x7f\x85",
    "\u2028\u2029",
    "\\x00 \\u0000 \\",
    "\"quoted\" 'twice' `thrice`",
    "null",
    "-0",
    "0",
    "😀" * 4000,
    "x" * 4000,
]

# What no database keeps is replaced, one sign for each, and flagged.
_REPAIRED = [
    ("nul\0inside", "nul\ufffdinside"),
    ("\0", "\ufffd"),
    ("\0\0ab\0", "\ufffd\ufffdab\ufffd"),
    ("high\ud83d", "high\ufffd"),
    ("\ud83dhigh", "\ufffdhigh"),
    ("\ude00low", "\ufffdlow"),
    ("\ude00\ud83d", "\ufffd\ufffd"),
    ("\ud83d\ud83d\ude00", "\ufffd😀"),
    ("a\ud83db\0c", "a\ufffdb\ufffdc"),
    # Two halves that were sent as two letters are one emoji.
    ("\ud83d\ude00", "😀"),
]
REPAIRED = dict(_REPAIRED)
