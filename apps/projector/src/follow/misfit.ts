/** What an operator asked for: told how it ended by the follower, for nobody else knows. */
export interface Decision {
  /** Others took the place of the misfit, with so many events. */
  done(events: number): void;
  /** Those that were built do not fit either. */
  failed(reason: string): void;
}

/** Views that are of no use and not ours to throw away: the follower waits here until an operator asks for others. */
export class Misfit {
  #reason: string | null = null;
  #decide: (decision: Decision) => void = () => undefined;

  /** Why they are of no use, while somebody has to decide. */
  get reason(): string | null {
    return this.#reason;
  }

  /** Others are to be built from the log, in the place of these. */
  decide(decision: Decision): void {
    this.#reason = null;
    this.#decide(decision);
  }

  /** Resolves when it was decided, or to null when `signal` aborts. */
  wait(reason: string, signal: AbortSignal): Promise<Decision | null> {
    this.#reason = reason;
    return new Promise((resolve) => {
      const end = (decision: Decision | null): void => {
        signal.removeEventListener('abort', aborted);
        resolve(decision);
      };
      const aborted = (): void => {
        this.#reason = null;
        end(null);
      };
      this.#decide = end;
      signal.addEventListener('abort', aborted, { once: true });
    });
  }
}
