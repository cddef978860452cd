"""The widgets: one class a module, each with a front end of the same name."""
