"""Operations about accounts: tokens, teams, members, invitations."""

from imagestudio.accounts.api import invitations, members, teams, tokens

routers = (teams.router, members.router, invitations.router, tokens.router)
