"""A Messages API on loopback that refuses what the real one refuses.

Written from the published reference. Where that leaves it open this server is the
stricter one: it refuses two turns of one role in a row, and names that are not declared.
"""
