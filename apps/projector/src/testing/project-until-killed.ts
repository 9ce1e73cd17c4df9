/**
 * Appends executions as fast as it can and projects them, until somebody kills it. Prints a line for each execution
 * whose outcome was acknowledged. Arguments: folder of the log, address of the views, how many append at once, and
 * `rebuild` where the views are built anew again and again meanwhile: then a line for the end of each, too.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  actionStream,
  executionId,
  gatewaySubjects,
  type ScopeHash,
  type TenantName,
  ViewsStatus,
} from '@action-do/contracts';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { InProcessBus } from '@action-do/messaging';
import { pino } from 'pino';
import { startProjector } from '../follow/start-projector.js';
import { systemClock } from '../ports.js';
import { viewsPlace } from '../views-place.js';

const TENANT = 'acme' as TenantName;
const LOOK_EVERY_MS = 10;
const [folder = '', viewsUrl = '', writers = '8', rebuild = ''] = process.argv.slice(2);
const logger = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
const log = await openEmbeddedEventStore({ folder });
const bus = new InProcessBus();
startProjector({
  log,
  views: viewsPlace(viewsUrl, logger),
  bus,
  clock: systemClock,
  logger,
});

async function appendForEver(): Promise<never> {
  for (let round = 0; ; round += 1) {
    const scope = randomBytes(16).toString('hex') as ScopeHash;
    const atMs = Date.now();
    const id = executionId(scope, 1);
    const metadata = { tenant: TENANT, executionId: id, action: 'a', actionVersion: '1', $correlationId: id };
    const event = (type: string, data: object) => ({
      id: randomUUID(),
      type,
      data: { ...data, atMs },
      metadata,
    });
    const stream = actionStream(TENANT, scope);
    const policy = {
      effects: 'idempotent',
      retry: { attemptsMax: 3, initialDelayMs: 0, delayMsMax: 0, factor: 1 },
      attemptTimeoutMs: 1_000,
      deadlineMs: 1_000,
      idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'never' },
    };
    const request = {
      generation: 1,
      epoch: 1,
      effectKey: `${scope}-1`,
      action: 'a',
      version: 1,
      params: { round },
      paramsDigest: 'd',
      key: scope,
      keyDerived: false,
      requestId: 'r',
      policy,
      deadlineAtMs: atMs + 1_000,
    };
    const started = event('ActionStarted', { attempt: 1, executor: 'e' });
    const { revision } = await log.append(stream, [event('ActionRequested', request), started], 'no-stream');
    if (round % 5 === 0) continue;
    const outcome = { attempt: 1, effect: 'applied', windowEndsAtMs: null, result: { round } };
    await log.append(stream, [event('ActionSucceeded', outcome)], revision);
    process.stdout.write('.\n');
  }
}

async function ask(verb: 'status' | 'rebuild'): Promise<unknown> {
  const { payload } = await bus.request(gatewaySubjects.views(TENANT, verb), new Uint8Array(), {
    timeoutMs: 60_000,
  });
  return JSON.parse(new TextDecoder().decode(payload));
}

/** Until the views are open the answers are refusals, which say nothing of a rebuild. */
async function buildAnewForEver(): Promise<never> {
  for (;;) {
    await ask('rebuild');
    for (;;) {
      await delay(LOOK_EVERY_MS);
      const status = ViewsStatus.safeParse(await ask('status'));
      const ended = status.success ? status.data.rebuild : null;
      if (ended?.state === 'running') continue;
      if (ended !== null) process.stdout.write(`rebuild ${ended.state} ${ended.error ?? ''}\n`);
      break;
    }
  }
}

await Promise.all([
  ...Array.from({ length: Number(writers) }, appendForEver),
  ...(rebuild === 'rebuild' ? [buildAnewForEver()] : []),
]);
