/** Reported, never thrown: a subscriber did not keep up and lost messages, as a slow consumer of NATS does. */
export class SlowSubscriber extends Error {
  readonly code = 'SLOW_SUBSCRIBER';
  constructor(readonly missedCount: number) {
    super(`${missedCount} messages dropped: the subscriber does not keep up`);
    this.name = 'SlowSubscriber';
  }
}
