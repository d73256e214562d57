"""Services that search the web or what science has written: how each is asked and read."""
