"""Referrals: codes that customers pass on, made for advocates and found, changed and deleted by marketers.

Limits of referral creation are not checked here (behaviour/codes 13); redeeming belongs to the pipeline.
"""
