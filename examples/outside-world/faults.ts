import { z } from 'zod';

/**
 * `fail`: answers with `status` and does nothing. `hang`: does nothing and never answers. `lose`: does its work, and
 * cuts the connection instead of answering.
 */
export const Fault = z.strictObject({
  on: z.string(),
  kind: z.enum(['fail', 'hang', 'lose']),
  /** The next so many calls. */
  times: z.int().min(1).max(1_000).default(1),
  status: z.int().min(400).max(599).default(503),
});
export type Fault = z.output<typeof Fault>;

/** What is to go wrong next, one fault an endpoint: a new one takes the place of the one before. */
export class Faults {
  readonly #planned = new Map<string, Fault>();

  plan(fault: Fault): void {
    this.#planned.set(fault.on, fault);
  }

  /** What goes wrong with this call. */
  take(on: string): Fault | undefined {
    const fault = this.#planned.get(on);
    if (fault === undefined) return undefined;
    if (fault.times > 1) this.#planned.set(on, { ...fault, times: fault.times - 1 });
    else this.#planned.delete(on);
    return fault;
  }

  list(): Fault[] {
    return [...this.#planned.values()];
  }

  clear(): void {
    this.#planned.clear();
  }
}
