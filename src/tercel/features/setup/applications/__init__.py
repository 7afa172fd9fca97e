"""Applications: the shop's side of an integration, with its currency, time zone and defaults for campaigns."""
