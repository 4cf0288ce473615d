"""Exports of BookStack and Confluence: pages, their titles, where they stand, their files; and HTML that means ill."""

import base64
import json
import time
import zipfile

import pytest

from kb.errors import Invalid
from kb.folders import archive, html, reading, resolving
from tests import made_files

CONFLUENCE = """<!DOCTYPE html><html><head><title>客服 : {title}</title></head><body><div id="page"><div id="main">
<div id="main-header"><div id="breadcrumb-section"><ol id="breadcrumbs"><li><span><a href="index.html">客服</a></span></li>
<li><span><a href="Manual_1.html">手册</a></span></li></ol></div>
<h1 id="title-heading" class="pagetitle"><span id="title-text"> 客服 : {title} </span></h1></div>
<div id="content" class="view"><div class="page-metadata">Created by <span class='author'>x</span></div>
<div id="main-content" class="wiki-content group">{body}</div>
<div class="pageSection group"><div class="pageSectionHeader"><h2 id="attachments" class="pageSectionTitle">Attachments:</h2></div>
<div class="greybox" align="left"><img src="images/bullet.gif"/> <a href="attachments/2/77.txt">报价.txt</a> (text/plain)<br/></div></div>
</div></div></div></body></html>"""  # noqa: E501
BOOK = """<!doctype html><html><body class="export export-format-html export-engine-none"><div class="page-content">
<h1 style="font-size: 4.8em">手册</h1><div><p>怎么用</p></div><ul class="contents"><li><a href="#page-2">甲</a></li></ul>
<div class="page-break"></div><h1 id="chapter-1">第一章</h1><div></div>
<div class="page-break"></div><div class="chapter-hint">第一章</div><h1 id="page-2">甲</h1><p>见 <a href="#page-3">下一页</a></p><h1>小标题</h1>
<div class="page-break"></div><h1 id="page-3">乙</h1><p><img src="data:image/png;base64,{picture}" alt="图"></p>
</div></body></html>"""  # noqa: E501
PAGE = """<html><body class="export"><div class="page-content"><div dir="auto"><h1 class="break-text" id="bkmrk-page-title">单页</h1>
<hr><div style="color: #888;"><strong>Page Contents</strong></div><ul><li><a href="#bkmrk-a">a</a></li></ul><hr>
<div style="clear:left;"></div><p>正文</p><hr><p>后半</p></div><hr><div class="text-muted text-small">Revision 2</div></div></body></html>"""  # noqa: E501


def read(tmp_path, **files):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as made:
        for name, content in files.items():
            made.writestr(name, content)
    with archive.opened(path) as opened:
        found = reading.read(opened)
        places = resolving.Places(found, opened.paths)
        return found, {page.title: resolving.resolved(page, places) for page in found.pages}


def test_a_confluence_space(tmp_path):
    body = (
        '<div class="toc-macro"><ul><li>目录</li></ul></div><p>见 <a href="Other_3.html">别的页</a>，'
        '<a href="/display/X">没有</a></p>'
        '<div class="table-wrap"><table><tbody><tr><th>项</th><th>值</th></tr>'
        "<tr><td>甲|乙</td><td>1</td></tr></tbody></table></div>"
        '<p><img src="attachments/2/78.png" data-linked-resource-default-alias="胶圈.png"></p>'
    )
    found, pages = read(tmp_path, **{
        "index.html": '<html><body><div class="pageSection">Space Details</div></body></html>',
        "Page_2.html": CONFLUENCE.format(title="换圈", body=body),
        "Other_3.html": CONFLUENCE.format(title="别的", body="<p>x</p>"),
        "attachments/2/77.txt": "三元", "attachments/2/78.png": made_files.picture(), "styles/site.css": "x",
    })  # fmt: skip
    assert (found.kind, [page.title for page in found.pages]) == ("confluence", ["别的", "换圈"])
    assert found.pages[1].within == ("客服", "手册")
    assert pages["换圈"].body == (
        "见 别的页 \x000\x00，没有\n\n| 项 | 值 |\n| --- | --- |\n| 甲\\|乙 | 1 |\n\n![](胶圈.png)"
    )
    assert pages["换圈"].files == (("attachments/2/77.txt", "报价.txt"), ("attachments/2/78.png", "胶圈.png"))
    assert [(path, why.template) for path, why in found.skipped] == [("index.html", "It is the list of the others.")]


def test_a_book_of_bookstack_in_one_file(tmp_path):
    picture = made_files.picture()
    found, pages = read(tmp_path, **{"book.html": BOOK.format(picture=base64.b64encode(picture).decode())})
    assert found.kind == "bookstack"
    assert [(page.title, page.within, page.path) for page in found.pages] == [
        ("手册", (), "book.html"), ("甲", ("手册", "第一章"), "book.html#page-2"),
        ("乙", ("手册",), "book.html#page-3"),
    ]  # fmt: skip
    assert [pages[title].body for title in ("手册", "甲")] == ["怎么用", "见 下一页 \x002\x00\n\n# 小标题"]
    ((place, name),) = pages["乙"].files
    assert found.embedded[place] == picture
    assert pages["乙"].body == f"![图]({name})"


def test_a_page_of_bookstack_without_its_contents_and_its_foot(tmp_path):
    found, pages = read(tmp_path, **{"page.html": PAGE})
    assert [page.title for page in found.pages] == ["单页"]
    assert pages["单页"].body == "正文\n\n---\n\n后半"


def test_the_portable_zip_of_bookstack(tmp_path):
    page = {
        "id": 40, "name": "甲", "priority": 2,
        "html": '<p>见 <a href="[[bsexport:page:41]]">乙</a> <img src="[[bsexport:image:a1.png]]"></p>',
        "images": [{"name": "胶圈", "file": "a1.png"}], "attachments": [{"name": "报价", "file": "b2.txt"}],
        "tags": [{"name": "规格", "value": "大"}, {"name": "罐"}],
    }  # fmt: skip
    other = {
        "id": 41,
        "name": "乙",
        "priority": 1,
        "markdown": "回 [甲]([[bsexport:page:40]])，[章]([[bsexport:chapter:9]])",
    }
    chapter = {"id": 9, "name": "章", "pages": [page], "priority": 3}
    data = {
        "instance": {},
        "book": {"id": 1, "name": "书", "description_html": "<p>说明</p>", "chapters": [chapter], "pages": [other]},
    }
    found, pages = read(tmp_path, **{
        "data.json": json.dumps(data), "files/a1.png": made_files.picture(), "files/b2.txt": "三元",
    })  # fmt: skip
    assert [(page.title, page.within) for page in found.pages] == [("书", ()), ("乙", ("书",)), ("甲", ("书", "章"))]
    assert pages["甲"].body == "见 \x001\x00 ![](胶圈.png)"
    assert pages["甲"].files == (("files/a1.png", "胶圈.png"), ("files/b2.txt", "报价.txt"))
    assert pages["乙"].body == "回 \x002\x00，[章](/chapter/9)"
    assert found.pages[2].fields["topics"] == ["规格 大", "罐"]


@pytest.mark.parametrize("data", ['{"book": 1}', "[]", "{", '{"page": {"id": 1}}', "[" * 100_000])
def test_a_data_json_that_is_none_is_a_sentence(tmp_path, data):
    with pytest.raises(Invalid):
        read(tmp_path, **{"data.json": data})


def test_nothing_of_a_hostile_page_acts(tmp_path):
    body = (
        '<script>alert(1)</script><p onclick="x()">正<a href="javascript:alert(1)">文</a></p>'
        "<img src=x onerror=alert(1)>"
        '<iframe src="https://evil"></iframe><svg><script>1</script></svg><style>p{}</style>'
        '<a href="data:text/html,x">d</a>'
        "<p>&lt;script&gt;</p>"
    )
    _, pages = read(tmp_path, **{"a.html": f"<title>页</title><h1>页</h1>{body}"})
    assert pages["页"].body == "正文\n\nd\n\n<script>"


@pytest.mark.parametrize("part", ["<div>", "<b>", "<table>", "<blockquote>", "<ul><li>"])
def test_a_page_nested_without_end_is_refused_at_once(part):
    began = time.process_time()
    with pytest.raises(Invalid):
        html.tree(part * 200_000)
    assert time.process_time() - began < 2
