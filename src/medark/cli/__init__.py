"""The command line: commands over the flows, accounts as tables or JSON, errors with what to type next"""
