"""Text in XML: what the markup would take for more than text, and what XML cannot hold, is escaped."""

from reportlint.display import escape

MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})


def quoted(text: str) -> str:
    """For an attribute or between tags. Control characters, of which XML 1.0 knows three, are shown as escapes."""
    return escape(text).translate(MARKUP)


def quoted_lines(text: str) -> str:
    """As `quoted`, with the line ends kept."""
    return "\n".join(quoted(line) for line in text.split("\n"))


def attributes(**values: object) -> str:
    """` name="value"` for each that is not None; a name may end with `_` where Python has a word like it."""
    return "".join(f' {name.rstrip("_")}="{quoted(str(value))}"' for name, value in values.items() if value is not None)
