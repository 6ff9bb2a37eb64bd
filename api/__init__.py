"""The only room that knows HTTP: the application, its routes and pages, the worker and the command line."""
