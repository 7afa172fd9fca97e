"""What every operation shares: routing, keys, errors, paging."""
