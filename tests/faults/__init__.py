"""What breaks in production, broken on purpose: processes killed, connections cut, disks filled, clocks set."""
