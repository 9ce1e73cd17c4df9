/** How many attempts that were given up may still be waited for. */
const LATE_MAX = 1_000;

/**
 * Attempts that were given up and whose outcome would still be recorded, should it come. Each costs an open request and
 * no slot; where there are too many, the one that was given up first is let go.
 */
export class LateAnswers {
  private readonly waiting = new Set<() => void>();

  constructor(private readonly lateMax = LATE_MAX) {}

  /** @param letGo stops waiting; the returned function says that it is over anyway */
  enter(letGo: () => void): () => void {
    const [oldest] = this.waiting.size >= this.lateMax ? this.waiting : [];
    if (oldest !== undefined) {
      this.waiting.delete(oldest);
      oldest();
    }
    this.waiting.add(letGo);
    return () => this.waiting.delete(letGo);
  }
}
