"""No read without a grant: how sensitive each column is, who may read it for what, and what of it they see"""
