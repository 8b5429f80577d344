"""Turns uploaded bytes into text, or says honestly that the encoding is not one we know."""

from __future__ import annotations

from bot.imports.problems import ProblemCode, ProblemList

_UTF8_BOM = b"\xef\xbb\xbf"


def decode(data: bytes, problems: ProblemList) -> str:
    """Return the text of a UTF-8 (with or without BOM) or CP949 file.

    Raises BadFile with `wrong_encoding` at the first byte that is not UTF-8. Almost any bytes are CP949,
    so it is believed only when the letters it yields are mostly everyday Hangul.
    """
    data = data.removeprefix(_UTF8_BOM)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _decode_korean(data)
        if text is None:
            line = data.count(b"\n", 0, error.start) + 1
            raise problems.refuse(line, ProblemCode.WRONG_ENCODING) from None
        return text


def _decode_korean(data: bytes) -> str | None:
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return None
    foreign = [char for char in text[:200_000] if char > "\x7f"]
    everyday = sum("가" <= char <= "힣" and _in_ks_x_1001(char) for char in foreign)
    return text if everyday * 2 > len(foreign) else None


def _in_ks_x_1001(char: str) -> bool:
    # EUC-KR holds the 2,350 syllables of real text; the other 8,822 appear when something else is misread.
    try:
        char.encode("euc-kr")
    except UnicodeEncodeError:
        return False
    return True
