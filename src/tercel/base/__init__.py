"""Words everyone shares: errors, limits, money, time, codec. Pure."""
