import type { Bus, BusMessage, BusReply } from '../bus.js';
import { NoResponder } from '../errors.js';

/** What the suites of this library share: bytes in and out, and waiting for conditions with a bound. */
export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = ({ payload }: Pick<BusReply, 'payload'>): string => new TextDecoder().decode(payload);

const WAIT_MS = 5_000;
export const patient = { timeoutMs: WAIT_MS };

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${WAIT_MS} ms in vain: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What was said before on these connections has been heard: an answer about nobody comes after it. */
export async function settled(...buses: readonly Bus[]): Promise<void> {
  for (const bus of buses) {
    await expect(bus.request('contract.nobody', bytes(''), patient)).rejects.toBeInstanceOf(NoResponder);
  }
}

/** Answers each message with `answer(message)`; default: what it said. */
export function answering(answer: (message: BusMessage) => string = textOf): (message: BusMessage) => void {
  return (message) => message.respond(bytes(answer(message)));
}

/** A promise to open by hand. */
export function makeGate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
