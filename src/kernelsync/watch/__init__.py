"""When: what wakes a pass, and what makes sure that something always will.

Events are hints and carry no meaning; the scan is the truth. So everything in here may lose,
invent or repeat an event, as long as a pass is woken in time.
"""
