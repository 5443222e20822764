"""The window of requests to services: the wizard that asks, and the dock that follows what becomes of them."""
