"""``POST …/ai/run``: what one call goes through, in the gateway's order.

pipeline   the way of a call, and what is written into the charge book on it
admission  edge authentication, account, gateway, model, schema
provider   the provider behind the gateway: failures, tries, picture, charge
answering  the answer and how it reaches the client
"""
