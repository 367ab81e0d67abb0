"""Runbook-as-code and incident automation."""
