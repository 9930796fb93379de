"""Applications, grants, tasks and the audit over HTTP"""
