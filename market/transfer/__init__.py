"""Taking the whole truth elsewhere: backup, restore, move to another database. One stream of rows serves all three.

layout.py what is copied · values.py the form of a value · streaming.py rows out and in · archive.py the file · backup.py · restore.py · move.py
"""
