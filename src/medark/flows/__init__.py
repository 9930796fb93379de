"""Where stages meet: workspace ingest rebuild erase quarantine query data_map vocabulary"""
