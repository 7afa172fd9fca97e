"""What a running process tells: logs without secrets, metrics, stages that traces show."""
