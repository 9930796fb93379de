"""The only disk and engine: engine duckdb landing lake ledger vocabulary."""
