"""Customer sessions: a customer's cart and its life from open to closed, returned or cancelled.

``model`` is the wire, ``check`` refuses what cannot be, ``merge`` puts a request onto what is stored, ``lifecycle``
knows the states, ``facts`` turns it all into a snapshot, ``update`` is the command, ``close`` and ``cancel`` say what
the ledger keeps and takes back, ``answer`` builds what the caller sees. ``list``, ``search`` and ``read`` only read.
"""
