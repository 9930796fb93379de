"""The console: pages for people, made on the server; what they show is what their reader's grants open"""
