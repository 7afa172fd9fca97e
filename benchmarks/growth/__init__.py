"""How the cost of requests grows with what is stored, what runs, and how large the cart is."""
