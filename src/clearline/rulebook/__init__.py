"""Reads packs, reports every fault with its place, hands out compiled rules."""
