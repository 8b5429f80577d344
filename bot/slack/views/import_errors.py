"""Says in the reader's language why a task file was refused and what to do about it."""

from __future__ import annotations

from bot.i18n.catalogs import N_, Catalog
from bot.imports.problems import Problem, ProblemCode

_SENTENCES = {
    ProblemCode.EMPTY_FILE: N_("The file is empty. Please choose another file."),
    ProblemCode.FILE_TOO_LARGE: N_("The file is larger than {limit} MiB. Please split it."),
    ProblemCode.EXCEL_FILE: N_("This is an Excel file. Please save it as CSV (UTF-8) and upload that."),
    ProblemCode.UNKNOWN_FORMAT: N_(
        "I cannot read files of this kind ({name}). Please upload .csv, .tsv, .jsonl or .json."
    ),
    ProblemCode.WRONG_ENCODING: N_("The letters are neither UTF-8 nor CP949. Please save the file as UTF-8."),
    ProblemCode.TOO_MANY_ROWS: N_("The file has more than {limit} rows. Please split it."),
    ProblemCode.NO_ROWS: N_("There are no tasks in the file. Please add at least one row."),
    ProblemCode.MISSING_COLUMN: N_("A column is missing. Please add one of: {columns}."),
    ProblemCode.REPEATED_COLUMN: N_(
        "The column {column} has the same meaning as another one ({meaning}). Please keep one of them."
    ),
    ProblemCode.BROKEN_CSV: N_(
        "The quotation marks do not match here. Please check this line and those above."
    ),
    ProblemCode.TOO_MANY_CELLS: N_(
        "There are {found} cells but {expected} columns. "
        "Please put quotation marks around text with separators."
    ),
    ProblemCode.BROKEN_JSON: N_("This is not valid JSON. Please check brackets, commas and quotation marks."),
    ProblemCode.NOT_A_LIST: N_("The file must be a JSON list of tasks. Please put [ ] around them."),
    ProblemCode.NOT_AN_OBJECT: N_("This task is not a JSON object. Please write it in braces."),
    ProblemCode.NO_DATA_OBJECT: N_("This Label Studio task has no “data” object. Please add it."),
    ProblemCode.REPEATED_KEY: N_("A key is written twice in this object. Please keep one of them."),
    ProblemCode.TOO_DEEP: N_("The JSON is nested too deeply. Please flatten it."),
    ProblemCode.NOT_TEXT: N_("{column} is not text. Please write it as text in quotation marks."),
    ProblemCode.MISSING_ID: N_("The task has no id. Please give every row its own id."),
    ProblemCode.BAD_ID: N_(
        "The id is longer than {limit} characters or has invisible ones. Please shorten it."
    ),
    ProblemCode.DUPLICATE_ID: N_(
        "The id {id} is already used on line {first_line} with other content. Please change one of them."
    ),
    ProblemCode.EMPTY_CONTENT: N_("The task has no content. Please fill one of: {columns}."),
    ProblemCode.BAD_PRIORITY: N_(
        "The priority is not a whole number from {least} to {most}. Please correct it."
    ),
    ProblemCode.BAD_CHARACTER: N_("{column} has characters that cannot be stored. Please remove them."),
    ProblemCode.FIELD_TOO_LONG: N_("{column} is longer than {limit} characters. Please shorten it."),
    ProblemCode.CHANGED_TASK: N_(
        "The id {id} is already in the project with other content. Please use a new id for the new content."
    ),
    ProblemCode.BAD_LINK: N_("{column} is not an address people can open. Please use https://…"),
    ProblemCode.INTERRUPTED: N_(
        "The import stopped before the end, so nothing was stored. Please upload the file again."
    ),
}


def word_problem(t: Catalog, problem: Problem) -> str:
    """One problem as a sentence in mrkdwn, with its line number in front; values are escaped."""
    values = {name: _show(value) for name, value in problem.values.items()}
    sentence = t(_SENTENCES[problem.code], **values)
    if problem.line is None:
        return sentence
    return t("Line {line}: {problem}", line=f"{problem.line:,}", problem=sentence)


def _show(value: str | int) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    # Slack reads these three characters as markup; ids and headers come from somebody's file.
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
