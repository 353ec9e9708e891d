"""How many parts a text message takes (GSM 03.38 and its extension table; UCS-2 for everything
else).
"""

# 3GPP TS 23.038, 6.2.1 and 6.2.1.1.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("^{}\\[~]|€\f")
SINGLE_PART, EACH_PART = 160, 153
SINGLE_PART_UCS2, EACH_PART_UCS2 = 70, 67


def is_gsm7(text: str) -> bool:
    return all(letter in GSM_7 or letter in GSM_7_EXTENSION for letter in text)


def sms_parts(text: str) -> int:
    """Return how many parts `text` is sent and paid as; 0 for an empty text."""
    if is_gsm7(text):
        return _gsm7_parts([2 if letter in GSM_7_EXTENSION else 1 for letter in text])
    units = len(text.encode("utf-16-le")) // 2
    if units <= SINGLE_PART_UCS2:
        return min(units, 1)
    return _split([len(letter.encode("utf-16-le")) // 2 for letter in text], EACH_PART_UCS2)


def _gsm7_parts(widths: list[int]) -> int:
    total = sum(widths)
    return min(total, 1) if total <= SINGLE_PART else _split(widths, EACH_PART)


def _split(widths: list[int], room: int) -> int:
    """Fill parts in order; an escape pair or a surrogate pair is never cut in two."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
