"""Raw records to staging rows, in worker processes: imports nothing that a worker has no use for"""
