"""What the org tells the world by itself: outbound messages, change events, platform events."""
