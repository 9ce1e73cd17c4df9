import { type LogArguments, writesJson } from '../arguments.js';
import { nameOf, openToRead } from '../places.js';
import { Progress } from '../progress.js';
import type { Surroundings } from '../run-log-tool.js';
import { type Restored, recordRestoration } from './record-restoration.js';

type Given = LogArguments & { command: 'restored' };

/** @returns what is said on stdout  @throws Refused */
export async function runRestored(given: Given, surroundings: Surroundings): Promise<string> {
  const { err, isTTY, nowMs, signal } = surroundings;
  // What others wrote is no execution, and none of it is touched.
  const store = await openToRead(given.log, () => undefined);
  const write = writesJson(given.output) ? () => undefined : err;
  const looking = new Progress({ total: undefined, write, isTTY, nowMs });
  let parking: Progress | undefined;
  try {
    const done = await recordRestoration(store, given, {
      tell: (phase, count, total) => {
        if (phase === 'looked through') return looking.tell(phase, count);
        parking ??= new Progress({ total, of: 'executions', write, isTTY, nowMs });
        parking.tell(phase, count);
      },
      signal,
      nowMs,
    });
    return doneText(done, given);
  } finally {
    looking.end();
    parking?.end();
    await store.close();
  }
}

function doneText(done: Restored, { log, output }: Given): string {
  if (output === 'json') return `${JSON.stringify(done, null, 2)}\n`;
  if (output === 'ndjson') return `${JSON.stringify(done)}\n`;
  if (output === 'id') return `${done.logId}\n`;
  return `${[
    `log     ${nameOf(log)} (log ${done.logId})`,
    `after   ${done.after}, ${done.events} events${done.wentOn ? ', begun by an earlier run' : ''}`,
    `tenants ${done.tenants.join(', ')}`,
    `parked  ${done.parked} executions, which are unknown now`,
    ...(done.undosEnded === 0 ? [] : [`undos   ${done.undosEnded} given up: they may have been done`]),
  ].join('\n')}\n`;
}
