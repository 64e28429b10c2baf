"""The language server: what `check` says, while a report is being written.

Read `server.py` first: documents come in, each version is checked, and answers are about the newest one. Around it:

    running, stream, protocol      the process, its two streams, and pygls where it does not suit
    features/                      a table: each method of the protocol, and the function that answers it
    checking, worker               what one version of one document comes to; the thread that finds out
    libraries, books, settings     what it is checked with: rules and settings, waivers, what the client sets
    understood, page               a report that was read; its lines, and places in them
    diagnostics, actions, waiving, hover, hints, symbols, figures
                                   what is told of a report, each by a function that only reads
    own, rulefiles, setupfiles, words, schema, cursor
                                   files of ours: mistakes in them, and what may be written next

This package alone imports pygls and lsprotocol.
"""
