"""The admin's pages over run-time rows. They read; what changes runs is in the services."""
