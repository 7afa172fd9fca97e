"""Functions about the product: carts, codes, budgets, customers and effects."""
