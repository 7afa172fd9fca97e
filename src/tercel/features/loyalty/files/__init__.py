"""Files of loyalty programs: points, balances and join dates that go out and come in."""
