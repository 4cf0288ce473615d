"""Files on some notes of the demo, made here: a drawing, a contract's table, a sheet, what a customer wrote."""

import io
import struct
import zipfile
import zlib

import numpy as np
import xlsxwriter

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
 Target="word/document.xml"/></Relationships>"""
_DELIVERIES = (
    ("澄湖酒店分批到货表", "甲方：澄湖酒店客房部。乙方：禾木生活。", "本表经双方确认，自签字之日起执行。"),
    ("共三批，各 200 条，间隔十天，每条 650 克，白色。", "每批先送两条样，洗三次不掉毛再发整批。",
     "任何一批晚到，提前一天打客房部电话。"),
)  # fmt: skip
_BILL = [
    ["日期", "送货单号", "发票号", "品名", "金额"],
    ["2026-09-07", "S-0907-1", "0711", "保鲜盒 12 只装", 468],
    ["2026-09-09", "S-0909-1", "0712", "抹布 50 条", 175],
    ["2026-09-11", "S-0911-2", "0713", "密封罐 1.2 L", 312],
]
_CHAT = """郑女士：罐子里的饼干又软了，盖子扣得很紧啊
客服：麻烦您开盖看一下，胶圈上那道凸棱朝上还是朝下？
郑女士：朝下
客服：取下来翻个面，压一圈再扣，应该听到“咔”一声
郑女士：听到了。放三天看看
"""


def files():
    """Return for each file the title of its note, its name, its bytes, and where in it stands what is evidence."""
    return (
        ("密封罐 1.2 L 受潮，多半是密封圈装反", "凸棱朝上的密封圈.png", ring(), None),
        ("密封罐 1.2 L 受潮，多半是密封圈装反", "郑女士的微信.txt", _CHAT.encode(), ""),
        ("澄湖酒店：首批毛巾掉毛，客房部不愿再下单", "澄湖酒店分批到货表.docx", docx(_DELIVERIES), "2"),
        ("食堂会计要一张发票对一张送货单", "沈记食堂对账样张.xlsx", _xlsx("九月", _BILL), None),
    )


def ring():
    """Return a drawing of a ring with its ridge, as a png."""
    height, width = 480, 640
    y, x = np.mgrid[:height, :width]
    far = np.hypot(x - width / 2, (y - height / 2) * 1.6)
    pixels = np.full((height, width, 3), (236, 240, 240), np.uint8)
    pixels[(far > 190) & (far < 280)] = (158, 170, 176)
    pixels[(far > 225) & (far < 245)] = (176, 31, 56)
    lines = b"".join(b"\0" + line.tobytes() for line in pixels)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def docx(pages):
    """Return a document of Word with these pages, each of some lines."""
    page_break = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
    body = page_break.join("".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in page) for page in pages)
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_WORD}><w:body>{body}</w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS)
        archive.writestr("word/document.xml", document)
    return file.getvalue()


def _xlsx(name, rows):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return file.getvalue()
