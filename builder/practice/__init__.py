"""The practice world: a small shop that fails now and then, and a mail catcher.

For trying flows out; nothing real is bought or sent, and no product code may rest on it.
"""
