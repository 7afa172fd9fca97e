"""Table definitions, one file per family; ``metadata`` holds them all.

Typed columns for what is searched, JSONB for attributes and documents. Keys of the big tables begin with the
application or the account so that the schema can be spread over machines; there are no gap-free numbers and no
foreign keys on the hot path. Identifiers chosen by callers may be longer than an index entry allows, so they are
looked up by ``key`` (``tercel.base.keys.lookup_key``) and kept whole beside it.
"""
