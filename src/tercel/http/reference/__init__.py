"""The reference of both APIs: OpenAPI documents in words and examples, and the pages that show them."""
