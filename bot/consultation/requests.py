"""What residents can ask the council for, besides giving answers: the intent of each request, and
the section of the consultation file that asks for its details.
"""

from __future__ import annotations

REQUESTS = {
    "offer_case_study": "case_study",
    "join_workshop": "workshop",
    "request_print_copy": "print_copy",
    "request_callback": "callback",
    "ask_human": "callback",
}
