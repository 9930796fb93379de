"""What a definition is written with: frames, series, durations, populations"""
