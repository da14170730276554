"""What the vendor sandboxes share: serving, faults, call counting and the control routes."""
