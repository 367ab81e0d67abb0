"""How much an audit finds: defects are planted where they are known, and counted."""
