"""Published datasets over HTTP: as JSON, NDJSON, CSV, xlsx, Parquet or an Arrow stream"""
