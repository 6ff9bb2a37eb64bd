"""What every noun stands on: database, clock, ids, money, errors, actors, audit, outbox. Knows no business."""
