"""``python -m demo``: a year of a grocery's real purchases, sent through real campaigns over HTTP.

The data are The Complete Journey: 2,469 households, their baskets of 2017 in some 450 stores, 27 campaigns with 981
coupons and 2,102 redemptions. ``tables`` reads them, ``selection`` chooses baskets and finds the one in which each
coupon was handed in, ``documents`` and ``promotions`` turn facts into the API's documents, ``world`` and ``replay``
send them with ``client`` to the process that ``server`` runs, ``tally`` counts what the answers say, ``audit``
compares it with what the server says, and ``summary`` shows it. Only ``tables`` and ``summary`` import the packages of
the dependency group ``demo``, and only when they are called.

Money is counted in whole cents until it becomes a document. A campaign lasts to the end of its last day and a day is
one of New York: the purchases carry UTC, and only read as that zone do all redemptions meet a basket of their day.
"""
