"""Facts of a session: the rows that a command needs, and the snapshot made from them."""
