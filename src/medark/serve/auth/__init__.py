"""Who asks: tokens of known issuers, local users with passwords, sessions of the console; scopes"""
