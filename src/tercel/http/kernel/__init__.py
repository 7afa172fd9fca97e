"""The kernel of the HTTP doors: what one request is, before and after its handler.

An ``Operation`` is data: id, method, path, rights, shapes, handler. ``dispatch`` runs one: find the caller, decode,
call the handler, encode. Handlers see a ``Call`` and return a struct, ``Raw``, or None; they raise ``TercelError`` and
know no status codes.
"""
