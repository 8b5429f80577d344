"""mrkdwn and Markdown as the page reads them, one line each."""

from __future__ import annotations

import re

from tests.browser.conftest import OpenPage
from tests.browser.places import HANEUL

CASES = [
    ("*굵게* _기울임_ ~취소~ `코드`", "<strong>굵게</strong> <em>기울임</em> <s>취소</s> <code>코드</code>"),
    ("*굵게*는 그대로", "*굵게*는 그대로"),
    ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
    ("*a _b_ c*", "<strong>a <em>b</em> c</strong>"),
    ("*열린\n줄*", "*열린<br>줄*"),
    ("`*raw*` &lt;b&gt; &amp;amp;", "<code>*raw*</code> &lt;b&gt; &amp;amp;"),
    ("<@U0BADA>에게", '<span class="mention " data-user="U0BADA">@바다</span>에게'),
    ("<@U0HANEUL|x>", '<span class="mention me" data-user="U0HANEUL">@하늘</span>'),
    ("<!here> <!channel>", '<span class="mention me">@here</span> <span class="mention me">@channel</span>'),
    (
        "<https://example.com/?a=1&amp;b=2|여기>",
        '<a href="https://example.com/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">여기</a>',
    ),
    ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
    ("a < b > c", "a &lt; b &gt; c"),
    (":nonsense: 12:30:45", ":nonsense: 12:30:45"),
    ("<!date^0^{date_num} {time}|fallback>", "1970"),
]


def test_mrkdwn(open_page: OpenPage) -> None:
    page = open_page(f"/?as={HANEUL}")
    shown = page.evaluate(
        """async ({texts, me}) => {
          const { mrkdwn } = await import("/page/mrkdwn.js");
          const state = await (await fetch(`/_page/state?as=${me}`)).json();
          const people = new Map(state.people.map((person) => [person.id, person]));
          return texts.map((text) => {
            const box = document.createElement("div");
            box.append(mrkdwn(text, {people, me, conversations: new Map()}));
            return box.innerHTML.replace(/^<span class="run">(.*)<\\/span>$/, "$1");
          });
        }""",
        {"texts": [text for text, _ in CASES], "me": HANEUL},
    )
    for (text, wanted), got in zip(CASES, shown, strict=True):
        assert got == wanted or (wanted == "1970" and "1970" in got and "fallback" in got), text


def test_quotes_and_fences(open_page: OpenPage) -> None:
    page = open_page(f"/?as={HANEUL}")
    shown = page.evaluate(
        """async (text) => {
          const { mrkdwn } = await import("/page/mrkdwn.js");
          const box = document.createElement("div");
          box.append(mrkdwn(text));
          return [...box.children].map((node) => [node.tagName, node.textContent]);
        }""",
        "앞\n&gt; 인용 *굵게*\n&gt; 둘째\n```let x = '<b>';\n*y*```\n&gt;&gt;&gt; 끝까지\n모두",
    )
    assert shown == [
        ["SPAN", "앞"],
        ["BLOCKQUOTE", "인용 굵게둘째"],
        ["PRE", "let x = '<b>';\n*y*"],
        ["BLOCKQUOTE", "끝까지모두"],
    ]


def test_markdown(open_page: OpenPage) -> None:
    page = open_page(f"/?as={HANEUL}")
    shown = page.evaluate(
        """async (text) => {
          const { markdown } = await import("/page/markdown.js");
          const box = document.createElement("div");
          box.append(markdown(text));
          return box.innerHTML;
        }""",
        "# 제목\n**굵게** *기울임* `x`\n\n1. 하나\n   - 안쪽\n2. 둘\n\n"
        "| a | b |\n|---|--:|\n| 1 | 2 |\n\n<script>x</script>",
    )
    assert '<h3 class="md-h1">제목</h3>' in shown
    assert "<strong>굵게</strong> <em>기울임</em> <code>x</code>" in shown
    assert "<ol><li>하나<ul><li>안쪽</li></ul></li><li>둘</li></ol>" in shown
    assert '<td class="align-right">2</td>' in shown
    assert "&lt;script&gt;x&lt;/script&gt;" in shown


def test_both_languages_have_the_same_words(open_page: OpenPage) -> None:
    page = open_page(f"/?as={HANEUL}")
    english, korean = page.evaluate(
        """async () => [
          (await import("/page/words-en.js")).EN, (await import("/page/words-ko.js")).KO
        ].map((words) => Object.entries(words).map(([key, phrase]) => [key, phrase.other ?? phrase]))"""
    )
    assert [key for key, _ in english] == [key for key, _ in korean]
    for (key, one), (_, other) in zip(english, korean, strict=True):
        assert set(re.findall(r"{\w+}", one)) == set(re.findall(r"{\w+}", other)), key
