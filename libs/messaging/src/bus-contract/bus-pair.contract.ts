import type { Bus } from '../bus.js';

/** The two connections that a case talks about; new ones for each case, perhaps the same object twice. */
export interface BusPair {
  readonly asker: Bus;
  readonly answerer: Bus;
  /** Both ends know all subscriptions made so far. */
  ready(): Promise<void>;
  ask(subject: string, text?: string): Promise<string>;
}
