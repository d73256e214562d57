"""The path of calls from outside, before Django: route, check, accept in one commit, answer."""
