"""The page's files: small over the wire, kept where they may be, and pages where people look."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from bot.gateway.bundle import bundled
from bot.gateway.notice import notice_html

NAMED = re.compile(r'"(/static/[\w.]+)"')


def test_the_first_load_is_under_30_kilobytes_over_the_wire(client: TestClient) -> None:
    page = client.get("/")
    files = [client.get(path) for path in NAMED.findall(page.text)]
    files += [
        client.get(f"/static/{name}")
        for answer in files
        for name in re.findall(r"url\(([\w.]+svg)\)", answer.text)
    ]
    assert {answer.headers["content-encoding"] for answer in (page, *files)} == {"gzip"}
    sizes = [int(answer.headers["content-length"]) for answer in (page, *files)]
    assert len(sizes) >= 4 and sum(sizes) < 28_000  # the rest is headers


def test_files_under_their_marked_names_are_kept_for_ever(client: TestClient) -> None:
    page = client.get("/")
    paths = NAMED.findall(page.text)
    assert len(paths) == 3
    for path in paths:
        assert re.search(r"\.[0-9a-f]{10}\.(css|js|svg)$", path), path
        assert "immutable" in client.get(path).headers["cache-control"]
    assert client.get("/static/page.js").headers["cache-control"] == "no-cache"


PATHS = ["/", "/privacy", "/you-said-we-did", "/static/page.js", "/embed.js"]


@pytest.mark.parametrize("path", PATHS)
def test_what_the_browser_has_already_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.content == first.content


def test_a_missing_page_is_a_page_for_people_and_json_for_programs(client: TestClient) -> None:
    page = client.get("/nope", headers={"Accept": "text/html,*/*"})
    assert page.status_code == 404 and "<h1>Page not found</h1>" in page.text
    assert page.headers["cache-control"] == "no-store" and "{{" not in page.text
    call = client.get("/nope", headers={"Accept": "application/json"})
    assert call.status_code == 404 and call.json()["error"] == "not_found"


def test_the_privacy_page_has_headings_and_a_list_of_them(client: TestClient) -> None:
    html = client.get("/privacy").text
    linked = re.findall(r'<a href="#(part-\d+)">([^<]+)</a>', html)
    headings = re.findall(r'<h2 id="(part-\d+)">([^<]+)</h2>', html)
    assert linked == headings and ("part-1", "Who we are") in headings and len(headings) >= 8


NOTICES = [
    ("Who we are. The council.", '<h2 id="part-1">Who we are</h2>\n<p>The council.</p>'),
    ("One sentence only.", "<p>One sentence only.</p>"),
    (f"{'A sentence too long for a heading ' * 3}. More.", None),
    ("<b>. Evil", '<h2 id="part-1">&lt;b&gt;</h2>\n<p>Evil</p>'),
    ("See www.ico.org.uk.", '<p>See <a href="https://www.ico.org.uk">www.ico.org.uk</a>.</p>'),
]


@pytest.mark.parametrize(("notice", "html"), NOTICES)
def test_a_short_first_sentence_is_a_heading(notice: str, html: str | None) -> None:
    assert notice_html(notice)[1] == (html or f"<p>{notice}</p>")


def test_modules_are_put_together_in_the_order_in_which_they_need_each_other() -> None:
    sources = {
        "page.js": 'import { a as b } from "./a.js";\nimport * as c from "./c.js";\nb(c.x);\n',
        "a.js": '// said\nimport { x } from "./c.js";\n\nexport const a = () => x;\n',
        "c.js": "export const x = 1;\nexport async function y() {}\n",
    }
    script = bundled("page.js", sources)
    assert script.index("module_c =") < script.index("module_a =") < script.index("module_page =")
    assert "const { a: b } = module_a;" in script and "const c = module_c;" in script
    assert "return { x, y };" in script and "said" not in script


UNKNOWN = [
    'import "./a.js";\n',
    "export default 1;\n",
    "export { x };\n",
    'import { x } from "./page.js";\n',
]


@pytest.mark.parametrize("source", UNKNOWN)
def test_a_module_that_cannot_be_put_together_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="page.js"):
        bundled("page.js", {"page.js": source})
