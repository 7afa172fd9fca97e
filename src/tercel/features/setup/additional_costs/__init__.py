"""Additional costs: what a shop may add to a cart or an item beside its price, such as shipping."""
