/** What ends a wait: as much of an AbortSignal as is used of one. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once: true }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * Stops something, once. Most is never stopped, and an AbortController for each attempt costs as much as a digest: one is
 * made only for whoever looks at `signal`.
 */
export class Stopper implements StopSignal {
  #controller: AbortController | undefined;
  #isStopped = false;
  #reason: unknown;
  #listeners: (() => void)[] | undefined;

  get aborted(): boolean {
    return this.#isStopped;
  }

  get reason(): unknown {
    return this.#reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#isStopped) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /**
   * Only the first reason counts.
   * @throws what a listener threw, when all were told
   */
  abort(reason: unknown): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#tell();
  }

  addEventListener(_type: 'abort', listener: () => void, _options?: { once: true }): void {
    if (this.#isStopped) return;
    if (this.#listeners === undefined) this.#listeners = [listener];
    else if (!this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const at = this.#listeners?.indexOf(listener) ?? -1;
    if (at >= 0) this.#listeners?.splice(at, 1);
  }

  /** Each is taken out before it is told: what one takes out meanwhile is not told any more. */
  #tell(): void {
    const listener = this.#listeners?.shift();
    if (listener === undefined) return;
    try {
      listener();
    } finally {
      this.#tell();
    }
  }
}
