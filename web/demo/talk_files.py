"""Files on an interaction of the demo: what the hotel sent along with what it said of the jars."""

import io

from kb import file_reader, interaction_attachments, members
from web.demo.files import docx, ring

_BEGINS = "八月装的那批密封罐"
_COUNTED = (
    ("早餐厅密封罐清点，周敏，八月二十日", "一共四十个，三个盖子装不回去，都是拆下来洗过的。",
     "服务员换班快，没人教过圈的方向；最好罐底贴一张图。"),
)  # fmt: skip


def attach(db, home):
    """Hang the files on their interaction, and read them."""
    row = next(db["interaction"].rows_where("said LIKE ? || '%'", [_BEGINS]))
    by = members.get(db, row["owner_id"]).reader()
    sent = [("早餐厅拍的密封圈.png", ring()), ("早餐厅的罐子清点.docx", docx(_COUNTED))]
    streams = [(name, io.BytesIO(content)) for name, content in sent]
    interaction_attachments.add(db, row["id"], streams, most_megabytes=1, by=by, now=row["created_at"])
    while file_reader.read_next(db, home):
        pass
