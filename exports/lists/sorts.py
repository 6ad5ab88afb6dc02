"""What a file is, told by its bytes before anything in it is unpacked; what is no list of ours is refused at once."""

import struct
import zipfile
from io import BytesIO

from intake.errors import Refused

BIGGEST = 20 * 1024 * 1024
"""Bytes of a file."""
UNPACKED = 200 * 1024 * 1024
"""Bytes of all that an archive says to hold."""
DENSEST = 200
"""How many times larger than the file its contents may be, where they are many."""
_ROOMY = 8 * 1024 * 1024
_DIRECTORY = 512 * 1024
"""Bytes of the list of an archive's parts; an honest workbook has a hundred of them."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = b"PK\x05\x06"

TEXT, XLSX, XLS = "text", "xlsx", "xls"
"""The sorts that are read: lines of text, today's workbook, that of before 2007."""

AGAIN = "请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"
BROKEN = f"这个文件坏了，或者没有传完整，打不开。{AGAIN}"
PASSWORD = "这个文件设了密码。请去掉密码，另存一份再导入。"  # noqa: S105 - what is said of one
MACRO = "这个文件带宏，不能导入。请另存为 .xlsx（不带宏的工作簿）再导入。"
SIZE = "表格太大了。请删掉下面和右边的空行空列，再导入。"
SHEETS = "这个文件里的表太多，最多 200 张。请删掉用不着的表，或者分成几个文件，再导入。"
ENTITIES = f"这个文件里有表格不该有的东西，不能导入。{AGAIN}"
LARGE = f"文件太大了，最多 {BIGGEST // 1024 // 1024} MB。请删掉图片和用不着的表，再导入。"
_WORD = "这个文件是 Word 文档，不是表格。请把里面的表格复制到 Excel 或 WPS 表格，另存为 .xlsx 再导入。"
_OTHER_SHEETS = f"这种表格（.xlsb、.ods）这里读不全。{AGAIN}"
_PACKED = "这个文件是压缩包。请先解压，再导入里面的表格。"
_STRANGE = "这个文件是{}，不是表格。请选 Excel 或 WPS 表格（.xlsx、.xls）或 .csv 文件。"
_SIGNS = (
    (0, b"%PDF-", "PDF"), (0, b"\xff\xd8\xff", "图片"), (0, b"\x89PNG", "图片"), (0, b"GIF8", "图片"),
    (0, b"BM", "图片"), (8, b"WEBP", "图片"), (4, b"ftyp", "图片或视频"), (0, b"ID3", "录音"), (0, b"#!AMR", "录音"),
    (0, b"{\\rtf", "文档"), (0, b"MZ", "程序"), (0, b"\x7fELF", "程序"), (0, b"SQLite format 3", "数据库"),
)  # fmt: skip
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


def sort_of(data: bytes) -> str:
    """Tell how a file is to be read: TEXT, XLSX or XLS. Raises Refused for everything else."""
    if not data:
        raise Refused("这个文件是空的，里面什么都没有。")
    if len(data) > BIGGEST:
        raise Refused(LARGE)
    if data.startswith(_ZIP):
        return _archive(data)
    if data.startswith(_OLE[:4]):
        return _compound(data)
    if data.startswith(_ARCHIVES):
        raise Refused(_PACKED)
    for at, sign, what in _SIGNS:
        if data[at : at + len(sign)] == sign and (what != "图片" or sign != b"BM" or b"\0" in data[:64]):
            raise Refused(_STRANGE.format(what))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        raise Refused(f"这个文件是网页，不是表格。{AGAIN}")
    return TEXT


def _archive(data: bytes) -> str:
    """Look at the list of an archive's parts, and at nothing in them."""
    parts = _parts(data)
    names = {one.filename.replace("\\", "/").lower().lstrip("/") for one in parts}
    if any(one.flag_bits & 1 for one in parts):
        raise Refused(PASSWORD)
    if len(names) != len(parts):
        raise Refused(BROKEN)
    whole = sum(one.file_size for one in parts)
    if whole > UNPACKED or (whole > _ROOMY and whole > DENSEST * len(data)):
        raise Refused(SIZE)
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise Refused(MACRO)
    if "xl/workbook.xml" in names:
        return XLSX
    if "xl/workbook.bin" in names or {"mimetype", "content.xml"} <= names:
        raise Refused(_OTHER_SHEETS)  # what is hidden in them nobody here can see
    if any(name.startswith("word/") for name in names):
        raise Refused(_WORD)
    if any(name.startswith("ppt/") for name in names):
        raise Refused(_STRANGE.format("演示文稿"))
    raise Refused(_PACKED if parts and "[content_types].xml" not in names else BROKEN)


def _parts(data: bytes) -> list[zipfile.ZipInfo]:
    at = data.rfind(_END)
    # The size of the list stands at its end: a list of a million parts is not even begun.
    if at < 0 or len(data) < at + 22 or struct.unpack_from("<I", data, at + 12)[0] > _DIRECTORY:
        raise Refused(BROKEN if at < 0 else SIZE)
    try:
        with zipfile.ZipFile(BytesIO(data)) as opened:
            return opened.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        raise Refused(BROKEN) from None


def _compound(data: bytes) -> str:
    """Look at the names of an old Office file's streams, which stand in it as UTF-16."""
    if not data.startswith(_OLE):
        raise Refused(BROKEN)
    if _named(data, "EncryptedPackage"):
        raise Refused(PASSWORD)
    if _named(data, "_VBA_PROJECT"):
        raise Refused(MACRO)
    if not _named(data, "Workbook") and not _named(data, "Book"):
        raise Refused(_WORD if _named(data, "WordDocument") else BROKEN)
    return XLS


def _named(data: bytes, name: str) -> bool:
    """Tell whether a stream has a name: an entry of 128 bytes begins with it."""
    sought, at = name.encode("utf-16-le") + b"\0\0", -1
    while (at := data.find(sought, at + 1)) >= 0:
        if at % 128 == 0:
            return True
    return False
