"""Pages of accounts: the front door, tokens, teams, their members and invitations."""
