import type { Writable } from 'node:stream';

/**
 * `npm run stack | head -3`: what a stack and its actions say is for whoever looks. Where nobody does any longer it is
 * dropped, and the work goes on.
 */
export function dropUnread(...outputs: readonly Writable[]): void {
  for (const output of outputs) output.on('error', () => undefined);
}
