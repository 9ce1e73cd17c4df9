import { inspect } from 'node:util';
import type { BusHandler, BusMessage } from './bus.js';

/** Told of what no caller can be told. `where` is a subject, a pattern, or the name of a part of the bus. */
export type OnHandlerError = (error: unknown, where: string) => void;

/** Never silent, never fatal; a composition that has a log passes its own. */
export const warnOfHandlerError: OnHandlerError = (error, where) =>
  process.emitWarning(`${where}: ${inspect(error)}`, 'BusHandlerError');

/** Runs handlers so that none of them can hurt the bus (B7), and knows when all have ended. */
export class HandlerRuns {
  #admitted = 0;
  #waitingForIdle: (() => void)[] = [];

  /** @param whole counts what this one counts, and perhaps more: the runs of a bus, where these are a subscription's */
  constructor(
    private readonly onHandlerError: OnHandlerError,
    private readonly whole?: HandlerRuns,
  ) {}

  /** The runs of a part, which are counted here too. */
  makePart(): HandlerRuns {
    return new HandlerRuns(this.onHandlerError, this);
  }

  /** Counts a message from its acceptance on; `run` or `skip` must follow. */
  admit(): void {
    this.#admitted += 1;
    this.whole?.admit();
  }

  skip(): void {
    this.#admitted -= 1;
    this.whole?.skip();
    if (this.#admitted > 0) return;
    for (const resolve of this.#waitingForIdle.splice(0)) resolve();
  }

  /** @param whenEnded called however the handler ends; must not throw */
  run(handler: BusHandler, message: BusMessage, whenEnded?: () => void): void {
    let result: void | Promise<void>;
    try {
      result = handler(message);
    } catch (error) {
      this.#failed(error, message, whenEnded);
      return;
    }
    if (result === undefined) this.#ended(whenEnded);
    else
      Promise.resolve(result).then(
        () => this.#ended(whenEnded),
        (error: unknown) => this.#failed(error, message, whenEnded),
      );
  }

  /** Resolves once no admitted message is left. */
  idle(): Promise<void> {
    if (this.#admitted === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waitingForIdle.push(resolve));
  }

  report(error: unknown, where: string): void {
    try {
      this.onHandlerError(error, where);
    } catch {
      // The reporter itself fails: nobody is left to tell, and the bus must live on.
    }
  }

  #failed(error: unknown, message: BusMessage, whenEnded: (() => void) | undefined): void {
    this.report(error, message.subject);
    this.#ended(whenEnded);
  }

  #ended(whenEnded: (() => void) | undefined): void {
    whenEnded?.();
    this.skip();
  }
}
