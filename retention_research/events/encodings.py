"""Which encoding a text file is in, found out from its bytes in one pass."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from retention_research.study import StudyError

CHUNK = 1 << 20
HEAD_BYTES = 1 << 18
SAMPLE_BYTES = 1 << 17
SINGLE_BYTE = ("cp1250", "cp1251", "cp1252", "iso8859-2")

_NOT_OF_FILES = ("idna", "punycode", "unicode-escape", "raw-unicode-escape")
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\r\f\x1a")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or zip archive: save it as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook: save it as CSV"),
    (b"\x1f\x8b", "gzip-compressed: unpack it"),
    (b"PAR1", "a Parquet file: name it .parquet"),
    (b"%PDF", "a PDF: export the orders as CSV"),
)
_ALPHABETS = (
    "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "ăâîşţșț", "áéíóöőúüű", "äöüß", "àâçéèêëîïôœùûü",
    "áéíñóúü", "ãõáâàçéêíóôú", "åäöæøé", "àèéìòù", "абвгґдеєёжзиіїйклмнопрстуфхцчшщъыьэюя",
)  # fmt: skip
_CYRILLIC_RUN = re.compile("[Ѐ-ӿ]{2,}")
_MIXED_SCRIPT = re.compile("[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")
_PRICE = re.compile(r"[€£]\s?\d|\d\s?[€£]")


@dataclass(frozen=True, slots=True)
class Bytes:
    """What one pass over a file saw.

    Attributes:
        sha256: hash of all bytes.
        size: number of bytes.
        encoding: Python's name of the encoding.
        head: the first 256 KB.
    """

    sha256: str
    size: int
    encoding: str
    head: bytes

    @property
    def text(self) -> str:
        """The head as text; a character cut in half at its end is left off."""
        decoder = codecs.getincrementaldecoder(self.encoding)(errors="replace")
        return decoder.decode(self.head, final=False)


def survey(path: Path, stated: str | None = None) -> Bytes:
    """Hash a file and find its encoding.

    Args:
        path: a text file.
        stated: the encoding that the study states; it wins.

    Raises:
        StudyError: if the file is empty, is no text, or cannot be decoded as stated.

    Example:
        >>> export = getfixture("tmp_path") / "orders.csv"
        >>> _ = export.write_bytes("Łódź;1,50 zł".encode("cp1250"))
        >>> survey(export).encoding
        'cp1250'
    """
    digest, size, head, sample, controls = hashlib.sha256(), 0, b"", b"", 0
    utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    for chunk in _chunks(path):
        digest.update(chunk)
        size += len(chunk)
        head += chunk[: HEAD_BYTES - len(head)]
        controls += len(chunk) - len(chunk.translate(None, _CONTROLS))
        utf8 = utf8 if utf8 and _decodes(utf8, chunk) else None
        if utf8 is None and len(sample) < SAMPLE_BYTES:
            telling = (line for line in chunk.split(b"\n") if not line.isascii())
            sample += b"\n".join(telling)[: SAMPLE_BYTES - len(sample)]
    is_utf8 = utf8 is not None and _decodes(utf8, b"", final=True)
    _refuse_no_text(path, head, size, controls)
    encoding = _stated(stated, path) if stated else _found(path, head, sample, is_utf8)
    no_bom = encoding == "utf-16" and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if no_bom or (encoding.startswith("utf-8") and not is_utf8):
        raise StudyError(_undecodable(path, encoding))
    return Bytes(digest.hexdigest(), size, encoding, head)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_no_text(path: Path, head: bytes, size: int, controls: int) -> None:
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\r\n\t \x00"):
        raise StudyError(f"{path.name} is empty ({size:,} bytes). Export the orders again.")
    for magic, words in _NOT_TEXT:
        if head.startswith(magic):
            raise StudyError(f"{path.name} is no CSV but {words}.")
    is_utf16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_utf16 and controls > size / 1000:
        raise StudyError(
            f"{path.name} is no text: {controls:,} of its {size:,} bytes are control characters. "
            "Export the orders as CSV (UTF-8 where you can choose)."
        )


def _stated(name: str, path: Path) -> str:
    try:
        "a".encode(name)  # refuses zlib, hex and their like, which turn bytes into bytes
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        known = ""
    if not known or known in _NOT_OF_FILES:
        raise StudyError(
            f"encoding: {name[:40]!r} for {path.name} is not known. Write utf-8, utf-16, "
            "windows-1250, windows-1251, windows-1252 or iso-8859-2."
        )
    return known


def _found(path: Path, head: bytes, sample: bytes, is_utf8: bool) -> str:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    if is_utf8:
        return "utf-8"
    scores = {name: plausibility(sample, name) for name in SINGLE_BYTE}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] <= 0:
        raise StudyError(
            f"{path.name} is in no encoding that is known here (UTF-8, UTF-16 with a byte order "
            "mark, Windows-1250, -1251, -1252, ISO-8859-2). If it is text, state `encoding:`."
        )
    return best


def plausibility(sample: bytes, encoding: str) -> float:
    """How much bytes look like words of one language in an encoding; below 0: not at all.

    Example:
        >>> zoned = "Łódź, źródło".encode("cp1250")
        >>> plausibility(zoned, "cp1250") > plausibility(zoned, "iso8859-2")
        True
    """
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return -1.0
    high = [c for c in text if ord(c) > 127 and c not in "\xa0\xad"]
    if not high:
        return 0.1
    if any("\x80" <= c <= "\x9f" for c in high):
        return -1.0
    folded = [c.lower() for c in high]
    one_language = max(sum(c in alphabet for c in folded) for alphabet in _ALPHABETS)
    cyrillic = sum(len(run) for run in _CYRILLIC_RUN.findall(text))
    odd = 2 * len(_MIXED_SCRIPT.findall(text)) + sum(not c.isalpha() for c in high)
    odd += sum(a.islower() and b.isupper() and ord(b) > 127 for a, b in pairwise(text))
    return (one_language + cyrillic + 2 * len(_PRICE.findall(text)) - odd) / len(high)


def as_utf8(path: Path, encoding: str, target: Path) -> Path:
    """The file in UTF-8: itself where it is, otherwise rewritten to `target` piece by piece.

    Raises:
        StudyError: if a byte has no meaning in the encoding.

    Example:
        >>> export = getfixture("tmp_path") / "orders.csv"
        >>> _ = export.write_bytes("Łódź".encode("cp1250"))
        >>> as_utf8(export, "cp1250", export.with_suffix(".txt")).read_text(encoding="utf-8")
        'Łódź'
    """
    if encoding in ("utf-8", "utf-8-sig", "ascii"):
        return path
    decoder = codecs.getincrementaldecoder(encoding)()
    with target.open("w", encoding="utf-8", newline="") as out:
        try:
            for chunk in _chunks(path):
                out.write(decoder.decode(chunk))
            out.write(decoder.decode(b"", final=True))
        except UnicodeError:
            raise StudyError(_undecodable(path, encoding)) from None
    return target


def _undecodable(path: Path, encoding: str) -> str:
    return (
        f"{path.name} is not in {encoding}: some of its bytes have no meaning there. "
        "Correct `encoding:` in the study, or leave it out to have it found."
    )
