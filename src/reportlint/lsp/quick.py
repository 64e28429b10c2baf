"""The types of the protocol, imported faster.

lsprotocol defines some five hundred classes, and for each of them attrs writes and compiles the text of a `__repr__`:
two fifths of the time that importing it takes, and more than loading all rules. Nothing here prints such a value.
"""

from functools import partial

import attrs

_define = attrs.define
attrs.define = partial(_define, repr=False)
try:
    import lsprotocol.types  # noqa: F401
finally:
    attrs.define = _define
