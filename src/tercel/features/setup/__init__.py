"""What an account and its applications have: applications, attributes, costs, stores, custom effects and webhooks."""
