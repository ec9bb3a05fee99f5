"""What people type. A form checks what was typed; a verb in operations does the rest."""
