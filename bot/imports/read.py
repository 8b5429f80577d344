"""`read_tasks`: the one way from an uploaded file to task rows."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.task import TaskType
from bot.imports.check_row import check_row
from bot.imports.columns import ID, Columns, columns_of
from bot.imports.csv_records import read_csv
from bot.imports.decode import decode
from bot.imports.json_records import read_json_lines, read_json_list
from bot.imports.problems import ProblemCode, ProblemList
from bot.imports.rows import FileFormat, ImportedFile, Record, TaskRow

LARGEST_FILE = 20 * 1024 * 1024
MOST_ROWS = 200_000

_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_EXCEL_EXTENSIONS = {"xlsx", "xls", "xlsm", "xlsb"}
_FORMATS = {
    "csv": FileFormat.CSV,
    "tsv": FileFormat.CSV,
    "json": FileFormat.JSON,
    "jsonl": FileFormat.JSONL,
    "ndjson": FileFormat.JSONL,
}


def read_tasks(name: str, data: bytes, task_type: TaskType) -> ImportedFile:
    """Read the tasks of a CSV, JSON lines, JSON or Label Studio file, or raise BadFile with all to repair.

    `name` gives the extension. A file is taken whole or not at all. At most 20 MiB and 200,000 rows.
    """
    problems = ProblemList()
    extension = _check_file(name, data, problems)
    text = decode(data, problems)
    columns = columns_of(task_type)
    reading = _Reading(columns, problems)
    file_format = _format_of(extension, text)
    for record in _records(file_format, text, columns, problems):
        reading.take(record)
    if not reading.seen:
        problems.raise_if_any()
        raise problems.refuse(None, ProblemCode.NO_ROWS)
    problems.raise_if_any()
    return reading.finish(file_format)


def _check_file(name: str, data: bytes, problems: ProblemList) -> str:
    """Return the extension, after the checks that need no reading."""
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if len(data) > LARGEST_FILE:
        raise problems.refuse(None, ProblemCode.FILE_TOO_LARGE, limit=LARGEST_FILE // 1024 // 1024)
    if extension in _EXCEL_EXTENSIONS or (extension in _FORMATS and data.startswith(_EXCEL)):
        raise problems.refuse(None, ProblemCode.EXCEL_FILE)
    if extension not in _FORMATS:
        raise problems.refuse(None, ProblemCode.UNKNOWN_FORMAT, name=extension[:20])
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise problems.refuse(None, ProblemCode.EMPTY_FILE)
    return extension


def _format_of(extension: str, text: str) -> FileFormat:
    """Return the format by extension, corrected by how JSON begins: .json and .jsonl get mixed up."""
    expected = _FORMATS[extension]
    start = text.lstrip()[:1] if expected is not FileFormat.CSV else ""
    if start == "[":
        return FileFormat.JSON
    if start == "{" and expected is FileFormat.JSON and _starts_with_whole_object(text):
        return FileFormat.JSONL
    return expected


def _starts_with_whole_object(text: str) -> bool:
    lines = text.strip().split("\n", 2)
    return len(lines) > 1 and lines[0].rstrip().endswith("}") and lines[1].lstrip().startswith("{")


def _records(file_format: FileFormat, text: str, columns: Columns, problems: ProblemList) -> Iterator[Record]:
    match file_format:
        case FileFormat.CSV:
            return read_csv(text, columns, problems)
        case FileFormat.JSONL:
            return read_json_lines(text, problems)
        case _:
            return read_json_list(text, problems)


class _Reading:
    """What has been read of one file so far."""

    def __init__(self, columns: Columns, problems: ProblemList) -> None:
        self.seen = 0
        self._columns = columns
        self._problems = problems
        self._rows: dict[str, TaskRow] = {}
        self._collapsed = 0
        self._annotations = 0
        self._label_studio: bool | None = None
        self._ignored: dict[str, None] = {}

    def take(self, record: Record) -> None:
        """Check a record and keep its row. Raises BadFile at the first row too many."""
        self.seen += 1
        if self.seen > MOST_ROWS:
            raise self._problems.refuse(record.line, ProblemCode.TOO_MANY_ROWS, limit=MOST_ROWS)
        flat = self._unwrap(record)
        if flat is None:
            self._problems.add(record.line, ProblemCode.NO_DATA_OBJECT)
            return
        self._note_ignored(flat)
        row = check_row(flat, self._columns, self._problems)
        if row is None:
            return
        first = self._rows.setdefault(row.external_id, row)
        if first is row:
            return
        if (first.fingerprint, first.priority) == (row.fingerprint, row.priority):
            self._collapsed += 1
        else:
            self._problems.add(
                row.line, ProblemCode.DUPLICATE_ID, id=row.external_id[:60], first_line=first.line
            )

    def finish(self, file_format: FileFormat) -> ImportedFile:
        """Return the file as a whole."""
        return ImportedFile(
            rows=tuple(self._rows.values()),
            format=FileFormat.LABEL_STUDIO if self._label_studio else file_format,
            collapsed=self._collapsed,
            annotations=self._annotations,
            ignored_columns=tuple(self._ignored),
        )

    def _unwrap(self, record: Record) -> Record | None:
        """Return the record, or the `data` of a Label Studio task; None when only this one lacks it."""
        data = record.values.get("data")
        if self._label_studio is None:
            self._label_studio = isinstance(data, dict)
        if not self._label_studio:
            return record
        if not isinstance(data, dict):
            return None
        for key in ("annotations", "completions"):
            listed = record.values.get(key)
            self._annotations += len(listed) if isinstance(listed, list) else 0
        has_id = any(self._columns.meaning_of(name) == ID for name in data)
        return Record(record.line, data if has_id else {**data, ID: record.values.get(ID)})

    def _note_ignored(self, record: Record) -> None:
        for name in record.values:
            if len(self._ignored) < 20 and name.strip() and self._columns.meaning_of(name) is None:
                self._ignored[name.strip()[:60]] = None
