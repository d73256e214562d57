"""What can be done with a flow, one verb a module. Views, commands and the admin call these."""
