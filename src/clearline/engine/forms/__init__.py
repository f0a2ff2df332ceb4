"""The timed automata: one file per family of forms. States are immutable; stepping returns the next one."""
