"""Tables by family, migrations, transactions, the embedded server."""
