"""The language server: what `check` says, in an editor while the report is written.

Only this package imports pygls and lsprotocol, and only the command `lsp` imports this package. Its functions turn a
document that was understood into values of the protocol; `server` alone talks.
"""
