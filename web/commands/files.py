"""Files a person names: opened, or refused with a sentence that names them."""

import sys

from kb.errors import Invalid, N_


def read_text(path):
    """Return the text of a UTF-8 file, or of standard input for ``-``."""
    try:
        return _bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise Invalid(
            N_("%(file)s is not UTF-8 text."), hint=N_("Save it as UTF-8 and try again."), file=path
        ) from problem
    except (OSError, ValueError) as problem:
        raise unreadable(path, problem) from problem


def unreadable(path, problem):
    """Return the refusal of a file that cannot be opened because of `problem`."""
    if isinstance(problem, FileNotFoundError):
        return Invalid(N_("There is no file %(file)s."), hint=N_("Check its name and its folder."), file=str(path))
    if isinstance(problem, IsADirectoryError):
        return Invalid(N_("%(file)s is a folder."), hint=N_("Name a file in it."), file=str(path))
    return Invalid(
        N_("%(file)s cannot be opened: %(problem)s."),
        hint=N_("Check its name and who may read it."),
        file=str(path),
        problem=getattr(problem, "strerror", None) or str(problem),
    )


def _bytes(path):
    if path == "-":
        return sys.stdin.buffer.read()
    with open(path, "rb") as file:
        return file.read()
