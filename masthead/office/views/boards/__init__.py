"""The boards: money, promises, subscriptions. Each shows charts with their tables, and hands them out."""
