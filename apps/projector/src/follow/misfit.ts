/** Views that are of no use and not ours to throw away: the follower waits here until an operator asks for others. */
export class Misfit {
  #reason: string | null = null;
  #decide: () => void = () => undefined;

  /** Why they are of no use, while somebody has to decide. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Others are to be built from the log, in the place of these. */
  decide(): void {
    this.#reason = null;
    this.#decide();
  }

  /** Resolves when it was decided, or `signal` aborts. */
  wait(reason: string, signal: AbortSignal): Promise<void> {
    this.#reason = reason;
    return new Promise((resolve) => {
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resolve();
      };
      this.#decide = end;
      signal.addEventListener('abort', end, { once: true });
    });
  }
}
