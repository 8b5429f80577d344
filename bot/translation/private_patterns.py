"""How numbers, addresses and names of people look in Korean and English chat; all stay linear in the text."""

from __future__ import annotations

import re

BANK = (
    r"(?:(?:카카오|케이|토스|새마을|우리|하나|국민|신한|기업|농협|수협|제일|씨티|대구|부산|광주|전북|경남|제주|산업|우체국"
    r"|카뱅|케뱅|KB|NH|IBK|SC|KDB|MG)(?:은행|뱅크|금고|투자증권|증권)?|[가-힣]{2,4}은행)"
)
ACCOUNT_WORD = (
    rf"(?:{BANK}|계좌(?:번호)?|통장|입금|송금|이체|accounts?(?: ?(?:number|no\.?|#))?|acct\.?|bank|IBAN"
    r"|cuenta)"
)
LINK_WORD = r"(?:[은는이가을를로]|으로|에|is|:|=|#|\(|\)|,|\s|-)*"

RESIDENT = re.compile(
    r"(?<!\d)\d{6} ?- ?[1-8](?:\d{6}|[\d*xX●]{6})(?![\d*])"
    r"|(?<!\d)\d{2}-\d{2}-\d{6}-\d{2}(?!\d)"  # a driver's licence
    r"|(?<!\d)\d{3}-\d{2}-\d{4}(?![\d-])"  # a social security number
)
RESIDENT_BARE = re.compile(r"(?<![\d.])(\d{2})(\d{2})(\d{2})[ ./_]?([1-8])\d{6}(?![\d.]\d|\d)")
PASSPORT = re.compile(r"(?<![A-Za-z0-9])(?:[Mm]\d{8}|[MSRODG]\d{3}[A-Z]\d{4})(?![A-Za-z0-9])")
PASSPORT_SAID = re.compile(
    r"(?:여권|passport|pasaporte)(?:\s?(?:번호|number|no\.?))?"
    + LINK_WORD
    + r"([A-Z]{0,2}\d{6,9}[A-Z]?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
CARD = re.compile(
    r"(?<![\d-])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\d-])|(?<![\d-])\d{4}([ -])\d{6}\2\d{5}(?![\d-])"
)
CARD_BARE = re.compile(r"(?<![\d.-])[2-6]\d{14,15}(?![\d-])")
EMAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
PHONE = re.compile(
    r"(?<![\d.+-])(?:"
    r"\(?\+ ?\d{1,3}\)?(?:[ .-]?\(?\d{1,5}\)?){2,5}(?!\d)"  # +82 10-1234-5678, +1 (415) 555-0100
    r"|(?:\(0\d{1,3}\)|0\d{1,3})[ .-]{0,3}\d{3,4}[ .-]{0,3}\d{3,4}(?!\d)"  # 010-1234-5678, 02-123-4567
    r"|82[ .-]1\d[ .-]\d{3,4}[ .-]\d{4}(?!\d)|8210\d{8}(?!\d)"
    r"|\(\d{3}\) ?\d{3}[ .-]\d{4}(?!\d)|\d{3}[ .-]\d{3}[ .-]\d{4}(?![\d-])"
    r")"
)
# The library takes long for long runs of digits; no number is longer than this.
DIALLED = re.compile(r"(?<![\d+])\+?\(?\d[\d ().-]{6,30}\d(?!\d)")
ACCOUNT = re.compile(
    r"(?<![\w.-])\d{2,6}-\d{2,6}-\d{5,8}(?:-\d{1,3})?(?![\d-])|(?<![\w.-])\d{3,6}-\d{2,6}-\d{2,6}-\d{2,6}(?![\d-])"
)
ACCOUNT_SAID = re.compile(
    ACCOUNT_WORD + LINK_WORD + BANK + r"?" + LINK_WORD + r"(\d[\d -]{7,22}\d)(?!\d)", re.IGNORECASE
)
# "계좌번호 알려드려요 110…": a sentence may stand between the word and so long a number.
ACCOUNT_NEAR = re.compile(
    r"(?:계좌|통장|accounts? ?(?:number|no\b)|acct)[^\d\n]{0,20}(?<![\d.])(\d{10,14})(?![\d.]\d|\d)",
    re.IGNORECASE,
)
ACCOUNT_AFTER = re.compile(rf"(?<![\w.-])(\d[\d -]{{7,22}}\d)[ (]{{0,3}}{BANK}")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])")

ID_WORD = r"(?:아이디|계정|닉네임|handle|username|user ?name|account|id)"
MESSENGER = (
    r"(?:카카오톡|카카오|카톡|라인|텔레그램|텔레|인스타그램|인스타|디스코드|위챗|스카이프|왓츠앱"
    r"|kakao ?talk|kakao|ka-?talk|telegram|instagram|insta|discord|we ?chat|whats ?app|skype|zalo|viber)"
)
LOOSE_MESSENGER = r"(?:톡|라인|line|signal|facebook|페북|페이스북)"
SAYS = r"(?:은|는|이|가|으로|로|is|:|=|->|→|\(|\s)*"
HANDLE = r"@?([A-Za-z0-9](?:[A-Za-z0-9._-]{1,30}[A-Za-z0-9_])?)"
MESSENGER_SAID = re.compile(
    rf"(?<![A-Za-z])(?:{MESSENGER}|{LOOSE_MESSENGER})\s?{ID_WORD}(?![a-z]){SAYS}{HANDLE}", re.IGNORECASE
)
MESSENGER_LOOSE = re.compile(
    rf"(?<![A-Za-z]){MESSENGER}(?![a-z]){SAYS}"
    r"(?:@([A-Za-z0-9._-]{3,32})|((?=[A-Za-z0-9._-]{0,31}[\d_])[A-Za-z][A-Za-z0-9._-]{2,31}))",
    re.IGNORECASE,
)
MESSENGER_COLON = re.compile(
    rf"(?<![A-Za-z]){MESSENGER}\s?[:=]\s?@?([A-Za-z][A-Za-z0-9._-]{{2,31}})", re.IGNORECASE
)
MESSENGER_AFTER = re.compile(
    rf"(?<![\w@])@?((?=[A-Za-z0-9.-]{{0,31}}[\d_])[A-Za-z][A-Za-z0-9._-]{{2,31}})\s?\(?\s?(?:on\s)?{MESSENGER}",
    re.IGNORECASE,
)
NO_HANDLES = frozenset(
    {"and", "or", "please", "the", "is", "not", "my", "your", "to", "for", "in", "id", "on"}
)

NAME_WORD = r"(?:이름|성함|성명|예금주(?:명)?|실명|본명|명의자?|수취인(?:명)?|받는 ?(?:분|사람))"
NAME_SAID = re.compile(NAME_WORD + r"(?:\s?[은는이가])?[\s:=(]*" + r"([가-힣]{2,6})")
NAME_INTRODUCED = re.compile(
    r"(?:안녕하세요|반갑습니다|저는|전|제가)[\s,.!~]*([가-힣]{3})(?=입니다|이에요|예요|이?라고)"
)
NO_NAME = re.compile(r".*[자가생사]")
"""What people introduce themselves as that is no name: 번역가, 신입생."""
LATIN_NAME = r"([A-Z][\w'’-]+(?:[ -](?:[A-Z]\.(?= [A-Z])|[A-Z][\w'’-]*)){0,3})"
LATIN_NAME_SAID = re.compile(
    r"(?<!file )(?<!task )(?<!user )(?<!batch )(?<!project )(?<!label )(?<!column )(?<!field )(?<!class )"
    r"(?<!channel )(?<!branch )(?<!host )\b(?:[Nn]ame(?:'s|’s| is|:| ?=)|[Aa]ccount holder(?: is|:)?"
    rf"|[Mm]e llamo|[Nn]ombre es|이름은|성함은|실명은|예금주는?|예금주:|이름:)\s*{LATIN_NAME}"
)
AFTER_NUMBER = re.compile(
    rf"[\s,/()·:-]*(?:{BANK}[\s,/()·:-]*)?(?:(?:예금주|명의|이름)(?:은|는|:)?[\s:]*)?(?:([가-힣]{{2,6}})|{LATIN_NAME})"
)
BEFORE_NUMBER = re.compile(rf"(?<![가-힣])([가-힣]{{2,4}}?)(?:님|씨)?[\s,:/(]+(?:{BANK}[\s,:/]*)?$")
LATIN_AFTER = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+){1,3}")
